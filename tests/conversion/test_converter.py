"""Attributes of every type are read and written, pages know their record class, and wrong values are refused."""

from __future__ import annotations

import collections
import datetime as dt
import enum
import json
import typing
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

import attrs
import pytest
import typing_extensions
from typing_extensions import TypeAliasType

from twenty_opportunity import (
    PUBLISHED,
    SERVER,
    UNSET,
    Amount,
    Opportunity,
    OpportunityPage,
    OpportunityUpdate,
    PartialOpportunity,
    Profile,
    Stage,
    UnrepresentableError,
    Unset,
    ValidationError,
)
from twenty_opportunity.conversion.fallback import make_structurer, make_unstructurer
from twenty_opportunity.records import (
    WIRE_NAME,
    FrozenMapping,
    GroupByAnswer,
    Links,
    Record,
    SpelledDecimal,
    SpelledInt,
)
from twenty_opportunity.records.responses import PageData, PageInfo


class Colour(enum.StrEnum):
    """Options that are texts."""

    RED = "RED"


class Level(enum.IntEnum):
    """Options that are integers."""

    LOW = 1


class Shade(enum.Enum):
    """Options that are texts in a plain Enum, which is not a str."""

    DARK = "DARK"


class Point:
    """A type that only a hook knows."""

    def __init__(self, x: int) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and other.x == self.x

    def __hash__(self) -> int:
        return self.x


@attrs.frozen(kw_only=True)
class Contact(Record):
    """An object within a deal."""

    full_name: str
    born: dt.date | Unset | None = UNSET


@attrs.frozen(kw_only=True)
class Deal(PartialOpportunity):
    """A deal with an attribute of every type."""

    uuid_: uuid.UUID | Unset = attrs.field(default=UNSET, metadata={WIRE_NAME: "uuid"})
    day: dt.date | Unset = UNSET
    instant: dt.datetime | Unset = UNSET
    when: dt.date | dt.datetime | Unset = UNSET
    flag: bool | Unset = UNSET
    count: int | Unset | None = UNSET
    ratio: float | Unset = UNSET
    share: Decimal | Unset = UNSET
    colour: Colour | Unset = UNSET
    open_colour: Colour | str | Unset = UNSET
    level: Level | Unset = UNSET
    shade: Shade | Unset = UNSET
    grade: Literal["A", "B"] | Unset = UNSET
    size: Literal[1, 2] | Unset = UNSET
    number_or_text: int | str | Unset = UNSET
    budget: Amount | Unset | None = UNSET
    links: Links | Unset = UNSET
    contact: Contact | Unset = UNSET
    contacts: tuple[Contact, ...] | Unset = UNSET
    holes: tuple[Contact | None, ...] | Unset = UNSET
    tags: list[str] | Unset = UNSET
    grid: tuple[tuple[int, ...], ...] | Unset = UNSET
    notes: Mapping[str, Any] | Unset = UNSET
    settings: dict[str, Any] | Unset = UNSET
    nothing: Unset | None = UNSET
    anything: Any = UNSET
    whatever: object = UNSET
    _hidden: int | Unset = UNSET
    renamed: int | Unset = attrs.field(default=UNSET, alias="other")
    derived: int = attrs.field(init=False, default=7)


UUID = "5c222222-0000-0000-0000-000000000003"
INSTANT = "2026-02-28T01:02:03.500Z"
# property, attribute, JSON, value
TYPED: list[tuple[str, str, Any, Any]] = [
    ("uuid", "uuid_", UUID, uuid.UUID(UUID)),
    ("day", "day", "2026-02-28", dt.date(2026, 2, 28)),
    ("instant", "instant", "2026-02-28T01:02:03.500Z", dt.datetime(2026, 2, 28, 1, 2, 3, 500_000, dt.UTC)),
    ("when", "when", "2026-02-28", dt.date(2026, 2, 28)),
    ("when", "when", "2026-02-28T00:00:00.000Z", dt.datetime(2026, 2, 28, tzinfo=dt.UTC)),
    ("flag", "flag", False, False),
    ("count", "count", 10**30, 10**30),
    ("count", "count", None, None),
    ("ratio", "ratio", -0.0, -0.0),
    ("ratio", "ratio", 2, 2),
    ("share", "share", "1.50", Decimal("1.50")),
    ("share", "share", 0.1, Decimal("0.1")),
    ("share", "share", 10**30, Decimal(10**30)),
    ("colour", "colour", "RED", Colour.RED),
    ("openColour", "open_colour", "RED", Colour.RED),
    ("openColour", "open_colour", "BLUE", "BLUE"),
    ("level", "level", 1, Level.LOW),
    ("shade", "shade", "DARK", Shade.DARK),
    ("grade", "grade", "B", "B"),
    ("size", "size", 2, 2),
    ("numberOrText", "number_or_text", 5, 5),
    ("numberOrText", "number_or_text", "5", "5"),
    ("numberOrText", "number_or_text", 5.0, 5),
    ("budget", "budget", {"amountMicros": 1}, Amount(amount_micros=1)),
    ("budget", "budget", None, None),
    ("links", "links", {"secondaryLinks": [], "x": 1}, Links(secondary_links=(), extra={"x": 1})),
    ("contact", "contact", {"fullName": "Jo", "born": None}, Contact(full_name="Jo", born=None)),
    ("contacts", "contacts", [{"fullName": "Jo"}], (Contact(full_name="Jo"),)),
    ("holes", "holes", [None, {"fullName": "Jo"}], (None, Contact(full_name="Jo"))),
    ("tags", "tags", ["a", ""], ["a", ""]),
    ("grid", "grid", [[1], []], ((1,), ())),
    ("notes", "notes", {"a": [None]}, FrozenMapping({"a": [None]})),
    ("settings", "settings", {"a": 1}, {"a": 1}),
    ("nothing", "nothing", None, None),
    ("anything", "anything", [{}], [{}]),
    ("whatever", "whatever", True, True),
    ("hidden", "_hidden", 1, 1),
    ("renamed", "renamed", 1, 1),
]


