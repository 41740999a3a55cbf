"""The base of every record class, UNSET, the names of properties, and numbers that remember their notation in JSON."""

from __future__ import annotations

import functools
import sys
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final, Self

import attrs

# UNSET says that a property is absent, which is never the same as None, JSON `null`; Unset is its type in annotations.
# Both are msgspec's: UNSET is false, is a singleton that pickles, and does not have attributes. An enum's option would
# have `name` and `value`, so that `deal.created_by.name` of an absent creator would be a text.
from msgspec import UNSET
from msgspec import UnsetType as Unset

from twenty_opportunity.values.object_names import OPPORTUNITY, ObjectName, camel_case
from twenty_opportunity_plugins.for_hypothesis import register_class

__all__ = [
    "NO_EXTRA",
    "READ_ONLY",
    "RELATED",
    "UNSET",
    "WIRE_NAME",
    "FrozenMapping",
    "Record",
    "SpelledDecimal",
    "SpelledInt",
    "Unset",
    "attributes_of",
    "freeze",
    "related",
    "related_attributes",
    "type_hints_of",
    "wire_name",
]

WIRE_NAME: Final = "twenty_opportunity.wire_name"
"""Key in an attribute's metadata for the name of its property, if that is not the attribute's name in camelCase."""

READ_ONLY: Final = "twenty_opportunity.read_only"
"""Key in the metadata of an attribute whose property only a server sets: bodies never have it."""

RELATED: Final = "twenty_opportunity.related"
"""Key in the metadata of an attribute that holds related records, for the name of their object."""


class FrozenMapping(Mapping[str, Any]):
    """
    An immutable mapping that equals any mapping with the same items, and pickles.

    Args:
        members: The items; they are copied.

    Attributes:
        members: The wrapped dict, which is faster to read. Do not change it.
    """

    __slots__ = ("members",)

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.members: Final = dict(members)

    def __getitem__(self, key: str) -> Any:
        return self.members[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return repr(self.members)

    def __reduce__(self) -> tuple[Any, ...]:
        return freeze, (self.members,)


NO_EXTRA: Final = FrozenMapping({})


def freeze(members: Mapping[str, Any]) -> FrozenMapping:
    """Return the items as an immutable mapping; one that is immutable already is returned unchanged."""
    if isinstance(members, FrozenMapping):
        return members
    return FrozenMapping(members) if members else NO_EXTRA


class SpelledInt(int):
    """
    An integer that was written as `"1500000"` or `1500000.0` in JSON, as by older servers and some clients.

    It is an ordinary integer, except that it is written back in the same notation.

    Attributes:
        wire: The JSON value that was read.
    """

    wire: str | float

    def __new__(cls, wire: str | float) -> Self:
        """Read the integer in a JSON string or float."""
        self = super().__new__(cls, wire)
        self.wire = wire
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.wire,)


class SpelledDecimal(Decimal):
    """
    A decimal that is written back in the same notation: `1.5` and `"1.50"` are the same value.

    Attributes:
        wire: The JSON value that was read.
    """

    wire: str | float

    def __new__(cls, wire: str | float) -> Self:
        """Read the decimal in a JSON string or number; a float has the digits of its repr."""
        self = super().__new__(cls, repr(wire) if isinstance(wire, float) else wire)
        self.wire = wire
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (SpelledDecimal, (self.wire,))


def _profile_for(cl: Any) -> str:
    """Return the name of a profile that has a schema for a class, as its module or a program would call it."""
    recipe: tuple[Any, ...] = cl.__dict__.get("__recipe__", (cl,))  # ends with the class from which the class was made
    module = sys.modules.get(getattr(recipe[-1], "__module__", ""))
    if hasattr(module, "PROFILE"):
        return "PROFILE"
    if hasattr(module, "WORKSPACE"):
        return f"WORKSPACE[{cl.__name__}]"
    if cl.__object__ in {None, OPPORTUNITY}:
        return "SERVER"
    return f"STANDARD[{cl.__name__}]" if cl.__written__ else f"WORKSPACE[{cl.__name__}]"


def wire_name(attribute: attrs.Attribute[Any]) -> str:
    """
    Return the name of the property that an attribute holds.

    Args:
        attribute: An attribute of a record class. Its metadata may have the name under `WIRE_NAME`.

    Returns:
        The property's name in JSON.
    """
    return str(attribute.metadata.get(WIRE_NAME) or camel_case(attribute.name))


def attributes_of(cl: Any) -> dict[str, attrs.Attribute[Any]]:
    """
    Return the attributes of a record class that hold properties.

    Args:
        cl: The record class.

    Returns:
        The attributes by name: all but `extra` and those that `__init__` does not take.
    """
    return {attribute.name: attribute for attribute in attrs.fields(cl) if attribute.init and attribute.name != "extra"}


def related_attributes(cl: Any) -> dict[str, attrs.Attribute[Any]]:
    """Return the attributes of a record class that hold related records, by name."""
    return {name: attribute for name, attribute in attributes_of(cl).items() if RELATED in attribute.metadata}


