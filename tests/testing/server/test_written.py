"""Written values: refusals, normalization and read-back, by field type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.testing.server.conftest import Client
from twenty_opportunity.schemas.composites import ACTOR_SOURCES
from twenty_opportunity.schemas.field_types import FIELD_TYPES, RATINGS
from twenty_opportunity.testing import TwentyServer

LINK = {"primaryLinkUrl": "", "primaryLinkLabel": "", "secondaryLinks": []}
PHONE = {
    "primaryPhoneNumber": "",
    "primaryPhoneCountryCode": "",
    "primaryPhoneCallingCode": "",
    "additionalPhones": [],
}
MAIL = {"primaryEmail": "", "additionalEmails": []}
SOURCES = ", ".join(ACTOR_SOURCES)
OF_RECORDS = ("RELATION", "MORPH_RELATION", "FILES")  # their samples are the ids of records and files
SYSTEM_FIELDS = [
    {"name": "id", "type": "UUID", "isNullable": False},
    *({"name": name, "type": "DATE_TIME"} for name in ("createdAt", "updatedAt", "deletedAt")),
    {"name": "position", "type": "POSITION", "isNullable": False},
]
FILE = "7f2d1949-0051-4423-b034-611047af43b4"


def read_back(client: Client, name: str, value: Any) -> Any:
    """Create a record with a value, and read the value back."""
    made = client.data("POST", "/sites", {name: value})
    return client.data("GET", f"/sites/{made['id']}")[name]


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("name", None, ""),
        ("name", " kept ", " kept "),
        ("name", "half \ud83d", "half \ufffd"),
        ("number", 2**53 + 1, 2**53),
        ("number", 1.5, 1.5),
        ("number", -0.0, 0),
        ("number", 1e21, 1e21),
        ("number", 9223372036854775807, 9223372036854776000),
        ("flag", True, True),
        ("flag", None, None),
        ("day", "2026-9-3", "2026-09-03"),
        ("day", "2026-09-30T12:00:00Z", "2026-09-30"),
        ("day", "09/30/2026", "2026-09-30"),
        ("day", "September 30, 2026", "2026-09-30"),
        ("moment", "2026-09-30", "2026-09-30T00:00:00.000Z"),
        ("moment", "2026-09-30T11:22:33.1239999Z", "2026-09-30T11:22:33.124Z"),
        ("moment", "2026-09-30T11:22:33.123456789+05:30:15", "2026-09-30T05:52:18.123Z"),
        ("moment", "20260930T112260-02", "2026-09-30T13:22:59.000Z"),
        ("moment", "2026-09-30 11,5", None),
        ("moment", "9999-12-31T23:59:59.9999999Z", "+010000-01-01T00:00:00.000Z"),
        ("key", "5C222222-0000-4000-8000-00000000000A", "5c222222-0000-4000-8000-00000000000a"),
        ("rating", "RATING_3", "RATING_3"),
        ("phase", "PLAN", "PLAN"),
        ("tags", "BLUE", ["BLUE"]),
        ("tags", ["BLUE", "RED", "BLUE"], ["BLUE", "RED", "BLUE"]),
        ("tags", [], []),
        ("words", "a,b", ["a,b"]),
        ("words", None, []),
        ("json", '{"a":1}', {"a": 1}),
        ("json", {}, None),
        ("json", {"n": -0.0}, {"n": 0}),
        ("price", {"amountMicros": "1e3"}, {"amountMicros": 1000, "currencyCode": None}),
        ("price", {"amountMicros": "0x10", "currencyCode": ""}, {"amountMicros": 16, "currencyCode": None}),
        ("price", {"amountMicros": 1.9}, {"amountMicros": 1, "currencyCode": None}),
        ("price", {"amountMicros": -1.9}, {"amountMicros": -1, "currencyCode": None}),
        ("price", {"amountMicros": [[5]]}, {"amountMicros": 5, "currencyCode": None}),
        ("price", {"amountMicros": [None]}, {"amountMicros": 0, "currencyCode": None}),
        ("price", {"amountMicros": True}, {"amountMicros": 1, "currencyCode": None}),
        ("price", [], {"amountMicros": None, "currencyCode": None}),
        ("contact", {"lastName": "L"}, {"firstName": "Ada", "lastName": "L"}),
        ("contact", {"firstName": None}, {"firstName": "", "lastName": ""}),
        ("keeper", {"name": "Ada"}, {"source": "MANUAL", "workspaceMemberId": None, "name": "Ada", "context": None}),
        ("mails", {}, MAIL),
        (
            "mails",
            {"primaryEmail": "A@B", "additionalEmails": ["C@D", ""]},
            {"primaryEmail": "a@b", "additionalEmails": ["c@d", ""]},
        ),
        ("mails", {"additionalEmails": None}, MAIL),
        ("links", {"primaryLinkUrl": "https://Example.com/A/"}, {**LINK, "primaryLinkUrl": "https://example.com/A"}),
        ("links", {"primaryLinkUrl": "example.com/x"}, {**LINK, "primaryLinkUrl": "example.com/x"}),
        ("links", {"primaryLinkUrl": "localhost:3000"}, {**LINK, "primaryLinkUrl": "null3000"}),
        (
            "links",
            {"primaryLinkUrl": "http://a.example:8080/b/../c/./d?x=y z#f"},
            {**LINK, "primaryLinkUrl": "http://a.example:8080/c/d?x=y%20z#f"},
        ),
        ("links", {"primaryLinkUrl": "http://a.example/../c"}, {**LINK, "primaryLinkUrl": "http://a.example/c"}),
        ("links", {"primaryLinkUrl": "http://0x7f.1"}, {**LINK, "primaryLinkUrl": "http://127.0.0.1"}),
        ("links", {"primaryLinkLabel": "dropped"}, LINK),
        (
            "links",
            {"primaryLinkUrl": "a.example\0b", "primaryLinkLabel": "A"},
            {**LINK, "primaryLinkUrl": "a.example", "primaryLinkLabel": "A"},
        ),
        (
            "links",
            {"secondaryLinks": '[{"url":"https://b.example","label":"B"}]'},
            {**LINK, "primaryLinkUrl": "https://b.example", "primaryLinkLabel": "B"},
        ),
        (
            "links",
            {"primaryLinkUrl": "a.example", "secondaryLinks": [{"url": "b.example", "x": 1}, {}, None]},
            {**LINK, "primaryLinkUrl": "a.example", "secondaryLinks": [{"url": "b.example"}]},
        ),
        ("links", {"secondaryLinks": [{"url": True}, {"url": ["x"]}, {"url": {"a": 1}}, {"url": 5}]}, LINK),
        (
            "links",
            {"secondaryLinks": [{"url": "a.example", "label": 5}]},
            {**LINK, "primaryLinkUrl": "a.example", "primaryLinkLabel": "5"},
        ),
        ("phones", {"primaryPhoneNumber": ""}, PHONE),
        (
            "phones",
            {"primaryPhoneNumber": "+1 202-555-0123"},
            {
                **PHONE,
                "primaryPhoneNumber": "2025550123",
                "primaryPhoneCountryCode": "US",
                "primaryPhoneCallingCode": "+1",
            },
        ),
        (
            "phones",
            {"primaryPhoneNumber": "tel:+442083661177;ext=5"},
            {**PHONE, "primaryPhoneNumber": "2083661177", "primaryPhoneCallingCode": "+44"},
        ),
        (
            "phones",
            {"primaryPhoneNumber": "204 234 5678", "primaryPhoneCountryCode": "CA"},
            {
                **PHONE,
                "primaryPhoneNumber": "2042345678",
                "primaryPhoneCountryCode": "CA",
                "primaryPhoneCallingCode": "+1",
            },
        ),
        (
            "phones",
            {"primaryPhoneNumber": "30 123456", "primaryPhoneCallingCode": "49"},
            {
                **PHONE,
                "primaryPhoneNumber": "30123456",
                "primaryPhoneCountryCode": "DE",
                "primaryPhoneCallingCode": "49",
            },
        ),
        (
            "phones",
            {"additionalPhones": [{"number": "+33612345678"}, {"number": ""}, "x"]},
            {
                **PHONE,
                "additionalPhones": [
                    {"number": "612345678", "callingCode": "+33", "countryCode": "FR"},
                    {"number": None},
                    {},
                ],
            },
        ),
        ("phones", {"additionalPhones": '[{"number":null}]'}, {**PHONE, "additionalPhones": [{"number": None}]}),
        ("phones", {"additionalPhones": {}}, PHONE),
        (
            "files",
            [{"fileId": FILE, "label": "a.pdf"}],
            [{"fileId": FILE, "label": "a.pdf", "extension": ".pdf", "url": f"/file/files-field/{FILE}"}],
        ),
        ("files", "[]", None),
        (
            "notes",
            {"blocknote": '[{"content":[{"text":"Hi"}]},{}]'},
            {"blocknote": '[{"content":[{"text":"Hi"}]},{}]', "markdown": "Hi\n\n\n"},
        ),
        ("notes", {"blocknote": "[1]", "markdown": "both"}, {"blocknote": "[1]", "markdown": "both"}),
        ("notes", {}, {"blocknote": None, "markdown": ""}),
        ("strange", {"any": 1}, {"any": 1}),
    ],
)
def test_a_value_reads_back_as_the_server_stores_it(custom: Client, name: str, value: Any, stored: Any) -> None:
    """Texts, numbers and instants are normalized silently."""
    if stored is None and name == "moment":
        assert "Invalid value" in custom.refused("POST", "/sites", {name: value})
    else:
        assert read_back(custom, name, value) == stored


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", 5, 'Invalid string value 5 for text field "name"'),
        ("name", ["it's"], 'Invalid string value [ "it\'s" ] for text field "name"'),
        ("name", {"a b": None}, "Invalid string value { 'a b': null } for text field \"name\""),
        ("number", "1", "Invalid number value '1' for field \"number\""),
        ("number", True, 'Invalid number value true for field "number"'),
        ("flag", 0.0, 'Invalid boolean value 0 for field "flag"'),
        ("flag", -0.0, 'Invalid boolean value -0 for field "flag"'),
        ("day", "2026-02-30", "Invalid value '2026-02-30' for date field \"day\". Expected format: 'YYYY-MM-DD'"),
        (
            "day",
            "Septembre 30, 2026",
            "Invalid value 'Septembre 30, 2026' for date field \"day\". Expected format: 'YYYY-MM-DD'",
        ),
        ("day", 1, "Invalid value 1 for date field \"day\". Expected format: 'YYYY-MM-DD'"),
        (
            "moment",
            "2026-02-30",
            "Invalid value '2026-02-30' for date-time field \"moment\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'",
        ),
        (
            "moment",
            "-000000-01-01",
            "Invalid value '-000000-01-01' for date-time field \"moment\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'",
        ),
        ("moment", 1, "Invalid value 1 for date-time field \"moment\". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'"),
        ("key", "x", "Invalid UUID value 'x' for field \"key\""),
        (
            "rating",
            "RATING_6",
            f'Invalid value "RATING_6" for field "rating". Valid values are: {", ".join(RATINGS)}',
        ),
        ("phase", ["PLAN"], "Invalid string value [ 'PLAN' ] for text field \"phase\""),
        ("must", None, 'null value in column "must" of relation "_site" violates not-null constraint'),
        ("tags", ["GREEN"], "Invalid value [ 'GREEN' ] for multi select field \"tags\""),
        ("tags", [1], 'Invalid value [ 1 ] for field "tags - Array values need to be string"'),
        ("words", {"x": 1}, 'Invalid value { x: 1 } for field "words - Array values need to be string"'),
        ("json", "text", "Invalid object value 'text' for field \"json\""),
        ("json", {"a": "\ud83d"}, "invalid input syntax for type json"),
        ("price", 5, 'Invalid object value 5 for field "price"'),
        ("price", "5 EUR", "Invalid object value '5 EUR' for field \"price\""),
        ("price", "5", 'Invalid subfield 0 for currency field "price"'),
        ("price", [5], 'Invalid subfield 0 for currency field "price"'),
        ("price", {"micros": 5}, 'Invalid subfield micros for currency field "price"'),
        ("price", {"amountMicros": "abc"}, 'Invalid number value NaN for field "price.amountMicros"'),
        ("price", {"amountMicros": {}}, 'Invalid number value NaN for field "price.amountMicros"'),
        ("price", {"amountMicros": "-Infinity"}, 'Invalid number value -Infinity for field "price.amountMicros"'),
        ("contact", {"middleName": "B"}, 'Invalid subfield middleName for full name field "contact"'),
        ("keeper", {"source": "api"}, f'Invalid value "api" for field "keeper.source". Valid values are: {SOURCES}'),
        ("keeper", {"name": ""}, 'null value in column "keeperName" of relation "_site" violates not-null constraint'),
        (
            "mails",
            {"primaryEmail": "a b@example.com"},
            "Invalid string value 'a b@example.com' for email field \"mails.primaryEmail\"",
        ),
        ("mails", {"primaryEmail": False}, 'Invalid string value false for email field "mails.primaryEmail"'),
        ("mails", {"additionalEmails": ""}, "Unexpected end of JSON input"),
        (
            "mails",
            {"additionalEmails": [None]},
            'Invalid value [ null ] for field "mails.additionalEmails - Array values need to be string"',
        ),
        (
            "mails",
            {"additionalEmails": 1},
            'Invalid value 1 for field "mails.additionalEmails - Array values need to be string"',
        ),
        ("mails", {"additionalEmails": "[]"}, "Invalid string value '[]' for email field \"mails.additionalEmails\""),
        ("links", {"primaryLinkUrl": "ftp://example.com"}, "The URL of the link is not valid"),
        ("links", {"primaryLinkUrl": "tel:+12025550123"}, "The URL of the link is not valid"),
        ("links", {"primaryLinkUrl": 1}, 'Invalid string value 1 for text field "links.primaryLinkUrl"'),
        ("links", {"secondaryLinks": {}}, "(secondaryLinks ?? []) is not iterable"),
        ("phones", {"primaryPhoneNumber": "555-EXAMPLE"}, "Provided phone number is invalid 555-EXAMPLE"),
        ("phones", {"primaryPhoneNumber": "2025550123"}, "Provided phone number is invalid 2025550123"),
        ("phones", {"primaryPhoneNumber": "+999123456"}, "Provided phone number is invalid +999123456"),
        ("phones", {"primaryPhoneCountryCode": "us"}, "Invalid country code us"),
        ("phones", {"primaryPhoneCallingCode": "+999"}, "Invalid calling code +999"),
        (
            "phones",
            {"primaryPhoneCountryCode": "US", "primaryPhoneCallingCode": "+33"},
            "Provided country code and calling code are conflicting",
        ),
        (
            "phones",
            {"primaryPhoneNumber": "+33612345678", "primaryPhoneCallingCode": "+1"},
            "Provided and inferred calling code are conflicting",
        ),
        (
            "phones",
            {"primaryPhoneNumber": "+12025550123", "primaryPhoneCountryCode": "CA"},
            "Provided and inferred country code are conflicting",
        ),
        ("phones", {"additionalPhones": [{"countryCode": ["zz"], "number": "1"}]}, "Invalid country code zz"),
        ("phones", {"additionalPhones": [{"callingCode": True, "number": "1"}]}, "Invalid calling code true"),
        ("phones", {"additionalPhones": "2025550124"}, "parsedAdditionalPhones.map is not a function"),
        (
            "phones",
            {"additionalPhones": [None]},
            "Cannot destructure property 'callingCode' of 'object null' as it is null.",
        ),
        ("notes", None, "Cannot read properties of null (reading 'blocknote')"),
        ("notes", {"html": ""}, "Invalid subfield 'html' for rich text field \"notes\""),
        (
            "notes",
            {"blocknote": "{"},
            'Invalid blocknote value for field "notes.blocknote" - must be a JSON array of blocks',
        ),
        (
            "files",
            "x",
            (
                'Invalid value "\'x\'" for FILES field "files" - '
                'It should be an array of objects with "fileId" and "label" properties.'
            ),
        ),
        ("files", 1, 'Invalid value "1" for FILES field "files" - : Invalid input: expected array'),
        (
            "files",
            [{"fileId": FILE}],
            f'Invalid value "[ {{ fileId: \'{FILE}\' }} ]" for FILES field "files" - 0: Invalid input',
        ),
        (
            "files",
            [{"fileId": "x", "label": "a"}],
            "Invalid value \"[ { fileId: 'x', label: 'a' } ]\" for FILES field \"files\" - 0.fileId: Invalid UUID",
        ),
        ("files", [{"fileId": FILE, "label": "a"}] * 3, 'Max number of files is 2 for field "files"'),
        ("vector", "x", "vector TS_VECTOR-typed field does not support write operations"),
        ("rank", "first", "Invalid position value 'first' for field \"rank\""),
        ("visits", [], "One-to-many relation visits field does not support write operations."),
        ("inactive", "x", 'Object site doesn\'t have any "inactive" field.'),
    ],
)
def test_a_wrong_value_is_refused_as_by_the_server(custom: Client, name: str, value: Any, message: str) -> None:
    """The message is that of a real server."""
    assert custom.refused("POST", "/sites", {name: value}) == message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "a\0b"),
        ("words", ["a\0b"]),
        ("json", {"a\0": 1}),
        ("mails", {"primaryEmail": "a\0@b"}),
        ("day", "26-09-30"),
        ("moment", "0000-01-01"),
        ("moment", "+010000-01-01"),
        ("moment", "0001-01-01T00:00:00+00:01"),
    ],
)
def test_what_the_database_cannot_hold_is_an_error_of_the_server(custom: Client, name: str, value: Any) -> None:
    """A real server answers 500 there."""
    assert custom.refused("POST", "/sites", {name: value}, status=500) == "Data validation error."


def test_an_update_merges_some_composites_and_replaces_others(custom: Client) -> None:
    """Links are replaced, emails lose the primary address, phones lose the additional ones."""
    made = custom.data(
        "POST",
        "/sites",
        {
            "contact": {"firstName": "A", "lastName": "B"},
            "links": {"primaryLinkUrl": "a.example", "primaryLinkLabel": "A"},
            "mails": {"primaryEmail": "a@b", "additionalEmails": ["c@d"]},
            "phones": {"primaryPhoneNumber": "+12025550123", "additionalPhones": [{"number": "+12025550124"}]},
        },
    )
    change = {"contact": {"firstName": "C"}, "links": {"primaryLinkLabel": "x"}, "mails": {}, "phones": {}}
    after = custom.data("PATCH", f"/sites/{made['id']}", change)
    assert after["contact"] == {"firstName": "C", "lastName": "B"}
    assert after["links"] == LINK
    assert after["mails"] == {"primaryEmail": "", "additionalEmails": ["c@d"]}
    assert after["phones"]["primaryPhoneNumber"] == "2025550123"
    assert after["phones"]["additionalPhones"] == []


def test_markdown_makes_blocks(custom: Client) -> None:
    """The server stores both notations of a rich text."""
    found = read_back(custom, "notes", {"markdown": "Hello"})
    assert found["markdown"] == "Hello"
    assert '"text":"Hello"' in found["blocknote"]


def test_defaults_are_filled_in(custom: Client) -> None:
    """Defaults of the metadata, the first option of a required select, the current time and new ids are used."""
    made = custom.data("POST", "/sites", {})
    assert (made["flag"], made["phase"], made["must"], made["tags"]) == (False, "BUILD", "YES", ["RED"])
    assert made["moment"] == made["createdAt"]
    assert len(made["key"]) == 36
    assert made["keeper"] == {"source": "MANUAL", "workspaceMemberId": None, "name": "System", "context": None}
    assert made["rating"] is made["vector"] is None


@pytest.mark.parametrize(
    ("by", "stored"),
    [
        (None, ("API", "Test key", {})),
        ({}, ("API", "Test key", {})),
        ({"source": "IMPORT"}, ("IMPORT", "Test key", {})),
        (
            {"source": "IMPORT", "workspaceMemberId": FILE, "context": {"provider": "google"}},
            ("IMPORT", "Test key", {"provider": "google"}),
        ),
        ({"name": "Ada"}, ("MANUAL", "Ada", None)),
    ],
)
def test_the_creator_is_the_key_unless_a_name_is_given(client: Client, by: Any, stored: tuple[Any, ...]) -> None:
    """Source and context are kept without a name; the workspace member is dropped."""
    found = client.data("POST", "/opportunities", {"createdBy": by, "updatedBy": {"source": "AGENT", "name": "x"}})
    assert (found["createdBy"]["source"], found["createdBy"]["name"], found["createdBy"]["context"]) == stored
    assert found["createdBy"]["workspaceMemberId"] is None
    assert found["updatedBy"]["name"] == "Test key"


def test_a_unique_number_is_taken_once(custom: Client) -> None:
    """Several records may have null."""
    custom.data("POST", "/sites", {"number": 1})
    custom.data("POST", "/batch/sites", [{"number": None}, {"number": None}])
    assert custom.refused("POST", "/sites", {"number": 1.0}) == "A duplicate entry was detected"


@pytest.mark.parametrize("name", [name for name, row in FIELD_TYPES.items() if row.write and name not in OF_RECORDS])
def test_each_field_type_is_stored(name: str) -> None:
    """The server accepts the samples of each field type, and filters by those that are text or numbers."""
    options = [{"value": value} for value in FIELD_TYPES["SELECT"].sample]
    field = {"name": "value", "type": name, "options": options if FIELD_TYPES[name].options else None}
    site = {"nameSingular": "site", "namePlural": "sites", "fields": [*SYSTEM_FIELDS, field]}
    client = Client(TwentyServer([site]))
    for sample in FIELD_TYPES[name].sample:
        made = client.data("POST", "/sites", {"value": sample})
        if isinstance(sample, (str, int, float)):
            found = client.data("GET", f"/sites?filter=value[eq]:{json.dumps(sample)}")
            assert made["id"] in [record["id"] for record in found]