@pytest.mark.parametrize(("member", "attribute", "wire", "value"), TYPED)
def test_an_attribute_is_read_as_its_type_and_written_as_it_came(
    member: str, attribute: str, wire: Any, value: Any
) -> None:
    """The value has the type of the attribute, and the JSON that is written equals the JSON that was read."""
    record = SERVER.structure({member: wire}, Deal)
    read = getattr(record, attribute)
    assert (read, type(read).__mro__[-2:]) == (value, type(value).__mro__[-2:])
    assert repr(SERVER.unstructure(record)) == repr({member: wire})
    assert SERVER.loads(SERVER.dumps(record), Deal) == record


@pytest.mark.parametrize(
    ("member", "wire", "keyword"),
    [
        ("uuid", "5C222222", "format"),
        ("day", "2026-02-29", "format"),
        ("instant", "2026-02-28", "format"),
        ("when", "yesterday", "format"),
        ("flag", 1, "type"),
        ("count", 1.5, "type"),
        ("count", "5", "type"),
        ("ratio", None, "type"),
        ("share", "1e5", "pattern"),
        ("share", True, "type"),
        ("colour", "BLUE", "enum"),
        ("level", 2, "enum"),
        ("level", True, "type"),
        ("shade", "LIGHT", "enum"),
        ("grade", "C", "enum"),
        ("size", "1", "type"),
        ("budget", {"amountMicros": "x"}, None),
        ("contact", {}, "required"),
        ("contacts", [None], "type"),
        ("tags", [5], "type"),
        ("tags", "a", "type"),
        ("grid", [1], "type"),
        ("notes", [], "type"),
        ("settings", None, "type"),
        ("nothing", 0, "type"),
        ("hidden", "1", "type"),
    ],
)
def test_what_does_not_fit_the_type_is_a_violation(member: str, wire: Any, keyword: str | None) -> None:
    """The types of a subclass are part of its schema: a value that does not fit them is a violation."""
    with pytest.raises(ValidationError) as caught:
        SERVER.structure({member: wire}, Deal)
    (violation,) = caught.value.violations
    assert violation.pointer.startswith(f"/{member}")
    assert keyword is None or violation.keyword == keyword


def test_attributes_are_taken_out_of_extra() -> None:
    """A property with an attribute is in the attribute; all others, whatever their names, are in extra."""
    instance = {"day": "2026-02-28", "extra": 1, "derived": 2, "_hidden": 3, "other": 4}
    record = SERVER.structure(instance, Deal)
    assert (record.day, record.derived) == (dt.date(2026, 2, 28), 7)
    assert record.extra == {"extra": 1, "derived": 2, "_hidden": 3, "other": 4}
    assert SERVER.unstructure(record) == instance


@attrs.frozen(kw_only=True)
class Needy(PartialOpportunity):
    """A deal with attributes that cannot be UNSET."""

    probability: int
    rating: int = 5
    shade: Shade | Unset = UNSET


@attrs.frozen(kw_only=True)
class Defaulting(PartialOpportunity):
    """A deal with an attribute that has a default, and can be UNSET."""

    rating: int | Unset = 5
    phases: tuple[str, ...] | Unset = ("first",)


def test_what_cannot_be_unset_is_required() -> None:
    """A record that was read always has the attributes whose type does not include UNSET."""
    assert SERVER.structure({"probability": 1, "rating": 2}, Needy).probability == 1
    with pytest.raises(ValidationError) as caught:
        SERVER.structure({}, Needy)
    assert [(each.pointer, each.keyword) for each in caught.value.violations] == [
        ("/probability", "required"),
        ("/rating", "required"),
    ]
    assert PUBLISHED.schema(Needy)["required"][-2:] == ["probability", "rating"]


def test_a_default_is_no_member_that_was_read() -> None:
    """Absent properties stay absent even if the constructor has a default, with and without generated code."""
    for instance in ({}, {"name": collections.UserString("x").data, "position": Decimal(1)}):
        record = SERVER.structure(instance, Defaulting)
        assert (record.rating, record.phases) == (UNSET, UNSET)
    assert SERVER.unstructure(SERVER.structure({}, Defaulting)) == {}
    assert SERVER.unstructure(Defaulting()) == {"rating": 5, "phases": ["first"]}