def related(object_: str, *, name: str | None = None) -> Any:
    """
    Return the default of an attribute that holds related records, UNSET.

    A response has them at depth 1. `room: DealRoom | Unset | None = related("dealRoom")` holds one record. An attribute
    of the type `tuple[Person, ...] | Unset` holds several; in a class of partial records, it may hold a `Connection` of
    GraphQL, too. JSON that is not a valid record of the object stays in `extra`, and so do the related records of
    related records. Request bodies have only the ids of related records.

    Args:
        object_: The name of the object of the related records.
        name: The name of the property. Default: the name of the attribute in camelCase.

    Returns:
        The field of attrs.
    """
    return attrs.field(default=UNSET, metadata={READ_ONLY: True, RELATED: object_, WIRE_NAME: name})


def origin_of(cl: Any) -> Any:
    """Return a generic class without its argument: OpportunityPage for OpportunityPage[Deal]."""
    return typing.get_origin(cl) or cl


@functools.cache
def type_hints_of(cl: Any) -> Mapping[str, Any]:
    """
    Return the types of the attributes of a record class.

    Args:
        cl: The record class.

    Returns:
        Each attribute's type by the attribute's name.

    Raises:
        TypeError: An annotation has a name that its module does not define.
    """
    try:
        return typing.get_type_hints(cl)
    except NameError as error:
        message = f"an annotation of {cl.__qualname__} cannot be resolved: {error}; define or import it at module level"
        raise TypeError(message) from error


@attrs.frozen(kw_only=True, repr=False)
class Record:
    """
    The base of every record class: a JSON object whose described properties are attributes.

    A subclass adds attributes with snake_case names; each holds the property of the same name in camelCase. `extra`
    holds all other properties. The class of a custom object's complete records names the object:
    `class DealRoom(Record, object="dealRoom", plural="dealRooms")`.

    Attributes:
        extra: The extra properties, by their names in JSON. Read-only, and not part of the hash, because JSON values
            are often unhashable.
    """

    __json_root__: ClassVar[str | None] = None
    """The property whose value is the whole document, if the document is a JSON array instead of an object."""

    __object__: ClassVar[ObjectName | None] = None
    """The object of the workspace that the class is for; None if it is for every object."""

    __form__: ClassVar[str | None] = None
    """The form of the object's records: `record`, `partial`, `create` or `update`; None for all other classes."""

    __written__: ClassVar[Mapping[str, type[Record]]] = {}
    """The handwritten classes of the object, by form; all others are created at run time."""

    __body_types__: ClassVar[Mapping[str, str] | None] = None
    """
    The types that attributes have in bodies, as Python code, where bodies accept other values than servers send.

    The bodies of a class with this mapping have the types of the record for all other attributes of the class.
    """

    extra: Mapping[str, Any] = attrs.field(default=NO_EXTRA, converter=freeze, hash=False)

    def __repr__(self) -> str:
        """Show the record without absent properties. Never raises: logs and debuggers call this on broken records."""
        shown = (f"{name}={_shown(value)}" for name, value in self.__rich_repr__())
        return f"{self.__class__.__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        """Yield what `__repr__` and `rich.print` show."""
        names = [a.name for a in attrs.fields(self.__class__) if a.repr and a.name != "extra"]
        held = ((name, getattr(self, name)) for name in [*names, "extra"])
        yield from ((name, value) for name, value in held if value is not UNSET and value is not NO_EXTRA)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Raise an error with the annotation that pydantic needs; accept records if the model allows any type."""
        from pydantic.errors import PydanticSchemaGenerationError

        try:
            return handler(cls)  # a generic class with its argument would come back here
        except PydanticSchemaGenerationError:
            name = cls.__name__
            held = next((each for each in typing.get_args(source) if isinstance(each, type)), cls)
            annotated = name if held is cls else f"{name}[{held.__name__}]"
            # pydantic comes here for the schema of a default, too.
            message = (
                f"{name} alone is not a field of pydantic; write Annotated[{annotated}, {_profile_for(held)}], or "
                f"another profile, and a default as Field(default_factory={name})"
            )
            raise TypeError(message) from None

    def __init_subclass__(cls, *, object: str | None = None, plural: str | None = None) -> None:  # noqa: A002
        super().__init_subclass__()
        # attrs makes a class with slots a second time, without the names, but with the attributes of the first.
        if object is None and plural is None:
            return
        if not (isinstance(object, str) and object and isinstance(plural, str) and plural):
            raise TypeError(f'{cls.__name__}: name the object in both forms, as in object="person", plural="people"')
        cls.__object__ = ObjectName(object, plural)
        cls.__form__ = cls.__form__ or "record"

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        if not attrs.fields(cls).extra.inherited:
            message = (
                f"{cls.__name__}.extra: extra holds the properties without an attribute; name the attribute extra_ and "
                f'give it the metadata {{WIRE_NAME: "extra"}}'
            )
            raise TypeError(message)
        # attrs gives a subclass a repr that also shows UNSET attributes. A repr that the class defines itself is kept.
        if cls.__repr__.__code__.co_filename.startswith("<attrs generated"):
            cls.__repr__ = Record.__repr__  # type: ignore[method-assign]
        register_class(cls)  # so that `st.from_type` of Hypothesis knows it


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - an integer with too many digits, deep nesting, or a class of the user's
        return f"<{type(value).__name__}>"
