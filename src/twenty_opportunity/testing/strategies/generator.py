"""Build strategies from schemas. Every drawn document is valid, and none is rejected."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.records import UNSET
from twenty_opportunity.testing.schema_alternatives import (
    BY_TYPE,
    Resolver,
    Where,
    accepts,
    allowed_values,
    left_out,
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
    from collections.abc import Callable, Collection, Mapping

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
_SOME: Final = st.integers(1, 3)
_SHARES: Final = {"null": 4, "boolean": 2, "number": 3, "string": 3, "array": 1, "object": 1}


def _properties(value: Form, reserved: Collection[str] = ()) -> Form:
    """Make the form of a dict of one to three properties, none with a reserved name."""

    def form(draw: DrawFn) -> dict[str, Any]:
        return {_free(_NAME(draw), reserved): value(draw) for _ in range(draw(_COUNT))}

    return form


def _free(name: str, reserved: Collection[str]) -> str:
    while name in reserved:
        name += "_"
    return name


def _any_of_type(depth: int = 2) -> dict[str, Form]:
    """Make the form of the JSON values of each type, nested up to a depth."""
    found = {
        "null": constant(None),
        "boolean": choose([(1, constant(False)), (1, constant(True))]),  # noqa: FBT003 - a value, not a flag
        "number": choose(numbers(None, None)),
        "string": choose(any_text(0, None)),
    }
    if depth:
        part = _any_of(_any_of_type(depth - 1))
        found["array"] = choose([(1, lambda _: []), (1, lambda draw: [part(draw) for _ in range(draw(_SOME))])])
        found["object"] = choose([(1, lambda _: {}), (1, _properties(part))])
    return found


def _any_of(forms: Mapping[str, Form]) -> Form:
    return choose([(_SHARES[name], form) for name, form in forms.items()])


_ANY_VALUE: Final = _any_of(_any_of_type())
_ANY_OF_TYPE: Final[Mapping[str, Form]] = {**_any_of_type(), "integer": choose(integers(None, None))}

_MOST_ITEMS: Final = 3  # of an array without a limit: errors with many items mostly occur with two
_NULL_IS_RARER: Final = 4  # times than all other values of a nullable property
_FEW: Final = 2
_ROOT: Final[Where] = ()
_ABSENT: Final = constant(UNSET)
_NOTHING_REPLACED: Final[Mapping[str, Form]] = MappingProxyType({})


def from_schema(
    schema: Mapping[str, Any], *, representable: bool = False, replaced: Mapping[str, Form] = _NOTHING_REPLACED
) -> SearchStrategy[Any]:
    """
    Make the strategy of the instances of a schema, which shrink to simple ones.

    Args:
        schema: The schema. All its references stay within it.
        representable: Make only what a record can hold: no leap seconds, no year 0000, at most microseconds.
        replaced: Forms for some properties of the outermost object, used instead of those of the schema.

    Returns:
        The strategy. Every value is valid, except for replaced properties.
    """
    generator = _Generator(schema, representable=representable)
    if replaced:
        alternatives = generator.resolver.alternatives(schema, _ROOT)
        form = choose([(1, generator.object(plain, place, replaced)) for plain, place in alternatives])
    else:
        form = generator.form(schema, _ROOT)
    return ready(strategy_of(form, schema.get("title", "document")))


class _Generator:
    """Makes the forms of the parts of one schema."""

    def __init__(self, root: Mapping[str, Any], *, representable: bool) -> None:
        self.resolver = Resolver(root)
        self._known: dict[int, list[Weighted]] = {}
        self._formats: Final[Mapping[str, Callable[[Callable[[str], bool]], list[Weighted]]]] = {
            "date": lambda takes: dates(takes, representable=representable),
            "date-time": lambda takes: date_times(takes, representable=representable),
            "uuid": uuids,
        }

    def form(self, schema: Schema, where: Where) -> Form:
        """Make the form of the instances of a part of the schema."""
        options = self._options(schema, where)
        if not options:
            raise unsupported(where, "nothing is valid here")
        return choose(options)

    def object(self, schema: Mapping[str, Any], where: Where, replaced: Mapping[str, Form]) -> Form:
        """Make the form of the objects of a schema without references, with some properties replaced."""
        required: list[str] = schema.get("required", [])
        properties = schema.get("properties", {})
        forbidden = left_out(schema, replaced)
        described: dict[str, Form] = {}
        for name in [*properties, *required]:
            part = properties.get(name, True)
            options = self._options(part, (*where, "properties", name)) if name not in forbidden else []
            if name in required and not options:
                raise unsupported(where, f"the property {name} is required and cannot be valid")
            described[name] = choose(options) if name in required else _optional(options)
        described.update(replaced)
        others = self._undescribed(schema, where, described.keys() | forbidden)

        def form(draw: DrawFn) -> dict[str, Any]:
            drawn_properties = [(name, form(draw)) for name, form in described.items()]
            found = {name: value for name, value in drawn_properties if value is not UNSET}
            found.update(others(draw))
            return found

        return form

    def _options(self, schema: Schema, where: Where) -> list[Weighted]:
        """List the forms of the instances of a schema; the list is empty if nothing is valid."""
        # The same part is reached by several references, and from each of several alternatives.
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
        # A choice with its own draw shrinks better than one of very many.
        return [(1, constant(None)), (_NULL_IS_RARER, choose(options))] if options else [(1, constant(None))]

    def _of_type(self, name: str, schema: Mapping[str, Any], where: Where) -> list[Weighted]:
        if name == "null":
            return []
        if name == "string":
            return self._strings(schema, where)
        if not BY_TYPE[name] & schema.keys():
            return [(10, _ANY_OF_TYPE[name])]
        if name == "object":
            form = self.object(schema, where, _NOTHING_REPLACED)
            return [(10, drawn(strategy_of(form, schema.get("title", "object"))))]
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
        options = self._formats[schema["format"]](accepts(others))
        if not options:
            raise unsupported(where, f"no {schema['format']} is known that fits {others}")
        return options

    def _array(self, schema: Mapping[str, Any], where: Where) -> SearchStrategy[list[Any]]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + _MOST_ITEMS), least + _MOST_ITEMS)
        item = self.form(schema.get("items", True), (*where, "items"))
        return st.lists(strategy_of(item, "item"), min_size=least, max_size=most)

    def _undescribed(self, schema: Mapping[str, Any], where: Where, reserved: Collection[str]) -> Form:
        additional = schema.get("additionalProperties", True)
        if additional is False:
            return lambda _: {}
        value = _ANY_VALUE if additional is True else self.form(additional, (*where, "additionalProperties"))
        return choose([(9, lambda _: {}), (3, _properties(value, reserved))])


def _optional(options: list[Weighted]) -> Form:
    """Make the form of a property that is absent in half of the objects."""
    few = options if len(options) <= _FEW else [(1, choose(options))]
    return choose([(max(1, weight_of(few)), _ABSENT), *few])