@pytest.mark.parametrize(
    ("attributes", "pointer", "reason"),
    [
        ({"probability": UNSET}, "/probability", "the attribute probability holds UnsetType; it takes int"),
        ({"probability": None}, "/probability", "the attribute probability holds NoneType; it takes int"),
        ({"probability": True}, "/probability", "the attribute probability holds bool; it takes int"),
        (
            {"probability": 1, "shade": "DARK"},
            "/shade",
            "the attribute shade holds text that is not an option of Shade",
        ),
    ],
)
def test_what_the_type_denies_is_not_written(attributes: Any, pointer: str, reason: str) -> None:
    """Neither null nor UNSET is written for an attribute whose type excludes them, at any depth."""
    page = OpportunityPage(data=PageData(opportunities=(Needy(**attributes),)))
    with pytest.raises(ValidationError) as caught:
        SERVER.dumps(page)
    (violation,) = caught.value.violations
    assert (violation.pointer, violation.message) == (f"/data/opportunities/0{pointer}", reason)
    assert (violation.keyword, violation.schema_pointer) == ("type", "/type")


@attrs.frozen(kw_only=True)
class Team(PartialOpportunity):
    """A deal with records in a list and in a tuple."""

    members: list[Contact] | Unset = UNSET
    guests: tuple[Contact, ...] | Unset = UNSET


@pytest.mark.parametrize(
    ("attributes", "pointer", "reason"),
    [
        ({"guests": (Contact(full_name=""), {"fullName": ""})}, "/guests", "holds dict, not Contact"),
        (
            {"members": (Contact(full_name=""),)},
            "/members",
            "the attribute members holds tuple; it takes list[Contact]",
        ),
        (
            {"guests": [Contact(full_name="")]},
            "/guests",
            "the attribute guests holds list; it takes tuple[Contact, ...]",
        ),
    ],
)
def test_an_array_of_records_is_written_from_its_own_type_only(attributes: Any, pointer: str, reason: str) -> None:
    """A list is not written for a tuple, nor a dict for a record, because another value would be read back."""
    with pytest.raises(ValidationError) as caught:
        SERVER.unstructure(Team(**attributes))
    (violation,) = caught.value.violations
    assert (violation.pointer[: len(pointer)], violation.message) == (pointer, reason)


def test_a_page_holds_records_of_its_object_only() -> None:
    """A record of another class in a page is refused at its place."""
    others: Any = (PageInfo(),)
    with pytest.raises(ValidationError, match="/data/opportunities/0: holds PageInfo, not "):
        SERVER.dumps(OpportunityPage(data=PageData(opportunities=others)))


class Odd(enum.Enum):
    """Values that are neither all texts nor all integers."""

    ONE = 1
    TEXT = "x"


def _subclass(name: str, annotation: Any, **options: Any) -> Any:
    return attrs.make_class(
        name,
        {"field": attrs.field(type=annotation, default=UNSET, **options)},
        bases=(PartialOpportunity,),
        frozen=True,
        kw_only=True,
    )


class Undecorated(PartialOpportunity):
    """A subclass whose author forgot the decorator."""

    LIMIT: typing.ClassVar[int] = 5
    probability: int | Unset = UNSET


class OnlyMethods(PartialOpportunity):
    """A subclass that needs no decorator."""

    LIMIT: typing.ClassVar[int] = 5

    def is_large(self) -> bool:
        """Return the name of the deal."""
        return isinstance(self.amount, Amount)


@attrs.frozen(kw_only=True)
class Twice(PartialOpportunity):
    """Two attributes for one property."""

    closeDate: str | Unset = UNSET  # noqa: N815 - the mistake


@attrs.frozen(kw_only=True)
class Endless(PartialOpportunity):
    """A class that contains itself."""

    parent: Endless | Unset = UNSET


@attrs.frozen(kw_only=True)
class Unknown(PartialOpportunity):
    """A class with an annotation that cannot be resolved."""

    thing: Nothing | Unset = UNSET  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]


@pytest.mark.parametrize(
    ("cl", "message"),
    [
        (_subclass("Deal", Odd | Unset), "Deal.field: the values of Odd are neither all texts nor all integers"),
        (_subclass("Deal", Literal[1, "x"] | Unset), "neither all texts nor all integers"),
        (
            _subclass("Deal", complex | Unset),
            "Deal.field: complex does not survive a round trip through JSON; register a hook for it with the profile",
        ),
        (_subclass("Deal", tuple[Unset, ...]), "Deal.field: UnsetType does not survive a round trip through JSON"),
        (Undecorated, "Undecorated annotates probability, but is not decorated with @attrs.frozen"),
        (Twice, "Twice.closeDate and close_date are both named closeDate"),
        (Endless, "Endless contains itself; annotate the inner record as Mapping"),
        (Unknown, "an annotation of Unknown cannot be resolved: .*; define or import it at module level"),
    ],
)
def test_a_class_that_cannot_be_read_as_it_is_typed_is_refused(cl: Any, message: str) -> None:
    """An attribute that would be read wrongly, or not at all, is a TypeError that names the class, in every call."""
    for call in (lambda: SERVER.schema(cl), lambda: SERVER.structure({}, cl)):
        with pytest.raises(TypeError, match=message):
            call()


def test_a_subclass_without_attributes_needs_no_decorator() -> None:
    """Methods and class variables alone make a document class, too."""
    assert SERVER.structure({"amount": {}}, OnlyMethods).is_large()


