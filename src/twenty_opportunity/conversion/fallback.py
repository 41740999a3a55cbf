"""Structure and unstructure property by property: slower than `codegen`, which is tested against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.conversion.python_types import Codec, MisfitError, is_held, unwrap_str
from twenty_opportunity.errors import UnrepresentableError, legible, pointer
from twenty_opportunity.records.base import UNSET, freeze
from twenty_opportunity.values.python_json import class_name, unwrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

FAILURES: Final = (UnrepresentableError, MisfitError)
_LONGEST_REASON: Final = 150  # characters of a hook's message, which may quote the value


def refusals() -> tuple[type[Exception], ...]:
    """Return the exceptions by which code of the user refuses a value; a lack of memory is a fault of another kind."""
    from cattrs.errors import CattrsError  # few programs need cattrs, and it takes long to import

    return (ArithmeticError, AttributeError, CattrsError, LookupError, TypeError, ValueError)


def shortened(error: Exception) -> str:
    """Return the message of an exception of the user's code, with a bounded length."""
    return legible(str(error), _LONGEST_REASON)


@attrs.frozen(eq=False, repr=False)
class Property:
    """
    A property of a JSON object and the attribute that holds it.

    Attributes:
        name: The property's name.
        attribute: The attribute's name.
        argument: The attribute's name in `__init__`.
        optional: Whether the attribute may be UNSET.
        nullable: Whether the attribute may be None.
        annotation: The attribute's type without None and UNSET.
        codec: The codec of that type.
    """

    name: str
    attribute: str
    argument: str
    optional: bool
    nullable: bool
    annotation: Any
    codec: Codec


@attrs.frozen
class Relation:
    """
    A property that holds related records and the attribute that it has in a record class.

    Attributes:
        name: The property's name.
        attribute: The attribute's name.
        argument: The attribute's name in `__init__`.
        types: Returns the class of the records, None if their object is unknown, and whether there are several.
        read: Returns the records of a JSON value; UNSET for one that stays in `extra`.
        write: Returns the JSON value of the records; raises one of `FAILURES` for a value that is not read as itself.
    """

    name: str
    attribute: str
    argument: str
    types: Callable[[], tuple[Any, bool]]
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def make_structurer(
    cl: Any, properties: tuple[Property, ...], relations: tuple[Relation, ...] = ()
) -> Callable[[Any], Any]:
    """Return the function that structures instances of a record class, through its `__init__`."""
    known = {prop.name: (prop.argument, prop.codec.structure) for prop in properties}
    related = {each.name: each for each in relations}
    # A default is for records that a program makes. A property that is absent here must stay absent.
    absent = {**{prop.argument: UNSET for prop in properties}, **{each.argument: UNSET for each in relations}}

    def structure(instance: Mapping[str, Any]) -> Any:
        arguments: dict[str, Any] = {**absent}
        extra: dict[str, Any] = {}
        name = ""
        try:
            for key, value in instance.items():
                name = unwrap_str(key)
                if name in known:
                    argument, read = known[name]
                    arguments[argument] = None if unwrapped(value) is None else read(value)
                elif name in related and (records := related[name].read(value)) is not UNSET:
                    arguments[related[name].argument] = records
                else:
                    extra[name] = value
        except UnrepresentableError as error:
            raise error.under(name) from error.__cause__
        try:
            return cl(**arguments, extra=freeze(extra))
        except refusals() as error:  # a validator or a converter of the user's
            raise UnrepresentableError("", f"{cl.__name__} refuses it: {shortened(error)}") from error

    return structure


def make_unstructurer(properties: tuple[Property, ...], relations: tuple[Relation, ...] = ()) -> Callable[[Any], Any]:
    """Return the function that unstructures the records of a class."""
    described = frozenset(prop.name for prop in properties)

    def unstructure(record: Any) -> dict[str, Any]:
        instance: dict[str, Any] = {}
        for prop in properties:
            value = getattr(record, prop.attribute)
            if value is not UNSET or not prop.optional:
                instance[prop.name] = write(prop, value)
        extra = record.extra.members
        refuse_repeated(described, extra)
        refuse_related(relations, record, extra)
        for each in relations:
            value = getattr(record, each.attribute)
            if value is not UNSET:
                instance[each.name] = _written(each, value)
        instance.update(extra)
        return instance

    return unstructure


def refuse_related(relations: tuple[Relation, ...], record: Any, extra: Mapping[str, Any]) -> None:
    """Raise UnrepresentableError if `extra` has related records that an attribute holds, or would hold once read."""
    for each in relations:
        if each.name in extra and (
            getattr(record, each.attribute) is not UNSET or each.read(extra[each.name]) is not UNSET
        ):
            refuse_repeated(frozenset({each.name}), extra)


def _written(relation: Relation, value: Any) -> Any:
    try:
        return relation.write(value)
    except FAILURES as error:
        raise error.under(relation.name) from error.__cause__


def write(prop: Property, value: Any) -> Any:
    """Return the JSON value of an attribute; raise one of `FAILURES` if the attribute's type does not allow it."""
    if value is None and prop.nullable:
        return None
    try:
        if not is_held(prop.codec, value):
            held = f"{class_name(value)}; it takes {prop.codec.name}"
            if prop.codec.options and isinstance(value, str):
                held = f"text that is not an option of {prop.codec.name}"
            raise MisfitError(f"the attribute {prop.attribute} holds {held}")
        return prop.codec.unstructure(value)
    except FAILURES as error:
        raise error.under(prop.name) from error.__cause__


def refuse_repeated(described: frozenset[str], extra: Mapping[str, Any]) -> None:
    """Raise UnrepresentableError if `extra` has a property that an attribute holds: it would be read back there."""
    if not described.isdisjoint(extra):
        name = min(described & extra.keys())
        raise UnrepresentableError(pointer(name), "the property is in extra, but an attribute holds it; set that")
