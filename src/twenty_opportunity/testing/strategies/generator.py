"""Schema to strategy: the documents that a schema describes. Each draw is valid, and none is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs
from hypothesis import strategies as st

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.testing.keyword_properties import ABSENT
from twenty_opportunity.testing.schema_alternatives import (
    BY_TYPE,
    Resolver,
    Where,
    accepts,
    allowed_values,
    types,
    unsupported,
)
from twenty_opportunity.testing.strategies.scalars import (
    Form,
    Weighted,
    any_text,
    choose,
    constant,
    copied,
    date_times,
    dates,
    drawn,
    integers,
    matching_texts,
    numbers,
    ready,
    strategy_of,
    uuids,
    weight_of,
)

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from twenty_opportunity.schemas.reading import Schema

_NAMES: Final = (
    "customField",
    "probability",
    "searchVector",
    "favorites",
    "created_at",
    "Name",
    "extra",
    "self",
    "__class__",
    "$ref",
    "a/b~c",
    "",
    "名前",
    "\x00",
)
_NAME: Final = choose([(3, drawn(st.sampled_from(_NAMES))), (1, drawn(st.text()))])
_COUNT: Final = st.sampled_from((1, 1, 1, 2, 3))
_SCALARS: Final[Mapping[str, list[Weighted]]] = {
    "null": [(2, constant(None))],
    "boolean": [(1, constant(False)), (1, constant(True))],  # noqa: FBT003 - a value, no flag
    "number": numbers(None, None),
    "string": any_text(0, None),
}


def members(value: Form, reserved: Collection[str] = ()) -> Form:
    """
    Make the form of some members.

    Args:
        value: The form of their values.
        reserved: The names that none of them may have.

    Returns:
        The form of a dict of one to three members.
    """

    def form(draw: DrawFn) -> dict[str, Any]:
        return {_free(_NAME(draw), reserved): value(draw) for _ in range(draw(_COUNT))}

    return form


def _free(name: str, reserved: Collection[str]) -> str:
    while name in reserved:
        name += "_"
    return name


def _of_type(depth: int) -> dict[str, list[Weighted]]:
    if depth == 0:
        return dict(_SCALARS)
    part = any_value(depth - 1)
    some = st.integers(1, 3)
    return {
        **_SCALARS,
        "array": [(1, lambda _: []), (1, lambda draw: [part(draw) for _ in range(draw(some))])],
        "object": [(1, lambda _: {}), (1, members(part))],
    }


def any_value(depth: int = 2) -> Form:
    """Make the form of any JSON value, nested no deeper than this."""
    simple = {"null": 4, "boolean": 2, "number": 3, "string": 3, "array": 1, "object": 1}
    return choose([(simple[name], choose(options)) for name, options in _of_type(depth).items()])


ANY_OF_TYPE: Final[Mapping[str, Form]] = {
    **{name: choose(options) for name, options in _of_type(2).items()},
    "integer": choose(integers(None, None)),
}
"""The form of any value of a type."""

ANY_VALUE: Final = any_value()
"""The form of any JSON value."""


_MOST_ITEMS: Final = 3  # of an array without a bound: what breaks with many items mostly breaks with two
_NULL_IS_RARER: Final = 4  # times, than all that a nullable member may be besides
_FEW: Final = 2
_ROOT: Final[Where] = ()
_ABSENT: Final = constant(ABSENT)


@attrs.frozen
class ObjectForm:
    """
    The form of an object, which can be made with some of its members replaced.

    Attributes:
        described: The form of each described member, which may make `ABSENT`.
        present: The form of each described member that makes it.
        undescribed: The form of the members that are not described; None where there may be none.
        reserved: The names that no undescribed member may have.
    """

    described: Mapping[str, Form]
    present: Mapping[str, Form]
    undescribed: Form | None
    reserved: Collection[str]

    def __call__(self, draw: DrawFn) -> dict[str, Any]:
        """Make an object."""
        return self.made(draw, self.described)

    def made(self, draw: DrawFn, described: Mapping[str, Form]) -> dict[str, Any]:
        """Make an object of described members."""
        drawn_members = [(name, form(draw)) for name, form in described.items()]
        instance = {name: value for name, value in drawn_members if value is not ABSENT}
        if self.undescribed is not None:
            instance.update(self.undescribed(draw))
        return instance


class Generator:
    """
    Makes forms of the parts of one schema.

    Args:
        root: The schema, which needs no other.
        representable: Make only what a record can hold.
    """

    def __init__(self, root: Mapping[str, Any], *, representable: bool = False) -> None:
        self.resolver: Resolver = Resolver(root)
        self._known: dict[int, list[Weighted]] = {}
        self._formats: Final[Mapping[str, Callable[[Callable[[str], bool]], list[Weighted]]]] = {
            "date": lambda takes: dates(takes, representable=representable),
            "date-time": lambda takes: date_times(takes, representable=representable),
            "uuid": uuids,
        }

    def form(self, schema: Schema, where: Where = _ROOT) -> Form:
        """
        Make the form of the instances of a schema.

        Args:
            schema: The schema, or a part of it.
            where: The place of that part.

        Returns:
            The form.

        Raises:
            UnsupportedSchemaError: There is a keyword, format or combination that no document can be made for.
        """
        options = self._options(schema, where)
        if not options:
            raise unsupported(where, "nothing is valid here")
        return choose(options)

    def replaced(self, schema: Schema, replaced: Mapping[str, Form]) -> Form:
        """Make the form of the objects that a schema describes, with some of their members made by other forms."""
        alternatives = self.resolver.alternatives(schema, _ROOT)
        return choose([(1, self.object_form(plain, place, replaced)) for plain, place in alternatives])

    def _options(self, schema: Schema, where: Where) -> list[Weighted]:
        """List the forms of the instances of a schema; none where nothing is valid."""
        # The same part is met often: through references, and in each of several alternatives.
        if id(schema) not in self._known:
            self._known[id(schema)] = self._listed(schema, where)
        return self._known[id(schema)]

    def _listed(self, schema: Schema, where: Where) -> list[Weighted]:
        options: list[Weighted] = []
        nullable = False
        for plain, place in self.resolver.alternatives(schema, where):
            if "const" in plain or "enum" in plain:
                options.extend((1, copied(value)) for value in allowed_values(plain))
                continue
            for name in types(plain):
                nullable |= name == "null"
                options.extend(self._of_type(name, plain, place))
        if not nullable:
            return options
        # What is chosen by draws of its own shrinks better than what is one of very many.
        return [(1, constant(None)), (_NULL_IS_RARER, choose(options))] if options else [(1, constant(None))]

    def _of_type(self, name: str, schema: Mapping[str, Any], where: Where) -> list[Weighted]:
        if name == "null":
            return []
        if name == "string":
            return self._strings(schema, where)
        if not BY_TYPE[name] & schema.keys():
            return [(10, ANY_OF_TYPE[name])]
        if name == "object":
            return [(10, drawn(strategy_of(self.object_form(schema, where), schema.get("title", "object"))))]
        if name == "array":
            return [(10, drawn(self._array(schema, where)))]
        maker = integers if name == "integer" else numbers
        return maker(schema.get("minimum"), schema.get("maximum"))

    def _strings(self, schema: Mapping[str, Any], where: Where) -> list[Weighted]:
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        if "format" in schema:
            return self._formatted(schema, (*where, "format"))
        if "pattern" not in schema:
            return any_text(least, most)
        try:
            return matching_texts(schema["pattern"], least, most)
        except UnsupportedSchemaError as error:
            raise unsupported((*where, "pattern"), error.reason) from None

    def _formatted(self, schema: Mapping[str, Any], where: Where) -> list[Weighted]:
        if schema["format"] not in self._formats:
            raise unsupported(where, f"the format {schema['format']!r} is not supported for generated documents")
        others = {keyword: schema[keyword] for keyword in BY_TYPE["string"] & schema.keys() - {"format"}}
        options = self._formats[schema["format"]](accepts(others) if others else _accepts_all)
        if not options:
            raise unsupported(where, f"no {schema['format']} is known that fits {others}")
        return options

    def _array(self, schema: Mapping[str, Any], where: Where) -> SearchStrategy[list[Any]]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + _MOST_ITEMS), least + _MOST_ITEMS)
        return st.lists(self.item(schema, where), min_size=least, max_size=most)

    def item(self, schema: Mapping[str, Any], where: Where) -> SearchStrategy[Any]:
        """Make the strategy of the items of the arrays that a schema of them describes."""
        return strategy_of(self.form(schema.get("items", True), (*where, "items")), "item")

    def object_form(
        self, schema: Mapping[str, Any], where: Where, replaced: Mapping[str, Form] = MappingProxyType({})
    ) -> ObjectForm:
        """
        Make the form of the objects that a schema of them describes.

        Args:
            schema: The schema, without references and combinations.
            where: Its place.
            replaced: Forms to make some of the members by, whatever the schema says of them.

        Returns:
            The form.

        Raises:
            UnsupportedSchemaError: No document can be made for a part of it.
        """
        required: list[str] = schema.get("required", [])
        forbidden = set(schema.get("not", {}).get("required", [])[-1:])
        described: dict[str, Form] = {}
        present: dict[str, Form] = {}
        for name in [*schema.get("properties", {}), *required]:
            member = schema.get("properties", {}).get(name, True)
            options = self._options(member, (*where, "properties", name)) if name not in forbidden else []
            if options:
                present[name] = choose(options)
            elif name in required:
                raise unsupported(where, f"the property {name} is required and cannot be valid")
            described[name] = present[name] if name in required else _optional(options)
        described.update(replaced)
        reserved = described.keys() | forbidden
        return ObjectForm(described, present, self._extra(schema, where, reserved), reserved)

    def _extra(self, schema: Mapping[str, Any], where: Where, reserved: Collection[str]) -> Form | None:
        additional = schema.get("additionalProperties", True)
        if additional is False:
            return None
        value = ANY_VALUE if additional is True else self.form(additional, (*where, "additionalProperties"))
        return choose([(9, lambda _: {}), (3, members(value, reserved))])


def _optional(options: list[Weighted]) -> Form:
    """Make the form of a member that is absent as often as not."""
    few = options if len(options) <= _FEW else [(1, choose(options))]
    return choose([(max(1, weight_of(few)), _ABSENT), *few])


def _accepts_all(_: str) -> bool:
    return True


def from_schema(
    schema: Mapping[str, Any], *, representable: bool = False, replaced: Mapping[str, Form] = MappingProxyType({})
) -> SearchStrategy[Any]:
    """
    Make the strategy of the instances of a schema.

    Args:
        schema: The schema, which needs no other.
        representable: Make only what a record can hold: no leap seconds, no year 0000, no more than microseconds.
        replaced: Forms to make some members of the outermost object by, whatever the schema says of them.

    Returns:
        The strategy. Everything it makes is valid, what is replaced aside, and it shrinks to what a person would write.

    Raises:
        UnsupportedSchemaError: There is a keyword, format or combination that no document can be made for.
    """
    generator = Generator(schema, representable=representable)
    form = generator.replaced(schema, replaced) if replaced else generator.form(schema)
    return ready(strategy_of(form, schema.get("title", "document")))