@attrs.frozen(kw_only=True)
class Hooked(PartialOpportunity):
    """A class with attributes that only hooks read."""

    point: Point | Unset | None = UNSET
    pair: tuple[int, str] | Unset = UNSET
    names: frozenset[str] | Unset = UNSET


@dataclass
class Pair:
    """A class that cattrs reads, dropping what it does not know."""

    one: int


@attrs.frozen
class PairOfAttrs:
    """The same, made by attrs."""

    one: int


@pytest.mark.parametrize(
    ("annotation", "named", "instead"),
    [
        (set[str], r"set\[str\]", r"use tuple\[X, \.\.\.\] or list\[X\], or "),
        (Sequence[str], r"collections\.abc\.Sequence\[str\]", r"use tuple\[X, \.\.\.\] or list\[X\], or "),
        (Iterable[str], r"collections\.abc\.Iterable\[str\]", r"use tuple\[X, \.\.\.\] or list\[X\], or "),
        (tuple[int, str], r"tuple\[int, str\]", r"use tuple\[X, \.\.\.\] or list\[X\], or "),
        (tuple[()], r"tuple\[\(\)\]", r"use tuple\[X, \.\.\.\] or list\[X\], or "),
        (dict[str, int], r"dict\[str, int\]", r"use Mapping\[str, Any\], or "),
        (typing.Mapping[str, int], r"Mapping\[str, int\]", r"use Mapping\[str, Any\], or "),
        (bytes, "bytes", "use str, or "),
        (Pair, "Pair", "make it a subclass of Record, or "),
        (PairOfAttrs, "PairOfAttrs", "make it a subclass of Record, or "),
        (complex, "complex", ""),
        (typing.LiteralString, "LiteralString", ""),
        (typing.Callable[[], int], r"Callable\[\[\], int\]", ""),
    ],
)
def test_what_only_cattrs_would_read_is_refused_with_what_to_use(annotation: Any, named: str, instead: str) -> None:
    """The default hooks of every converter would silently change values or drop properties."""
    cl = _subclass("Deal", typing.Optional[annotation])  # noqa: UP045 - some of these lack the operator
    words = f"{named} does not survive a round trip through JSON; {instead}register a hook for it with the profile's"
    for call in (lambda: SERVER.schema(cl), lambda: SERVER.structure({"field": "abc"}, cl)):
        with pytest.raises(TypeError, match=words):
            call()


Rating = typing.NewType("Rating", int)
Stars = typing.NewType("Stars", Rating)
Tags = typing_extensions.TypeAliasType("Tags", tuple[str, ...])


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        (list, [1, "a", None], [1, "a", None]),
        (tuple, [1, [None]], (1, [None])),
        (typing.List, [1], [1]),  # noqa: UP006 - users write this, too
        (typing.Tuple, [1], (1,)),  # noqa: UP006
        (dict, {"a": [1]}, {"a": [1]}),
        (typing.Mapping, {"a": 1}, FrozenMapping({"a": 1})),
        (dict[str, object], {"a": 1}, {"a": 1}),
        (Rating, 5, 5),
        (Stars, 5, 5),
        (Tags, ["a"], ("a",)),
    ],
)
def test_types_that_say_less_or_by_another_name_are_read(annotation: Any, wire: Any, value: Any) -> None:
    """An array or object without item types has items of any type; an alias of a type equals the type."""
    cl = _subclass("Deal", typing.Union[annotation, Unset])  # noqa: UP007 - some of these lack the operator
    record = SERVER.structure({"field": wire}, cl)
    assert (record.field, type(record.field)) == (value, type(value))
    assert SERVER.loads(SERVER.dumps(record), cl) == record
    assert not SERVER.is_valid({"field": "text"}, cl)


def test_a_hook_for_a_new_type_reads_it(hooked: Profile) -> None:
    """A program may register a hook for a type with another name."""
    cl = _subclass("Deal", typing.Union[Rating, Unset])  # noqa: UP007
    hooked.converter.register_structure_hook(Rating, lambda value, _: Rating(len(value)))
    assert hooked.structure({"field": "*****"}, cl).field == 5


@pytest.fixture
def hooked() -> Profile:
    """Make a profile whose converter has a hook for points."""
    profile = Profile.from_metadata({"nameSingular": "opportunity", "fields": [{"name": "name", "type": "TEXT"}]})
    profile.converter.register_structure_hook(Point, lambda value, cl: cl(value["x"]))
    profile.converter.register_unstructure_hook(Point, lambda point: {"x": point.x + 0})
    pair: Any = tuple[int, str]
    profile.converter.register_structure_hook_func(lambda cl: cl == pair, lambda value, _: (value[0], value[1]))
    profile.converter.register_structure_hook_factory(
        lambda cl: cl == frozenset[str], lambda _: lambda value, _: frozenset(value)
    )
    return profile


def test_a_type_that_only_a_hook_knows_is_read_by_it(hooked: Profile) -> None:
    """A hook for the profile's converter, registered in any of three ways, reads and writes attributes of its type."""
    instance = {"point": {"x": 1}, "pair": [1, "a"], "names": ["a"]}
    record = hooked.structure(instance, Hooked)
    assert record == Hooked(point=Point(1), pair=(1, "a"), names=frozenset("a"))
    assert hooked.unstructure(record) == instance
    assert hooked.loads(hooked.dumps(record), Hooked) == record


