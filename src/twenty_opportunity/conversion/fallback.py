"""The plain way to make records of instances and instances of records: member by member, each by its codec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from twenty_opportunity.conversion.types import Codec, MisfitError, is_held, plain
from twenty_opportunity.errors import UnrepresentableError, pointer
from twenty_opportunity.records.base import UNSET, freeze
from twenty_opportunity.values.python_json import class_name, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@attrs.frozen
class Member:
    """
    An attribute of a record class and the member of JSON that it stands for.

    Attributes:
        attribute: The attribute's name.
        argument: Its name in `__init__`.
        wire: The member's name.
        optional: Whether it may be UNSET.
        nullable: Whether it may hold None.
        annotation: Its type without None and UNSET.
        codec: How that type meets JSON.
    """

    attribute: str
    argument: str
    wire: str
    optional: bool
    nullable: bool
    annotation: Any
    codec: Codec


def make_structurer(cl: Any, members: tuple[Member, ...]) -> Callable[[Any], Any]:
    """Make the function that builds records of a class, the plain way: through `__init__`, member by member."""
    known = {member.wire: (member.argument, member.codec.structure) for member in members}
    # A default is for records that a program makes: what is absent here has to be absent when it is written.
    absent = {member.argument: UNSET for member in members}

    def structure(instance: Mapping[str, Any]) -> Any:
        arguments: dict[str, Any] = {**absent}
        extra: dict[str, Any] = {}
        wire = ""
        try:
            for key, value in instance.items():
                wire = plain(key)
                if wire in known:
                    argument, read = known[wire]
                    arguments[argument] = None if unwrapped(value) is None else read(value)
                else:
                    extra[wire] = value
        except UnrepresentableError as error:
            raise error.under(wire) from error.__cause__
        return cl(**arguments, extra=freeze(extra))

    return structure


def make_unstructurer(members: tuple[Member, ...]) -> Callable[[Any], Any]:
    """Make the function that builds the instances of a class's records."""
    described = frozenset(member.wire for member in members)

    def unstructure(record: Any) -> dict[str, Any]:
        instance: dict[str, Any] = {}
        for member in members:
            value = getattr(record, member.attribute)
            if value is not UNSET or not member.optional:
                instance[member.wire] = write(member, value)
        refuse_repeated(described, record.extra.members)
        instance.update(record.extra.members)
        return instance

    return unstructure


def write(member: Member, value: Any) -> Any:
    """Write one attribute's value, which has to be of the attribute's type."""
    if value is None and member.nullable:
        return None
    try:
        if not is_held(member.codec, value):
            message = f"the attribute {member.attribute} holds {class_name(value)}; it takes {member.codec.name}"
            raise MisfitError(message)  # noqa: TRY301 - raised here so that it gets its member's name like any other
        return member.codec.unstructure(value)
    except (UnrepresentableError, MisfitError) as error:
        raise error.under(member.wire) from error.__cause__


def refuse_repeated(described: frozenset[str], extra: Mapping[str, Any]) -> None:
    """Refuse extra members that an attribute stands for: read back, they would be in the attribute."""
    if not described.isdisjoint(extra):
        name = min(described & extra.keys())
        raise UnrepresentableError(pointer(name), "the member is in extra though an attribute stands for it; set that")
