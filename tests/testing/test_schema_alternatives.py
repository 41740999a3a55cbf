"""The alternatives of a schema: merged, and refused if no document can be made for them."""

from __future__ import annotations

from typing import Any

import pytest

from twenty_opportunity.errors import UnsupportedSchemaError
from twenty_opportunity.testing.schema_alternatives import Resolver, allowed_values, excluded_names, left_out, types


def alternatives(schema: dict[str, Any]) -> list[Any]:
    """List the plain schemas of a schema."""
    return [plain for plain, _ in Resolver(schema).alternatives(schema, ())]


def refusal(schema: dict[str, Any]) -> str:
    """Return the place and reason of a refusal."""
    with pytest.raises(UnsupportedSchemaError) as error:
        alternatives(schema)
    return str(error.value)


def test_a_plain_schema_is_its_only_alternative() -> None:
    """A schema without combinations is its only alternative, and the schema false has none."""
    assert alternatives({"type": "string", "x-own": 1}) == [{"type": "string", "x-own": 1}]
    assert Resolver({}).alternatives(True, ()) == [({}, ())]  # noqa: FBT003 - a schema
    assert Resolver({}).alternatives(False, ()) == []  # noqa: FBT003 - a schema


def test_a_reference_is_merged_with_the_keywords_beside_it() -> None:
    """The keywords beside a reference apply, too, and the place is that of its target."""
    schema = {"$defs": {"a/b": {"type": ["object", "null"], "title": "x"}}, "type": "object", "$ref": "#/$defs/a~1b"}
    [(plain, place)] = Resolver(schema).alternatives(schema, ())
    assert (plain["type"], plain["title"], place) == (["object"], "x", ("$defs", "a/b"))


def test_branches_are_merged_with_the_keywords_beside_them() -> None:
    """Each branch of `anyOf` is an alternative, with the keywords beside `anyOf`."""
    schema = {"type": "object", "required": ["a"], "anyOf": [{"required": ["b"]}, {"required": ["a", "c"]}]}
    assert [plain["required"] for plain in alternatives(schema)] == [["a", "b"], ["a", "c"]]


def test_equal_keywords_do_not_conflict() -> None:
    """A keyword may be beside `anyOf` and in its branches if both have the same value."""
    assert alternatives({"minimum": 1, "anyOf": [{"minimum": 1}]}) == [{"minimum": 1}]


def test_types_are_listed_simplest_first() -> None:
    """Types come in one order, and a number covers the integers."""
    assert types({"type": ["object", "null"]}) == ("null", "object")
    assert types({"type": ["integer", "number"]}) == ("number",)
    assert types({"type": "integer"}) == ("integer",)
    assert len(types({})) == 6


def test_values_that_the_rest_of_the_schema_refuses_are_not_allowed() -> None:
    """Listed values that the type does not allow are left out."""
    assert allowed_values({"$schema": "x", "type": "string", "enum": ["a", 1, None]}) == ["a"]
    assert allowed_values({"const": None}) == [None]


def test_alternatives_of_one_of_must_be_disjoint() -> None:
    """Alternatives of `oneOf` are refused if one value could be valid for two of them."""
    assert len(alternatives({"oneOf": [{"type": "integer"}, {"type": ["string", "null"]}]})) == 2
    assert len(alternatives({"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "string", "const": "b"}]})) == 2
    assert refusal({"oneOf": [{"type": "integer"}, {"type": "number"}]}).startswith("/oneOf: ")
    assert "type string" in refusal({"oneOf": [{"enum": ["a"], "type": "string"}, {"const": "a", "type": "string"}]})


@pytest.mark.parametrize(
    ("schema", "place", "named"),
    [
        ({"multipleOf": 2}, "/multipleOf", "keyword"),
        ({"uniqueItems": True}, "/uniqueItems", "'uniqueItems'"),
        ({"allOf": [{}]}, "/allOf", "'allOf'"),
        ({"not": {"type": "string"}}, "/not", "'not'"),
        ({"not": {"type": "string", "required": ["a"]}}, "/not", "'not'"),
        ({"anyOf": [{"minimum": 1}], "minimum": 2}, "/anyOf/0/minimum", "'minimum'"),
        ({"$ref": "#/$defs/none"}, "/$ref", "none"),
    ],
)
def test_unsupported_keywords_are_refused(schema: dict[str, Any], place: str, named: str) -> None:
    """An unsupported keyword or combination is refused with its place and its name."""
    message = refusal(schema)
    assert message.startswith(place)
    assert named in message


def test_a_schema_that_refers_to_itself_is_refused() -> None:
    """A circle of references would not end."""
    assert "itself" in refusal({"properties": {"a": {"$ref": "#"}}})


def test_several_properties_may_exclude_each_other() -> None:
    """Each group of properties that must not be there together is listed."""
    schema = {"not": {"description": "either", "anyOf": [{"required": ["a", "b"]}, {"required": ["c", "d"]}]}}
    assert excluded_names(schema) == [["a", "b"], ["c", "d"]]
    assert excluded_names({"not": {"required": ["a"]}}) == [["a"]]
    assert excluded_names({}) == []
    assert left_out(schema) == {"b", "d"}
    assert left_out(schema, {"b", "x"}) == {"a", "d"}