@pytest.mark.parametrize(
    ("instance", "pointer", "reason"),
    [
        ({"point": {}}, "/point", "the hook for Point refuses it: 'x'"),
        ({"point": 5}, "/point", "the hook for Point refuses it: 'int' object is not subscriptable"),
        ({"pair": [1]}, "/pair", "the hook for tuple refuses it: list index out of range"),
        ({"names": 5}, "/names", "the hook for frozenset refuses it: 'int' object is not iterable"),
    ],
)
def test_what_a_hook_refuses_is_unrepresentable(hooked: Profile, instance: Any, pointer: str, reason: str) -> None:
    """An exception from a hook becomes an error of this package, with the place and the hook's message."""
    with pytest.raises(UnrepresentableError) as caught:
        hooked.structure(instance, Hooked)
    assert caught.value.pointer == pointer
    assert caught.value.reason.startswith(reason)
    assert caught.value.__cause__ is not None


def test_what_a_hook_cannot_write_is_refused(hooked: Profile) -> None:
    """A hook that fails to write is a violation at the property."""
    point: Any = Point("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValidationError, match="/point: the hook for Point refuses it: can only concatenate"):
        hooked.unstructure(Hooked(point=point))
    wrong: Any = "not a point"
    with pytest.raises(ValidationError, match="/point: the attribute point holds str; it takes Point"):
        hooked.unstructure(Hooked(point=wrong))


def test_what_only_a_hook_reads_is_held_to_its_class(hooked: Profile) -> None:
    """A value of a generic type is refused if it is not an instance of the class, even if it could be written."""
    names: Any = ["a"]
    with pytest.raises(ValidationError, match="/names: the attribute names holds list; it takes frozenset"):
        hooked.unstructure(Hooked(names=names))


@pytest.mark.parametrize("kind", ["string", "number", "integer", "boolean", "object", "array"])
def test_a_hook_may_read_whatever_a_schema_describes(kind: str) -> None:
    """Nothing is known about the values that a hook takes, so an attribute of its type fits any property."""
    profile = pointed({"type": [kind, "null"]})
    assert profile.schema(Hooked)["properties"]["point"] == {"type": [kind, "null"]}
    assert pointed({"type": kind}).schema(Pointed)["properties"]["point"] == {"type": kind}


def test_a_hook_is_never_given_null() -> None:
    """Null becomes None, so it is a violation, or the class does not fit, if the attribute excludes None."""
    with pytest.raises(TypeError, match=r"Pointed\.point is Point, but .* of type null or string"):
        pointed({"type": ["string", "null"]}).schema(Pointed)
    (violation,) = pointed({}).iter_violations({"point": None}, Pointed)
    assert (violation.pointer, violation.keyword) == ("/point", "type")
    values: list[Any] = ["", 1, 0.5, True, {}, []]
    for value in values:
        assert pointed({}).is_valid({"point": value}, Pointed)
    assert pointed({}).is_valid({"point": None}, Hooked)


def pointed(described: dict[str, Any]) -> Profile:
    """Make a profile that describes the property point, with hooks that read it as anything."""
    profile = Profile("ours", lambda: {Opportunity: {"type": "object", "properties": {"point": described}}})
    profile.converter.register_structure_hook_func(lambda _: True, lambda value, _: value)
    return profile


class Near(Point):
    """A class whose base has a hook."""


def test_a_hook_may_be_registered_as_a_decorator_and_for_a_base() -> None:
    """If cattrs finds a hook for a type or its base classes, this package uses it."""
    profile = Profile("ours", lambda: {Opportunity: {"type": "object", "properties": {}}})

    def read(value: Any, cl: Any) -> Any:
        return cl(value)

    read.__annotations__["return"] = Point  # as in a module whose annotations are not strings
    profile.converter.register_structure_hook(read)
    assert profile.structure({"field": 1}, _subclass("Deal", Near | Unset)).field == Near(1)


@attrs.frozen(kw_only=True)
class Pointed(PartialOpportunity):
    """A class with an attribute that only a hook reads and that excludes null."""

    point: Point | Unset = UNSET


@attrs.frozen(kw_only=True)
class Nested(PartialOpportunity):
    """A class whose attributes hold records or lists among other types."""

    contact: Contact | str | Unset = UNSET
    rows: tuple[list[int], ...] | Unset = UNSET


def test_the_type_of_a_value_tells_which_of_several_it_is() -> None:
    """An object becomes the record, a text stays a text, and lists within a tuple are lists."""
    instance: Any = {"contact": {"fullName": "A"}, "rows": [[1], []]}
    record = SERVER.structure(instance, Nested)
    assert (record.contact, record.rows) == (Contact(full_name="A"), ([1], []))
    assert SERVER.structure({"contact": "A"}, Nested).contact == "A"
    assert SERVER.loads(SERVER.dumps(record), Nested) == record


def test_the_style_of_a_profile_is_that_of_its_records() -> None:
    """Servers write milliseconds; the published schema omits them if they are zero."""
    instant = dt.datetime(2026, 2, 28, tzinfo=dt.UTC)
    assert SERVER.unstructure(PartialOpportunity(created_at=instant)) == {"createdAt": "2026-02-28T00:00:00.000Z"}
    assert PUBLISHED.unstructure(PartialOpportunity(created_at=instant)) == {"createdAt": "2026-02-28T00:00:00Z"}


AnyValue = TypeVar("AnyValue")


@attrs.frozen(kw_only=True)
class Holder(PartialOpportunity, Generic[AnyValue]):
    """A deal with an attribute of any type."""

    kept: AnyValue
    held: AnyValue | Unset = UNSET


def test_a_variable_without_a_bound_stands_for_any_type() -> None:
    """The argument need not be a record, and the class is a record class with and without its argument."""
    instance: Any = {"kept": "2026-02-27", "held": "2026-02-28"}
    record = SERVER.structure(instance, Holder[dt.date])
    assert (record.kept, record.held) == (dt.date(2026, 2, 27), dt.date(2026, 2, 28))
    page = SERVER.structure({"data": {"opportunities": [instance]}}, OpportunityPage[Holder[dt.date]])
    assert [record.held for record in page] == [dt.date(2026, 2, 28)]


Kept = TypeVar("Kept")


@attrs.frozen(kw_only=True)
class Keeper(PartialOpportunity, Generic[Kept]):
    """A generic subclass of an opportunity."""

    kept: Kept | Unset = UNSET
    several: tuple[Kept, ...] | Unset = UNSET


@pytest.mark.parametrize(
    ("annotation", "json_value", "value"),
    [
        (int, 3, 3),
        (dt.date, "2026-02-28", dt.date(2026, 2, 28)),
        (Decimal, "1.50", SpelledDecimal("1.50")),
        (Amount, {"amountMicros": 1}, Amount(amount_micros=1)),
        (Colour, "RED", Colour.RED),
        (Any, None, None),
    ],
)
def test_a_generic_subclass_is_written_by_its_values(annotation: Any, json_value: Any, value: Any) -> None:
    """A record does not know the argument of its class, so each value is written according to its own type."""
    cl: Any = Keeper[annotation]
    record = SERVER.structure({"kept": json_value, "several": [json_value]}, cl)
    assert (record.kept, record.several) == (value, (value,))
    assert json.loads(SERVER.dumps(record)) == {"kept": json_value, "several": [json_value]}
    update = OpportunityUpdate.between(Keeper[Any](), record)
    assert update.apply(Keeper[Any]()) == record
    assert SERVER.unstructure(update) == {"kept": json_value, "several": [json_value]}
    assert SERVER.dumps(Keeper[Any]()) == b"{}"
    with pytest.raises(ValidationError, match=r"^/kept: "):
        SERVER.dumps(Keeper[Any](kept=(1,)))


@attrs.frozen(kw_only=True)
class Rated(Keeper[int], Generic[Kept]):
    """A subclass that uses the type variable of its base for something else."""

    rating: Kept | Unset = UNSET


def test_a_type_variable_belongs_to_the_class_that_uses_it() -> None:
    """A type variable may have one argument in a base and another one in the subclass."""
    instance: Any = {"kept": 3, "several": [4], "rating": "high"}
    assert SERVER.unstructure(SERVER.structure(instance, Rated[str])) == instance
    found = SERVER.iter_violations({"kept": "low", "several": [4], "rating": 5}, Rated[str])
    assert [violation.pointer for violation in found] == ["/kept", "/rating"]


def test_an_attribute_without_a_type_is_refused() -> None:
    """Without an annotation, nothing defines how to read the attribute."""
    cl = attrs.make_class("Untyped", {"seats": attrs.field(default=UNSET)}, bases=(PartialOpportunity,), kw_only=True)
    with pytest.raises(TypeError, match=r"Untyped\.seats does not have a type; annotate it"):
        SERVER.loads(b"{}", cl)


Item = TypeVar("Item")
Optional_ = TypeAliasType("Optional_", int | Unset | None)
Several = TypeAliasType("Several", tuple[Item, ...] | Unset, type_params=(Item,))


@attrs.frozen(kw_only=True)
class Aliased(PartialOpportunity):
    """A deal whose attributes have type aliases."""

    seats: Optional_ = UNSET
    either: Optional_ | str = UNSET
    days: Several[dt.date] = UNSET


def test_an_alias_may_have_unset_and_null_in_it() -> None:
    """An alias equals its type, also within a union and with an argument."""
    instance = {"seats": None, "either": "many", "days": ["2026-02-28"]}
    record = SERVER.structure(instance, Aliased)
    assert (record.seats, record.either, record.days) == (None, "many", (dt.date(2026, 2, 28),))
    assert SERVER.unstructure(record) == instance
    assert SERVER.dumps(Aliased()) == b"{}"
    assert SERVER.structure({"either": 5}, Aliased).either == 5


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb", "\x00", ""])
def test_a_property_may_have_any_name(name: str) -> None:
    """An attribute can hold a property whose name has quotes, backslashes or control characters."""

    @attrs.frozen(kw_only=True)
    class Odd(PartialOpportunity):
        odd: int | Unset = attrs.field(default=UNSET, metadata={WIRE_NAME: name})

    property_name = name or "odd"
    record = SERVER.structure({property_name: 5}, Odd)
    assert record == Odd(odd=5)
    assert SERVER.unstructure(record) == {property_name: 5}


def test_an_argument_without_a_name_is_refused_as_it_is_written() -> None:
    """A forward reference as an argument is not resolved, and the error shows it."""
    cl: Any = OpportunityPage["Needy"]
    with pytest.raises(
        TypeError, match=r"OpportunityPage\[ForwardRef\('Needy'\)\]: ForwardRef\('Needy'\) is not PartialOpportunity"
    ):
        SERVER.structure({}, cl)


AnyDeal = TypeVar("AnyDeal", bound=Needy)


@attrs.frozen(kw_only=True)
class Pages(OpportunityPage[AnyDeal], Generic[AnyDeal]):
    """A page of deals of any class."""

    token: str | Unset = UNSET


@attrs.frozen(kw_only=True)
class NeedyPage(Pages[Needy]):
    """A page of needy deals."""


@attrs.frozen(kw_only=True)
class NeedyIndeed(Needy):
    """A needy deal of another class."""


@attrs.frozen(kw_only=True)
class LastPage(NeedyPage):
    """A page of needy deals, again."""


@pytest.mark.parametrize(
    ("cl", "inner"),
    [
        (OpportunityPage, Opportunity),
        (OpportunityPage[Opportunity], Opportunity),
        (OpportunityPage[PartialOpportunity], PartialOpportunity),
        (OpportunityPage[Needy], Needy),
        (Pages, Needy),
        (Pages[Needy], Needy),
        (Pages[NeedyIndeed], NeedyIndeed),
        (NeedyPage, Needy),
        (LastPage, Needy),
    ],
)
def test_the_argument_of_a_generic_class_reaches_what_is_inside(cl: Any, inner: type) -> None:
    """A page reads records of its argument, or of the bound of its variable; so do subclasses of pages."""
    custom = {"probability": 1, "rating": 2}
    complete = {"id": UUID, "createdAt": INSTANT, "updatedAt": INSTANT, "name": "", "stage": "NEW"} | custom
    instance = {"data": {"opportunities": [complete if inner is Opportunity else custom]}}
    page = SERVER.structure(instance, cl)
    assert [type(record) for record in page] == [inner]
    assert type(page) is (typing.get_origin(cl) or cl)
    assert SERVER.loads(SERVER.dumps(page), cl) == page
    without: Any = {"data": {"opportunities": [{}]}}
    assert SERVER.is_valid(without, cl) is (inner is PartialOpportunity)


@pytest.mark.parametrize(
    ("instance", "pointer"),
    [
        ({"createdAt": "2016-12-31T23:59:60Z"}, "/createdAt"),
        ({"createdAt": "0000-01-01T00:00:00Z"}, "/createdAt"),
        ({"createdAt": "2026-01-01T00:00:00.0000001Z"}, "/createdAt"),
        ({"amount": {"amountMicros": "9" * 5000}}, "/amount/amountMicros"),
        ({"createdBy": {"source": "API"}, "updatedAt": "2016-12-31T23:59:60Z"}, "/updatedAt"),
        ({"contacts": [{"fullName": ""}, {"fullName": "", "born": "0000-01-01"}]}, "/contacts/1/born"),
        ({"instant": "2026-01-01T00:00:00.1234567Z"}, "/instant"),
        ({"share": Decimal("0.1234567890123456789")}, "/share"),
        ({"position": Decimal("1e400")}, "/position"),
        ({"position": Decimal("1" * 5000)}, "/position"),
        ({"count": Decimal("1e99999")}, "/count"),
    ],
)
def test_what_python_cannot_hold_is_pointed_at(instance: dict[str, Any], pointer: str) -> None:
    """Valid JSON that Python cannot represent is refused with its place, never rounded."""
    assert SERVER.is_valid(instance, Deal)
    with pytest.raises(UnrepresentableError) as caught:
        SERVER.structure(instance, Deal)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("record", "pointer", "reason"),
    [
        (Deal(instant=dt.datetime(2026, 1, 1)), "/instant", "naive|offset|zone"),  # noqa: DTZ001 - naive on purpose
        (Deal(extra={"day": "2026-01-01"}), "/day", "in extra, but an attribute holds it"),
        (Deal(budget=Amount(extra={"amountMicros": 1})), "/budget/amountMicros", "in extra, but"),
        (Deal(share=Decimal("1E+99999999")), "/share", "means more than 10,000 digits"),
        (Deal(contacts=(Contact(full_name="", extra={"born": 1}),)), "/contacts/0/born", "in extra, but"),
    ],
)
def test_what_json_cannot_hold_is_pointed_at(record: Deal, pointer: str, reason: str) -> None:
    """A value that JSON cannot represent is refused with its place."""
    with pytest.raises(UnrepresentableError, match=reason) as caught:
        SERVER.unstructure(record)
    assert caught.value.pointer == pointer


