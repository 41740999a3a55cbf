"""Metadata is read in each form that servers use; everything else is refused with the expected form."""

from __future__ import annotations

import contextlib
import copy
import functools
import operator
import pickle
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twenty_opportunity.errors import TwentyOpportunityError
from twenty_opportunity.schemas.field_types import Field
from twenty_opportunity.schemas.metadata_reader import MetadataError, object_fields, objects_of
from twenty_opportunity.values.object_names import ObjectName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS: Final[list[dict[str, Any]]] = [
    {"name": "name", "type": "TEXT"},
    {"name": "budget", "type": "CURRENCY", "isNullable": True, "isActive": True, "label": "Budget"},
]
FIELDS: Final = [Field("name", "TEXT"), Field("budget", "CURRENCY", "Budget", nullable=True)]
DEAL: Final[dict[str, Any]] = {"id": "1", "nameSingular": "opportunity", "fields": ROWS}
OTHER: Final[dict[str, Any]] = {"nameSingular": "company", "fields": [{"name": "domain", "type": "LINKS"}]}
KEYS: Final = ["name", "type", "settings", "options", "relation", "morphRelations", "isActive", "isNullable", "label"]
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "objects", "edges", "node", "nameSingular", "fields", "name", "type"]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


NONE_OF_IT: Final[list[tuple[Any, str]]] = [
    (None, "found NoneType"),
    (7, "found int"),
    ("{}", "found str, which has to be decoded first"),
    (b"{}", "found bytes, which has to be decoded first"),
    ({}, "found an object with no properties"),
    ([], "found a list of 0 without it"),
    ({"statusCode": 401, "error": "Unauthorized"}, "found an object with statusCode, error"),
    ({1: 2}, "found an object with int"),
    ({"data": {"objects": []}}, "found an object with data"),
    ([OTHER, {"nameSingular": "person"}, {"fields": []}], "none of that name: company, person, NoneType"),
    (OTHER, "none of that name: company"),
    ({"nameSingular": "opportunity"}, "found it without fields"),
    ({"nameSingular": "opportunity", "fields": []}, "found it without fields"),
    ({"nameSingular": "opportunity", "fields": "name"}, "found it without fields"),
    ({**DEAL, "fields": [*ROWS, None]}, "found fields[2] of type NoneType"),
    ({**DEAL, "fields": {"name": "TEXT"}}, "found fields.name of type str"),
    ({**DEAL, "fields": {"edges": [{"node": "x"}]}}, "found fields.edges[0] of type str"),
]


def field(**row: Any) -> Field:
    """Read the metadata of one field."""
    return object_fields({**DEAL, "fields": [{"name": "custom", "type": "TEXT", **row}]})[0]


