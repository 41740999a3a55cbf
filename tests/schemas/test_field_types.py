"""The table of field types: the values of each that are read, the values that may be written, and the refused ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest

from twenty_opportunity.records import ActorSource
from twenty_opportunity.schemas.composites import ACTOR_SOURCES, COMPOSITES, definitions
from twenty_opportunity.schemas.field_types import FIELD_TYPES, OPTION_PATTERN, RATINGS, Field, fragment
from twenty_opportunity.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS: Final = ("RED", "DARK_BLUE")
VERSION_4: Final = "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55"
VERSION_7: Final = "019b2f3c-7a10-7c55-8d6e-5a0c4a6f7b11"
PUBLISHED_ONE: Final = "5c222222-0000-0000-0000-000000000003"
MICROS: Final = 9_007_199_254_740_991
FILE: Final[dict[str, Any]] = {"fileId": VERSION_4, "label": "offer.pdf"}

# Every kind of JSON value: those that a row does not list must be refused.
ANY_JSON: Final[list[Any]] = [None, True, False, 0, -1.5, 10**30, "", "x", [], ["x"], [None], [1], {}, {"x": 1}, [{}]]

READ: Final[dict[str, list[Any]]] = {
    "TEXT": ["", "x", "a\nb\x00c"],
    "NUMBER": [0, -1.5, 10**30, 10**400],
    "NUMERIC": [0, -1.5, 10**30, "0", "-12.50", "9" * 400],
    "POSITION": [0, -1.5, 10**30],
    "BOOLEAN": [True, False],
    "UUID": [VERSION_4, VERSION_4.upper(), VERSION_7, PUBLISHED_ONE],
    "DATE": ["2026-01-25", "0000-02-29"],
    "DATE_TIME": ["2026-01-25T16:26:00.000Z", "2026-01-25", "2026-01-25t16:26:00+05:30"],
    "SELECT": ["RED", "DARK_BLUE"],
    "MULTI_SELECT": [None, [], ["RED"], ["DARK_BLUE", "RED"]],
    "RATING": [*RATINGS],
    "ARRAY": [None, [], ["x"], ["", "\x00"]],
    "CURRENCY": [
        None,
        {},
        {"x": 1},
        {"amountMicros": None, "currencyCode": None},
        {"amountMicros": 10**30, "currencyCode": ""},
        {"amountMicros": "-1500000", "currencyCode": "usd"},
        {"amountMicros": 2.0},
    ],
    "ACTOR": [
        None,
        {},
        {"x": 1},
        {"source": "SOMETHING_NEW", "workspaceMemberId": PUBLISHED_ONE, "name": "", "context": {"provider": "google"}},
        {"source": None, "workspaceMemberId": None, "name": None, "context": None},
        {"context": []},
        {"context": ["csv", {"row": 7}]},
    ],
    "FULL_NAME": [None, {}, {"x": 1}, {"firstName": "", "lastName": None}],
    "EMAILS": [None, {}, {"x": 1}, {"primaryEmail": "no address", "additionalEmails": ["", "x"]}],
    "PHONES": [
        None,
        {},
        {"x": 1},
        {"primaryPhoneNumber": "x", "primaryPhoneCountryCode": "", "primaryPhoneCallingCode": "+33"},
        {"additionalPhones": None},
        {"additionalPhones": [{"number": "1", "countryCode": None, "callingCode": "", "more": 1}]},
    ],
    "LINKS": [
        None,
        {},
        {"x": 1},
        {"primaryLinkLabel": "", "primaryLinkUrl": None, "secondaryLinks": None},
        {"secondaryLinks": [{"url": "x", "label": None}, {}]},
    ],
    "ADDRESS": [
        None,
        {},
        {"x": 1},
        {"addressStreet1": "1 Main Road", "addressLat": 48.1, "addressLng": "11.5"},
        {"addressCity": None, "addressLat": None},
    ],
    "RICH_TEXT": [None, {}, {"x": 1}, {"blocknote": "[]", "markdown": None}],
    "FILES": [None, [], [FILE], [{**FILE, "extension": None, "url": "x", "more": 1}], [{}]],
    "RAW_JSON": ANY_JSON,
    "RELATION": [VERSION_4, VERSION_7, PUBLISHED_ONE],
    "MORPH_RELATION": [VERSION_4, VERSION_7, PUBLISHED_ONE],
    "TS_VECTOR": ["", "x", "'offer':1"],
}
NOT_READ: Final[dict[str, list[Any]]] = {
    "NUMERIC": ["1e5", "NaN", "1.", ".5", "+1", "1\n"],
    "UUID": ["x", "0b9d4d1e6c1f4a3b9f573f2f6f1c8a55", f"{{{VERSION_4}}}"],
    "DATE": ["2026-01-25T16:26:00.000Z", "2026-1-25", "2026-02-30"],
    "DATE_TIME": ["2026", "2026-01", "2026-01-25 16:26", "2026-13-01"],
    "SELECT": ["red", "BLUE", ["RED"]],
    "MULTI_SELECT": ["RED", ["BLUE"], [None]],
    "RATING": ["RATING_0", "RATING_6", 3],
    "CURRENCY": [{"amountMicros": "1.5"}, {"amountMicros": 1.5}, {"amountMicros": True}, {"currencyCode": 1}],
    "ACTOR": [{"source": 1}, {"workspaceMemberId": "x"}, {"context": "x"}],
    "FILES": [{"addFiles": []}, [{"fileId": 1}]],
    "PHONES": [{"additionalPhones": [None]}],
}
WRITTEN: Final[dict[str, list[Any]]] = {
    "TEXT": ["x", "a\nb", "😀" * 10_000],
    "NUMBER": [0, -1.5, 10**30],
    "NUMERIC": [0, -1.5, 10**30, "-12.50"],
    "POSITION": [0, -1.5, 10**30, "first", "last"],
    "BOOLEAN": [True, False],
    "UUID": [
        VERSION_4,
        VERSION_4.upper(),
        *(f"0b9d4d1e-6c1f-{v}a3b-{w}f57-3f2f6f1c8a55" for v, w in zip("1235", "89ab", strict=True)),
    ],
    "DATE": ["2026-01-25", "2024-02-29", "0001-01-01", "9999-12-31"],
    "DATE_TIME": [
        "2026-01-25T16:26:00Z",
        "2026-01-25T16:26:00.1Z",
        "2026-01-25T16:26:00.000000000Z",
        "2026-01-25T16:26:00.000+05:30",
        "2026-01-25T16:26:59-12:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00-15:59",
        "0001-01-01T00:00:00+00:00",
        "0002-01-01T00:00:00+15:59",
        "9998-12-31T23:59:59-15:59",
        "9999-12-31T23:59:59+15:59",
        "9999-12-31T23:59:59-00:00",
    ],
    "SELECT": ["RED", "DARK_BLUE"],
    "MULTI_SELECT": [["RED"], ["DARK_BLUE", "RED"]],
    "RATING": [*RATINGS],
    "ARRAY": [["x"], ["", "a\nb"]],
    "CURRENCY": [
        {},
        {"amountMicros": None, "currencyCode": None},
        {"amountMicros": MICROS, "currencyCode": "USD"},
        {"amountMicros": -MICROS},
        {"amountMicros": 2.0},
    ],
    "ACTOR": [
        {},
        *({"source": source} for source in ACTOR_SOURCES),
        {"source": "API", "workspaceMemberId": VERSION_4, "name": "Import of May", "context": {"provider": "google"}},
        {"workspaceMemberId": None, "name": "Noor", "context": None},
    ],
    "FULL_NAME": [{}, {"firstName": "x", "lastName": None}],
    "EMAILS": [
        {},
        {"primaryEmail": None, "additionalEmails": None},
        {"primaryEmail": "", "additionalEmails": []},
        {"primaryEmail": "first.last+tag@mail.example.com", "additionalEmails": ["o'neil@example.org", "a@b-c.io"]},
        {"primaryEmail": ".a..b.@example.org", "additionalEmails": [f"{'a' * 64}@example.org"]},
    ],
    "PHONES": [
        {},
        {"primaryPhoneNumber": "", "primaryPhoneCountryCode": "", "primaryPhoneCallingCode": ""},
        {"primaryPhoneNumber": None, "primaryPhoneCountryCode": None, "primaryPhoneCallingCode": None},
        {"primaryPhoneCountryCode": "FR"},
        {"primaryPhoneCallingCode": "+33"},
        {"primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"},
        {"primaryPhoneNumber": "+33 6 12 34 56 78"},
        {"primaryPhoneNumber": "+33612345678", "primaryPhoneCountryCode": "", "primaryPhoneCallingCode": None},
        {"primaryPhoneNumber": "(0) 612-345.67/8", "primaryPhoneCountryCode": "FR"},
        {"primaryPhoneNumber": "612345678", "primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"},
        {"primaryPhoneNumber": "612345678", "primaryPhoneCallingCode": "+33", "additionalPhones": []},
        {"primaryPhoneNumber": "(212) 555-0170", "primaryPhoneCountryCode": "US"},
        {"primaryPhoneNumber": "4165550170", "primaryPhoneCountryCode": "CA", "primaryPhoneCallingCode": "+1"},
        {"primaryPhoneNumber": "1 416 555 0170", "primaryPhoneCountryCode": "CA"},
        {"primaryPhoneNumber": "9161234567", "primaryPhoneCountryCode": "RU", "primaryPhoneCallingCode": "+7"},
        {"primaryPhoneNumber": "8 701 123 45 67", "primaryPhoneCountryCode": "KZ"},
        {"primaryPhoneNumber": "01481 960194", "primaryPhoneCountryCode": "GG"},
        {"primaryPhoneNumber": "0590 27 00 00", "primaryPhoneCountryCode": "GP"},
        {"additionalPhones": [{"number": "612345678", "countryCode": "FR", "callingCode": None}, {}]},
        {"additionalPhones": [{"number": "+33612345678"}, {"countryCode": "FR"}]},
        {"additionalPhones": None},
    ],
    "LINKS": [
        {},
        {"primaryLinkUrl": "", "primaryLinkLabel": "", "secondaryLinks": []},
        {"primaryLinkUrl": None, "primaryLinkLabel": None, "secondaryLinks": None},
        *(
            {"primaryLinkUrl": link}
            for link in (
                "https://example.com",
                "HTTP://Example.COM:8080/a/../b?c=d&e#f",
                "https://xn--bcher-kva.example/ü",
                "example.com",
                "www.a-b.example.com/(x)",
                "example.com?x:y",
                "localhost",
                "http://localhost:3000/x",
                "192.168.0.1/x",
                "https://10.0.0.255:443",
                f"https://{'a' * 63}.com/{'b' * 3000}",
            )
        ),
        {"secondaryLinks": [{"url": "https://example.com", "label": None}, {"url": "", "label": "x"}]},
    ],
    "ADDRESS": [{}, {"addressStreet1": "1 Main Road", "addressLat": 48.1, "addressLng": -11}, {"addressLat": None}],
    "RICH_TEXT": [{}, {"blocknote": "[]", "markdown": None}, {"blocknote": ' [{"type":"heading"}] ', "markdown": "x"}],
    "FILES": [[FILE], [FILE, {"fileId": VERSION_4.upper(), "label": ""}]],
    "RAW_JSON": [["x"], [None], [1], {"x": 1}, [{}], {"a": {"b": [[{"c": "\n😀"}]]}}],
    "RELATION": [VERSION_4],
    "MORPH_RELATION": [VERSION_4],
    "TS_VECTOR": [],
}
NOT_WRITTEN: Final[dict[str, list[Any]]] = {
    "TEXT": ["", "a\x00b", "\ud800"],
    "NUMBER": ["1", 10**400, -(10**400)],
    "NUMERIC": ["twelve", "1e5", "9" * 301, 10**400],
    "POSITION": ["middle", "first\n", " last", 10**400],
    "UUID": [
        VERSION_7,
        PUBLISHED_ONE,
        VERSION_4.replace("9f57", "7f57"),
        VERSION_4.replace("9f57", "cf57"),
        f"{VERSION_4}\n",
    ],
    "DATE": ["0000-01-01", "2026", "2026-13-01", "2026-02-29", "2026-01-25\n"],
    "DATE_TIME": [
        "2024",
        "2024-01",
        "2024-13-01T10:30:00Z",
        "0000-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-01-25T16:26:00.0000000000Z",
        "9999-12-31T23:59:59.9999Z",  # the server rounds it to the year 10000
        "2026-01-25t16:26:00Z",
        "2026-01-25T16:26:00z",
        "2026-01-25T16:26:00+16:00",
        "0001-01-01T00:00:00+00:01",  # in UTC the year 0000
        "9999-12-31T23:59:59-00:01",  # in UTC the year 10000
        "2026-01-25T16:26Z",
        "2026-01-25 16:26:00Z",
        "2026-01-25T16:26:00Z\n",
    ],
    "SELECT": ["red", "BLUE", ["RED"]],
    "MULTI_SELECT": ["RED", ["BLUE"], [None], []],
    "RATING": ["RATING_0", "RATING_6", 3],
    "ARRAY": [["a\x00b"], [True], []],
    "CURRENCY": [
        {"x": 1},
        {"amountMicros": MICROS + 1},
        {"amountMicros": -MICROS - 1},
        {"amountMicros": True},
        {"currencyCode": "USDX"},
        {"currencyCode": "USD\n"},
    ],
    "ACTOR": [
        {"x": 1},
        {"source": "SOMETHING_NEW"},
        {"workspaceMemberId": VERSION_7},
        {"context": "google"},
        {"source": None},
        {"name": ""},
        {"name": None},
        {"context": {"a": [{"b\x00": 1}]}},
        {"context": {"a": "\udfff"}},
    ],
    "EMAILS": [
        {"x": 1},
        {"additionalEmails": "a@example.com"},
        *(
            {"primaryEmail": address}
            for address in (
                "x",
                "a@b",
                "a@@b.co",
                "a@-b.co",
                "a@b.c",
                "é@b.co",
                f"{'a' * 65}@b.co",
                '"a"@b.co',
                "a b@b.co",
                "a@b_c.co",
                "a@b.co\n",
            )
        ),
        {"primaryEmail": f"{'a' * 250}@example.com"},
        {"additionalEmails": ["x"]},
        {"additionalEmails": [""]},
        {"additionalEmails": [None]},
    ],
    "PHONES": [
        *(
            {"primaryPhoneNumber": number}
            for number in (
                "612345678",  # a national number needs a country
                "33612345678",
                "+",
                "+9991234567",
                "+0612345678",
                "+33 1",
                "0",
                "-",
                "tel:+33612345678",
                "+33612345678;ext=5",
                "+33612345678,+33612345679",
                "\uff0b33612345678",
            )
        ),
        *(
            {"primaryPhoneNumber": "612345678", **codes}
            for codes in (
                {"primaryPhoneCountryCode": "", "primaryPhoneCallingCode": ""},
                {"primaryPhoneCountryCode": None},
                {"primaryPhoneCallingCode": None},
                {"primaryPhoneCountryCode": "ZZ"},
                {"primaryPhoneCountryCode": "fr"},
                {"primaryPhoneCountryCode": "FRA"},
                {"primaryPhoneCallingCode": "33"},
                {"primaryPhoneCallingCode": "+999"},
                {"primaryPhoneCallingCode": "+33000"},
                {"primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+1"},
            )
        ),
        {"primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+1"},
        {"primaryPhoneNumber": "+33612345678", "primaryPhoneCallingCode": "+44"},
        {"primaryPhoneNumber": "+14165550170", "primaryPhoneCountryCode": "US"},
        {"primaryPhoneNumber": "4165550170", "primaryPhoneCountryCode": "US"},
        {"primaryPhoneNumber": "(212) 555-0170", "primaryPhoneCountryCode": "CA"},
        {"primaryPhoneNumber": "7011234567", "primaryPhoneCountryCode": "RU"},
        {"primaryPhoneNumber": "9161234567", "primaryPhoneCountryCode": "KZ"},
        {"primaryPhoneNumber": "0590 27 00 00", "primaryPhoneCountryCode": "BL"},
        {"primaryPhoneNumber": "0033612345678", "primaryPhoneCountryCode": "GB"},
        {"additionalPhones": [{"number": "612345678"}]},
        {"additionalPhones": [{"number": "612345678", "countryCode": "FR", "callingCode": "+44"}]},
        {"additionalPhones": [{"more": 1}]},
        {"additionalPhones": [None]},
        {"additionalPhones": {}},
    ],
    "LINKS": [
        *(
            {"primaryLinkUrl": link}
            for link in (
                "x",
                "ftp://example.com",
                "mailto:a@example.com",
                "tel:+33612345678",
                "https:example.com",
                "https://",
                "https://example",
                "https://example.123",
                "https://-example.com",
                "https://example-.com",
                "https://example.com.",
                "https://a_b.example.com",
                f"https://{'a' * 64}.com",
                "https://[::1]/",
                "https://256.0.0.1",
                "https://user:password@example.com",
                "localhost:3000",
                "example.com:8080",
                "//example.com",
                "/path",
                "https://example.com/\x00",
                "https://example.com/a b",
                " https://example.com",
                "https://example.com\n",
            )
        ),
        {"secondaryLinks": [{"url": "x"}]},
        {"secondaryLinks": [{"more": 1}]},
        {"primaryLinkUrl": 1},
    ],
    "ADDRESS": [{"addressLat": "48.1"}, {"addressLat": 10**400}, {"addressCity": "a\x00b"}],
    "FILES": [
        {"addFiles": []},
        [{"addFiles": []}],
        [{"fileId": VERSION_4}],
        [{"label": "offer.pdf"}],
        [{**FILE, "label": None}],
        [],
        [{**FILE, "fileId": VERSION_7}],
        [{**FILE, "fileId": VERSION_4.replace("-4a3b-", "-5a3b-")}],
        [{**FILE, "extension": ".pdf"}],
        [{**FILE, "url": None}],
        [{**FILE, "more": 1}],
    ],
    "RICH_TEXT": [{"blocknote": text} for text in ("", "null", "{}", '"x"', "1", '[{"type":"paragraph"}', "[NaN]")],
    "RAW_JSON": [
        '{"x": 1}',
        [],
        {},
        ["\x00"],
        [["\x00"]],
        {"a": {"b": {"c": {"d": "\x00"}}}},
        {"\x00": 1},
        {"a": [{"b": {"\x00": 1}}]},
        ["\ud800"],
    ],
    "RELATION": [VERSION_7, {"id": VERSION_4}],
    "MORPH_RELATION": [VERSION_7],
}


def acceptor(name: str, *, writing: bool, nullable: bool = False) -> Callable[[Any], bool]:
    """Build the check of the fragment of a field type."""
    field = Field("custom", name, nullable=nullable, options=RATINGS if name == "RATING" else OPTIONS)
    return accepts(field, writing=writing)


def accepts(field: Field, *, writing: bool) -> Callable[[Any], bool]:
    """Build the check of the fragment of a field."""
    found = fragment(FIELD_TYPES[field.type], field, writing=writing)
    if found is None:
        return lambda _: False
    return Validator({**found, "$defs": definitions(writing=writing)}).is_valid


def others(taken: list[Any]) -> list[Any]:
    """List the JSON values that are not among these."""
    return [
        instance
        for instance in ANY_JSON
        if not any(instance == other and type(instance) is type(other) for other in taken)
    ]


@pytest.mark.parametrize("name", READ)
def test_what_servers_send_is_read(name: str) -> None:
    """Every known form that servers send for a type is accepted, including old forms and unknown properties."""
    accepts = acceptor(name, writing=False)
    assert [instance for instance in READ[name] if not accepts(instance)] == []


@pytest.mark.parametrize("name", READ)
def test_what_no_server_sends_is_not_read(name: str) -> None:
    """A value of another type, or in a wrong form, is refused in reading."""
    accepts = acceptor(name, writing=False)
    assert [instance for instance in [*NOT_READ.get(name, []), *others(READ[name])] if accepts(instance)] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_what_servers_take_may_be_written(name: str) -> None:
    """A body may have any value that a server accepts for the type."""
    accepts = acceptor(name, writing=True)
    assert [instance for instance in WRITTEN[name] if not accepts(instance)] == []


@pytest.mark.parametrize("name", WRITTEN)
def test_what_servers_refuse_is_not_written(name: str) -> None:
    """A value that a server refuses for a type is refused, as is null if the column is not nullable."""
    accepts = acceptor(name, writing=True)
    assert [instance for instance in [*NOT_WRITTEN.get(name, []), *others(WRITTEN[name])] if accepts(instance)] == []


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_a_nullable_field_takes_null(name: str) -> None:
    """Null is read and written if the column is nullable; types that are never written stay read-only."""
    assert acceptor(name, writing=False, nullable=True)(None)
    # A server fails on null for a rich text, and refuses it for a position.
    expected = FIELD_TYPES[name].write is not None and name not in {"POSITION", "RICH_TEXT"}
    assert acceptor(name, writing=True, nullable=True)(None) is expected


@pytest.mark.parametrize(
    ("name", "empty"), [("TEXT", ""), ("MULTI_SELECT", []), ("ARRAY", []), ("FILES", []), ("RAW_JSON", {})]
)
def test_an_empty_value_needs_a_nullable_column(name: str, empty: Any) -> None:
    """A server stores an empty value of these types as null, so it is refused if the column is not nullable."""
    assert acceptor(name, writing=True, nullable=True)(empty)
    assert not acceptor(name, writing=True)(empty)


def test_files_are_as_many_as_the_settings_allow() -> None:
    """A server limits the files of a field; without settings, any number is accepted."""
    assert accepts(Field("custom", "FILES", most_values=2), writing=True)([FILE, FILE])
    assert not accepts(Field("custom", "FILES", most_values=2), writing=True)([FILE, FILE, FILE])
    assert accepts(Field("custom", "FILES"), writing=True)([FILE] * 30)
    assert accepts(Field("custom", "ARRAY", most_values=1), writing=True)(["a", "b"])  # a server does not limit these


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_samples_are_valid(name: str) -> None:
    """Every sample of a field type can be read, and written if bodies may have the field."""
    row = FIELD_TYPES[name]
    assert row.sample
    for writing in (False, True) if row.write is not None else (False,):
        is_valid = accepts(Field("custom", name, nullable=False), writing=writing)
        assert [sample for sample in row.sample if not is_valid(sample)] == []


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_a_type_has_a_cell_unless_its_properties_have(name: str) -> None:
    """A field has one column, or one for each property of its composite."""
    row = FIELD_TYPES[name]
    assert (row.cell is None) == (row.composite is not None and not row.composite.item)


def test_the_cases_are_those_of_the_table() -> None:
    """Every field type is tested."""
    for title, table in {"READ": READ, "WRITTEN": WRITTEN}.items():
        missing, left = FIELD_TYPES.keys() - table.keys(), table.keys() - FIELD_TYPES.keys()
        assert not missing, f"tests/schemas/test_field_types.py: {title} lacks values of {', '.join(missing)}"
        assert not left, (
            f"tests/schemas/test_field_types.py: {title} has values of an unknown field type: {', '.join(left)}"
        )


@pytest.mark.parametrize("name", ["SELECT", "MULTI_SELECT"])
def test_open_options_are_any_legal_value(name: str) -> None:
    """Without a list of options, any value that Twenty allows as an option can be written."""
    found = fragment(FIELD_TYPES[name], Field("custom", name), writing=True)
    assert found is not None
    accepted = jsonschema_rs.validator_for(found.get("items", found)).is_valid
    legal = ["A", "NEW", "A1", "STEP_2", "A_1_B", "X" * 63]
    assert [value for value in legal if not accepted(value)] == []
    illegal = ["", "a", "1A", "A__B", "_A", "A_", "A B", "É", "A\n", "X" * 64]
    assert [value for value in illegal if accepted(value)] == []
    read = fragment(FIELD_TYPES[name], Field("custom", name), writing=False)
    assert read is not None
    accepted = jsonschema_rs.validator_for(read.get("items", read)).is_valid
    assert [value for value in [*legal, *illegal] if not accepted(value)] == []  # an old workspace may have any


def test_the_patterns_are_for_every_engine() -> None:
    """Patterns use only anchors, classes, groups, quantifiers and the escape of U+0000."""
    shown = str([*FIELD_TYPES.values(), *COMPOSITES.values(), OPTION_PATTERN])
    patterns = re.findall(r"'(\^.*?\$)'", shown)
    assert len({*patterns}) > 8
    assert [pattern for pattern in patterns if re.search(r"\(\?|\\\\(?!x[0-7][0-9a-f])", pattern)] == []


def test_the_sources_are_those_of_the_records() -> None:
    """The actor sources that may be written are the options of `ActorSource`."""
    assert [*ACTOR_SOURCES] == [source.value for source in ActorSource]


@pytest.mark.parametrize("writing", [False, True])
def test_every_member_of_a_composite_is_described(writing: bool) -> None:  # noqa: FBT001
    """Each definition and each of its properties has a description; only definitions for writing are closed."""
    for definition in definitions(writing=writing).values():
        assert definition["description"]
        if "properties" in definition:
            assert all(member["description"] for member in definition["properties"].values())
            assert definition.get("additionalProperties", True) is not writing


@pytest.mark.parametrize("text", ["call me", "+call me", "+", "0033612345678", "1"])
@pytest.mark.parametrize("codes", [{}, {"primaryPhoneCountryCode": "GB"}], ids=["without a code", "with a code"])
def test_a_text_that_is_not_a_phone_number_is_one_fault(text: str, codes: dict[str, str]) -> None:
    """The codes that it would need are not reported, because no code would make it a phone number."""
    schema = {"$defs": definitions(writing=True), "$ref": "#/$defs/Phones"}
    found = [each.pointer for each in Validator(schema).iter_violations({"primaryPhoneNumber": text, **codes})]
    assert found == ["/primaryPhoneNumber"]