class Sub(uuid.UUID):
    """A UUID as database drivers return it."""


def test_uuids_of_a_driver_are_written() -> None:
    """A subclass of UUID is accepted like a UUID."""
    assert SERVER.unstructure(Deal(uuid_=Sub(UUID))) == {"uuid": UUID}


def test_numbers_of_other_decoders_are_read() -> None:
    """Decimals and enum values in an instance, which other programs produce, are read like plain values."""
    instance = {
        "position": Decimal("1.5"),
        "count": Decimal(7),
        "ratio": Level.LOW,
        "share": Decimal("1.5"),
        "stage": Stage.NEW,
    }
    record = SERVER.structure(instance, Deal)
    expected = {"stage": "NEW", "position": 1.5, "count": 7, "ratio": 1, "share": 1.5}
    assert repr(SERVER.unstructure(record)) == repr(expected)


def test_spelled_numbers_stay_numbers() -> None:
    """An integer that was read as text or as 2.0 behaves like any other, and is written in the same notation."""
    record = SERVER.structure({"amount": {"amountMicros": "1500000"}, "budget": {"amountMicros": 2.0}}, Deal)
    assert isinstance(record.amount, Amount)
    assert isinstance(record.budget, Amount)
    assert (record.amount.amount_micros, type(record.budget.amount_micros)) == (1_500_000, SpelledInt)
    assert SERVER.unstructure(record) == {"amount": {"amountMicros": "1500000"}, "budget": {"amountMicros": 2.0}}
    assert SpelledDecimal("1.50") + 1 == Decimal("2.50")