def nodes(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Wrap items as GraphQL does."""
    return {"edges": [{"node": item} for item in items]}


@pytest.mark.parametrize(
    "metadata",
    [
        {"data": {"objects": [OTHER, DEAL]}, "pageInfo": {}, "totalCount": 2},
        {"data": [OTHER, DEAL], "pageInfo": {}, "totalCount": 2},
        DEAL,
        {"fields": ROWS},
        {"data": DEAL},
        {"data": {"object": DEAL}},
        {"object": DEAL},
        {"objects": [DEAL, OTHER]},
        [OTHER, DEAL],
        {"data": {"objects": nodes([OTHER, DEAL])}},
        nodes([OTHER, DEAL]),
        {"nameSingular": "opportunity", "fieldsList": ROWS},
        {"nameSingular": "opportunity", "fieldsList": ROWS, "fields": {"edges": []}},
        {"nameSingular": "opportunity", "fieldsList": [], "fields": ROWS},
        {"nameSingular": "opportunity", "fieldsList": None, "fields": nodes(ROWS)},
        {"data": {"objects": nodes([{"nameSingular": "opportunity", "fields": nodes(ROWS)}])}},
        {"nameSingular": "opportunity", "fields": {row["name"]: row for row in ROWS}},
        {
            "nameSingular": "opportunity",
            "fields": {"name": {"type": "TEXT"}, "budget": {"type": "CURRENCY", "isNullable": True, "label": "Budget"}},
        },
    ],
    ids=str,
)
def test_every_envelope_is_opened(metadata: Any) -> None:
    """Every form in which servers and exports send metadata has the same fields, and is not changed."""
    before = copy.deepcopy(metadata)
    assert object_fields(metadata) == FIELDS
    assert metadata == before


@pytest.mark.parametrize(("metadata", "found"), NONE_OF_IT, ids=str)
def test_anything_else_is_refused(metadata: Any, found: str) -> None:
    """The error has the expected form, the name of the object, and the form that was found instead."""
    with pytest.raises(MetadataError) as caught:
        object_fields(metadata)
    message = str(caught.value)
    assert found in message
    assert message.startswith('expected the metadata of the object "opportunity"')


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"name": "custom"}, "fields[0] lacks a type"),
        ({"name": "custom", "type": 1}, "fields[0] lacks a type"),
        ({"type": "TEXT"}, "fields[0] has the name NoneType; Twenty's names match ^[a-z][a-zA-Z0-9]*$ of 1 to 63"),
        ({"name": "", "type": "TEXT"}, "has the name ; "),
        ({"name": "Close date", "type": "TEXT"}, "has the name Close date;"),
        ({"name": "n\n", "type": "TEXT"}, "has the name n\\n;"),
        ({"name": "x" * 64, "type": "TEXT"}, "of 1 to 63 characters"),
        ({"name": "été", "type": "TEXT"}, "has the name été;"),
        ({"name": "a", "type": "RELATION", "settings": {"joinColumnName": "__proto__"}}, "joinColumnName __proto__;"),
        ({"name": "a", "type": "SELECT", "options": [{"label": "A"}]}, "fields[0] has an option without a value"),
        ({"name": "a", "type": "SELECT", "options": [{"value": ""}]}, "fields[0] has an option without a value"),
        ({"name": "a", "type": "SELECT", "options": [{"value": "\ud800"}]}, "fields[0] has an option without a value"),
    ],
    ids=str,
)
def test_a_field_that_cannot_be_one_is_refused(row: dict[str, Any], message: str) -> None:
    """A name or option that servers never have means that something else was read; the error has the place."""
    with pytest.raises(MetadataError) as caught:
        object_fields({**DEAL, "fields": [row]})
    assert message in str(caught.value)


def test_errors_stay_short_and_pickle() -> None:
    """The error is short however large the argument; it is a MetadataError and a ValueError, and pickles."""
    rows = [{"nameSingular": "x" * 10_000}] * 10_000
    with pytest.raises(MetadataError) as caught:
        object_fields(rows)
    assert len(str(caught.value)) < 1_000
    assert str(caught.value).endswith(", ...")
    assert isinstance(caught.value, TwentyOpportunityError)
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - pickled here


def test_inactive_fields_are_left_out() -> None:
    """Only isActive false makes a field inactive; unset keys may be absent or null."""
    rows = [
        {"name": name, "type": "TEXT", "isActive": active}
        for name, active in zip("abc", [True, False, None], strict=True)
    ]
    assert [found.name for found in object_fields({"fields": rows})] == ["a", "c"]


def test_a_name_may_be_as_long_as_a_join_column_is_not() -> None:
    """Names have at most 63 characters; the name of a join column, which ends in Id, may have more."""
    longest = "x" * 63
    found = field(name=longest, type="RELATION", settings={"joinColumnName": f"{longest}Id"})
    assert (found.name, found.join_column) == (longest, f"{longest}Id")


@pytest.mark.parametrize(
    ("row", "description"),
    [
        ({"label": "Budget", "description": "What they can spend."}, "What they can spend."),
        ({"label": "Budget", "description": None}, "Budget"),
        ({"label": "Budget", "description": " \n"}, "Budget"),
        ({"label": 1, "description": 2}, ""),
        ({"label": "\ud800!"}, "?!"),
    ],
)
def test_the_description_is_the_workspaces_own(row: dict[str, Any], description: str) -> None:
    """The description of a field, or else its label, is used; characters outside UTF-8 are replaced."""
    assert field(**row).description == description


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ([{"value": "A", "label": "a"}, {"value": "B"}], ("A", "B")),
        (["A", "B"], ("A", "B")),
        ([{"value": "3rd choice"}], ("3rd choice",)),
        ([], None),
        (None, None),
        ("A", None),
    ],
)
def test_options_are_read(options: Any, values: Any) -> None:
    """Options are objects, or only their values in some exports; otherwise they are unknown."""
    assert field(type="SELECT", options=options).options == values


@pytest.mark.parametrize(
    ("row", "relation_type"),
    [
        ({"settings": {"relationType": "ONE_TO_MANY"}}, "ONE_TO_MANY"),
        ({"settings": {"relationType": "MANY_TO_ONE"}, "relation": {"type": "ONE_TO_MANY"}}, "MANY_TO_ONE"),
        ({"settings": None, "relation": {"type": "ONE_TO_MANY"}}, "ONE_TO_MANY"),
        ({"morphRelations": [{"type": "MANY_TO_ONE"}]}, "MANY_TO_ONE"),
        ({"morphRelations": [None]}, None),
        ({"morphRelations": {}}, None),
        ({"settings": {"joinColumnName": "customId"}}, "MANY_TO_ONE"),
        ({"settings": {"relationType": ["ONE_TO_MANY"]}}, None),
        ({"settings": "ONE_TO_MANY"}, None),
        ({"settings": '{"relationType": "ONE_TO_MANY"}'}, "ONE_TO_MANY"),
        ({"settings": '{"joinColumnName": "customId"}'}, "MANY_TO_ONE"),
        ({"settings": "[" * 100_000}, None),
        ({"relationDefinition": {"direction": "ONE_TO_MANY"}}, "ONE_TO_MANY"),
        ({"relationDefinition": {"direction": "MANY_TO_ONE"}, "settings": None}, "MANY_TO_ONE"),
        ({"relationDefinition": {"direction": "MANY_TO_MANY"}}, None),
        ({"toRelationMetadata": {"id": "1"}, "fromRelationMetadata": None}, "MANY_TO_ONE"),
        ({"toRelationMetadata": None, "fromRelationMetadata": {"id": "1"}}, "ONE_TO_MANY"),
        ({}, None),
    ],
)
def test_the_side_of_a_relation_is_read(row: dict[str, Any], relation_type: str | None) -> None:
    """It is in the settings or next to them, and only one side has a join column."""
    assert field(type="RELATION", **row).relation_type == relation_type


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"type": "RICH_TEXT_V2"}, field(type="RICH_TEXT")),
        ({"writability": "OPEN"}, field()),
        ({"writability": None}, field()),
        ({"writability": "APPLICATION"}, field()._replace(writable=False)),
        ({"writability": "SYSTEM"}, field()._replace(writable=False)),
        ({"settings": {"maxNumberOfValues": 3}}, field()._replace(most_values=3)),
        ({"settings": '{"maxNumberOfValues": 0}'}, field()._replace(most_values=0)),
        ({"settings": {"maxNumberOfValues": "3"}}, field()),
        ({"settings": {"maxNumberOfValues": True}}, field()),
        ({"settings": {"maxNumberOfValues": -1}}, field()),
    ],
    ids=str,
)
def test_types_settings_and_writability_are_read(row: dict[str, Any], expected: Field) -> None:
    """Rich text of both versions has one type; only open fields are writable; files have a maximum number."""
    assert field(**row) == expected


COMPANY_FIELD: Final = {"name": "domainName", "type": "LINKS", "objectMetadataId": "1"}
OWN_FIELDS: Final = [
    {"name": name, "type": "TEXT", "objectMetadataId": "2"} for name in ("stage", "closeDate", "pointOfContact")
]


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"fields": [COMPANY_FIELD]}},
        {"data": {"fields": [*OWN_FIELDS, COMPANY_FIELD]}, "pageInfo": {"hasNextPage": False}},
        {"fields": [COMPANY_FIELD]},
        {"data": {"fields": nodes([{"name": "domainName", "type": "LINKS"}])}},
        {"data": {"fields": [{**COMPANY_FIELD, "object": {"nameSingular": "company"}}]}},
    ],
    ids=str,
)
def test_fields_of_other_objects_are_refused(answer: Any) -> None:
    """Fields, even a single one, do not show which object they belong to; the error says what to ask for."""
    with pytest.raises(MetadataError, match=r"found fields without the object.*GET /rest/metadata/objects"):
        object_fields(answer)


def test_fields_of_the_opportunity_are_known_by_their_object_or_names() -> None:
    """Fields that name the opportunity, or that only an opportunity has, are accepted without an object."""
    named = {**COMPANY_FIELD, "object": {"nameSingular": "opportunity"}}
    assert [found.name for found in object_fields({"data": {"fields": [named]}})] == ["domainName"]
    assert len(object_fields({"data": {"fields": OWN_FIELDS}})) == 3


@pytest.mark.parametrize(
    "metadata",
    [
        {"data": {"objects": [OTHER]}, "pageInfo": {"hasNextPage": True}},
        {"data": {"objects": {**nodes([OTHER]), "pageInfo": {"hasNextPage": True}}}},
        {"data": [], "pageInfo": {"hasNextPage": True}},
        {"nameSingular": "opportunity", "fields": {**nodes(ROWS), "pageInfo": {"hasNextPage": True}}},
    ],
    ids=str,
)
def test_a_page_that_is_not_the_last_is_no_answer(metadata: Any) -> None:
    """If the opportunity or its fields may be on the next page, the error says to fetch it."""
    with pytest.raises(MetadataError, match="hasNextPage is true; fetch the next page"):
        object_fields(metadata)


def test_the_first_page_is_enough_if_the_opportunity_is_on_it() -> None:
    """A page that lacks nothing is accepted."""
    assert object_fields({"data": {"objects": [DEAL]}, "pageInfo": {"hasNextPage": True}}) == FIELDS


def test_the_targets_of_a_relation_to_several_are_read() -> None:
    """Each object that a relation may lead to has both names; entries without names are skipped."""
    good = {"targetObjectMetadata": {"nameSingular": "company", "namePlural": "companies"}}
    bad = [None, {}, {"targetObjectMetadata": {"nameSingular": "", "namePlural": "x"}}]
    assert field(type="MORPH_RELATION", morphRelations=[*bad, good]).targets == (ObjectName("company", "companies"),)


def is_settled(metadata: Any) -> bool:
    """Check that metadata has fields or raises a MetadataError, and is not changed."""
    before = repr(metadata)
    try:
        fields = object_fields(metadata)
    except MetadataError:
        fields = []
    return repr(metadata) == before and all(field.name.isalnum() and field.type for field in fields)


@given(JSON)
def test_nothing_but_metadata_errors_escapes(metadata: Any) -> None:
    """Any JSON has fields or raises a MetadataError."""
    assert is_settled(metadata)


@given(st.sampled_from(["nameSingular", "fields", "fieldsList"]), JSON)
def test_nothing_but_metadata_errors_escapes_from_an_object(key: str, value: Any) -> None:
    """The same is true of an object's metadata with one wrong property."""
    assert is_settled({**DEAL, key: value})


@given(st.sampled_from(KEYS), JSON)
def test_nothing_but_metadata_errors_escapes_from_a_field(key: str, value: Any) -> None:
    """The same is true of a field's metadata with one wrong property."""
    assert is_settled({**DEAL, "fields": [{"name": "custom", "type": "SELECT", key: value}]})


@pytest.mark.parametrize("metadata", [object(), object_fields, {1, 2}, (DEAL,), float("nan"), {"fields": object()}])
def test_what_is_no_json_is_refused(metadata: Any) -> None:
    """Any Python object is refused like wrong JSON."""
    with pytest.raises(MetadataError):
        object_fields(metadata)


def test_objects_and_arrays_of_classes_of_their_own_are_asked_for_nothing() -> None:
    """A dict or list whose class overrides every method is read like any other."""
    nothing: Any = None

    class OwnDict(dict[str, Any]):
        __getitem__ = get = items = keys = __iter__ = __len__ = __contains__ = nothing

    class OwnList(list[Any]):
        __getitem__ = __iter__ = __len__ = __contains__ = nothing

    option = OwnDict(value="A")
    morph = OwnDict(type="MANY_TO_ONE", targetObjectMetadata=OwnDict(nameSingular="company", namePlural="companies"))
    row = OwnDict(name="x", type="SELECT", options=OwnList([option]), morphRelations=OwnList([morph]))
    found = object_fields(OwnDict(data=OwnList([OwnDict(fields=OwnDict(edges=OwnList([OwnDict(node=row)])))])))
    targets = (ObjectName("company", "companies"),)
    assert found == [Field("x", "SELECT", options=("A",), relation_type="MANY_TO_ONE", targets=targets)]
    assert object_fields(OwnDict(fields=OwnDict(x=OwnDict(type="TEXT")))) == [Field("x", "TEXT")]
    for wrong in (OwnDict(), OwnList(), OwnDict(fields=OwnList())):
        with pytest.raises(MetadataError):
            object_fields(wrong)


NOTHING: Any = None


class Unhelpful:
    """An object that raises whatever it is asked, and cannot be hashed."""

    def _refuse(self, *_: object) -> NoReturn:
        raise ZeroDivisionError

    __bool__ = __eq__ = __iter__ = __len__ = __str__ = _refuse
    __hash__ = NOTHING


@pytest.mark.parametrize(
    "wrap", [lambda found: found, lambda found: {"data": {"objects": [found]}}, lambda found: [found]]
)
def test_no_value_of_metadata_is_asked_for_anything(wrap: Callable[[Any], Any]) -> None:
    """An object of any class at any place of metadata is read as a missing value, or refused."""
    target = {"nameSingular": "company", "namePlural": "companies"}
    morph = {"type": "MANY_TO_ONE", "targetObjectMetadata": target}
    row = {
        "name": "x",
        "type": "SELECT",
        "objectMetadataId": "1",
        "object": {"nameSingular": "opportunity"},
        "options": [{"value": "A"}],
        "settings": {"relationType": "MANY_TO_ONE", "joinColumnName": "xId", "maxNumberOfValues": 1},
        "relation": morph,
        "morphRelations": [morph],
        **dict.fromkeys(["isActive", "isNullable", "writability", "label", "description"]),
    }
    around = {"pageInfo": {"hasNextPage": False}, "totalCount": 1, "data": {}, "objects": {}}
    for whole in (
        {**around, "nameSingular": "opportunity", "namePlural": "opportunities", "isActive": True, "fields": [row]},
        {**around, "fields": {"pageInfo": {"hasNextPage": False}, "edges": [{"node": row}]}},
        {"data": {**around, "fieldsList": [row]}},
        {"data": {"objects": {"edges": [{"node": {"nameSingular": "company", "fields": [row]}}]}, **around}},
        around,
    ):
        metadata = wrap(whole)
        for place in places(metadata):
            changed = copy.deepcopy(metadata)
            holder, key = functools.reduce(operator.getitem, place[:-1], changed), place[-1]
            holder[key] = Unhelpful()
            for read in (object_fields, objects_of):
                with contextlib.suppress(MetadataError):
                    read(changed)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each value within a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def test_a_value_that_contains_itself_is_refused() -> None:
    """Deep nesting does not exhaust the stack."""
    ring: list[Any] = []
    ring.append(ring)
    deep: Any = []
    for _ in range(100_000):
        deep = {"data": deep}
    for metadata in (ring, deep):
        with pytest.raises(MetadataError):
            object_fields(metadata)