def _doubled(value: int | Unset) -> int | Unset:
    return value if value is UNSET else value * 2


def _check(_: object, __: object, value: int | Unset) -> None:
    if value is not UNSET and value > 9:
        raise ValueError("too much")


@attrs.frozen(kw_only=True)
class Careful(PartialOpportunity):
    """A class whose author added code to it."""

    percent: int | Unset = attrs.field(default=UNSET, converter=_doubled)
    limited: int | Unset = attrs.field(default=UNSET, validator=_check)


def test_converters_and_validators_of_a_subclass_run() -> None:
    """Records are made by the code of their class; its exceptions become violations with the same message."""
    assert SERVER.structure({"percent": 4}, Careful).percent == 8
    with pytest.raises(UnrepresentableError, match="Careful refuses it: too much") as caught:
        SERVER.structure({"limited": 10}, Careful)
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    "options",
    [{"slots": False}, {"slots": True, "cache_hash": True, "unsafe_hash": True}, {"slots": True, "init": False}],
)
def test_classes_made_in_other_ways_are_read_as_well(options: Any) -> None:
    """A class without slots, with a cached hash or with a custom constructor is read like any other."""
    rating: Any = attrs.field(default=UNSET, type=typing.cast("type", int | Unset))
    body = {"__init__": lambda self, **given: self.__attrs_init__(**given)} if "init" in options else {}
    cl: Any = attrs.make_class(
        "Deal", {"rating": rating}, bases=(PartialOpportunity,), class_body=body, frozen=True, kw_only=True, **options
    )
    record = SERVER.structure({"rating": 1, "name": "", "new": 2}, cl)
    assert (record.rating, record.name, record.extra) == (1, "", {"new": 2})
    assert isinstance(hash(record), int)
    assert SERVER.loads(SERVER.dumps(record), cl) == record


NumberT = TypeVar("NumberT", bound=int)


@attrs.frozen(kw_only=True)
class Counted(PartialOpportunity, Generic[NumberT]):
    """A class that is generic over another type than a record."""

    seats: NumberT | Unset = UNSET


def test_what_is_no_record_may_stand_between_brackets_where_a_class_says_so() -> None:
    """A type variable whose bound is not a record class accepts the bound, which describes the property."""
    assert PUBLISHED.schema(Counted[int])["properties"]["seats"] == {"type": "integer"}
    assert PUBLISHED.schema(Counted)["properties"]["seats"] == {"type": "integer"}


@attrs.frozen(kw_only=True)
class LooseGroups(GroupByAnswer[PartialOpportunity]):
    """Groups that stay JSON."""

    groups: Any = ()


def test_a_document_that_is_an_array_is_a_record_with_one_attribute() -> None:
    """It is read from an array, written as one, and cannot have extra properties."""
    data = b'[{"groupByDimensionValues":["NEW",null]}]'
    answer = SERVER.loads(data, GroupByAnswer)
    assert [group.group_by_dimension_values for group in answer] == [("NEW", None)]
    assert len(answer) == 1
    assert SERVER.dumps(answer) == data
    with pytest.raises(UnrepresentableError, match="cannot have extra properties"):
        SERVER.dumps(attrs.evolve(answer, extra={"total": 1}))
    assert SERVER.dumps(SERVER.loads(data, LooseGroups)) == data


def test_the_fallback_converts_as_the_generated_code() -> None:
    """The fallback, which explains failures, reads and writes a record like the generated code."""
    instance = {"name": "Roof", "amount": None, "closeDate": "2026-09-30T00:00:00.000Z", "roofArea": 12}
    SERVER.unstructure(PartialOpportunity())  # builds the conversion
    properties = vars(SERVER)["_conversion"].properties(PartialOpportunity)
    record = make_structurer(PartialOpportunity, properties)(instance)
    assert record == SERVER.structure(instance, PartialOpportunity)
    assert make_unstructurer(properties)(record) == instance


class Unequal(type):
    """A metaclass whose classes cannot be compared."""

    def __eq__(cls, other: object) -> bool:
        raise RuntimeError

    __hash__ = type.__hash__


class Hidden(metaclass=Unequal):
    """A class that cannot be compared."""


def test_a_value_whose_class_cannot_be_examined_is_refused() -> None:
    """Comparing classes may raise any exception."""
    hidden: Any = Hidden()
    with pytest.raises(ValidationError, match="/createdAt"):
        SERVER.unstructure(PartialOpportunity(created_at=hidden))
