"""`TwentyServer`: every request gets an answer of a Twenty server, and the stored records stay valid."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any, Final

from fuzz.cases import METADATA
from fuzz.choices import Choices
from twenty_opportunity import Workspace
from twenty_opportunity.schemas import workspace
from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COMPANY, _OTHER, _PERSON, _DEAL, _DELETED = (f"10000000-0000-4000-8000-00000000000{digit}" for digit in range(1, 6))
_METADATA: Final = [
    *(row for row in METADATA["data"] if row["nameSingular"] == "opportunity"),
    *(row for row in workspace.standard_objects() if row["nameSingular"] in {"company", "person"}),
]
_PROFILES: Final = Workspace.from_metadata(_METADATA)
_NOW: Final = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
_STORED: Final = (
    ("companies", {"id": _COMPANY, "name": "Acme", "domainName": {"primaryLinkUrl": "https://acme.example"}}),
    ("companies", {"id": _OTHER, "annualRevenue": {"amountMicros": 7}}),
    ("people", {"id": _PERSON, "emails": {"primaryEmail": "ada@acme.example"}, "companyId": _COMPANY}),
    ("opportunities", {"id": _DEAL, "name": "Roof", "amount": {"amountMicros": 5, "currencyCode": "EUR"}}),
    ("opportunities", {"id": _DELETED, "companyId": _COMPANY, "pointOfContactId": _PERSON}),
)

_METHODS: Final = ("GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS")
_PATHS: Final = (
    *("/rest/opportunities", f"/rest/opportunities/{_DEAL}", f"/rest/opportunities/{_DELETED}", "/rest/people"),
    *("/rest/batch/opportunities", "/rest/batch/people", "/rest/restore/opportunities", "/rest/opportunities/groupBy"),
    *("/rest/companies", f"/rest/companies/{_COMPANY}", "/rest/companies/duplicates", "/rest/companies/merge"),
    *("/rest/people/duplicates", "/rest/people/merge", "/rest/metadata/objects", "/graphql"),
)
_QUERIES: Final = (
    *(
        "",
        "depth=1",
        "limit=1&depth=0",
        "upsert=true",
        "soft_delete=true",
        "order_by=stage,amount.amountMicros[DescNullsLast]",
    ),
    *("filter=name[eq]:Roof", "filter=or(stage[in]:[LEAD],not(closeDate[is]:NULL))", f"filter=id[eq]:{_DELETED}"),
    *("filter=company.name[ilike]:%25a_me%25", "filter=createdAt[gte]:2026-01-01,deletedAt[is]:NOT_NULL"),
    *("starting_after=eyJpZCI6IjEifQ==&order_by=name", "ending_before=eyJuYW1lIjoiIiwiaWQiOiIxIn0="),
    'group_by=[{"closeDate":{"granularity":"MONTH","timeZone":"UTC"}},{"stage":true}]&aggregate=["sumAmountAmountMicros"]',
    'filter=products[containsAny]:[PANELS]&aggregate=["countUniqueValuesName","percentageEmptyCloseDate"]',
)
_BODIES: Final = (
    *("", "{}", "[]", "[{}, {}]", '{"name": "Wall", "stage": "LEAD", "closeDate": "2026-09-30", "position": "first"}'),
    '{"amount": {"amountMicros": "1250000", "currencyCode": "USD"}, "createdBy": {"source": "API", "context": {}}}',
    f'{{"company": {{"connect": {{"where": {{"id": "{_COMPANY}"}}}}}}, "pointOfContact": {{"disconnect": true}}}}',
    f'{{"companyId": "{_COMPANY}", "pointOfContactId": null, "deletedAt": null, "id": "{_DEAL}"}}',
    f'{{"ids": ["{_COMPANY}", "{_OTHER}"], "conflictPriorityIndex": 0, "dryRun": false}}',
    f'{{"ids": ["{_PERSON}"], "data": [{{"name": {{"firstName": "Ada"}}}}, {{"emails": {{"primaryEmail": "a@b"}}}}]}}',
    '{"emails": {"primaryEmail": "Ada@ACME.example", "additionalEmails": ["b@c.d"]}, "jobTitle": "\\ud800"}',
    '[{"emails": {"primaryEmail": "ada@acme.example"}, "name": {"firstName": "Ada"}}, {"name": null, "city": 7}]',
    '{"name": "\\u0000", "position": 1e400}',
    '{"sitePhones": {"primaryPhoneNumber": "+33612345678", "additionalPhones": [{"number": "+12025550142"}]}}',
    '{"links": {"primaryLinkUrl": "HTTPS://a.example/b/../c?d#e", "secondaryLinks": [{"url": "https://b.example"}]}}',
    '{"products": ["PANELS"], "fit": "RATING_4", "roofArea": -0.0, "floors": 7, "financed": true, "keywords": [""]}',
    '{"scope": {"markdown": "Text"}, "plans": [{"label": "a.pdf", "fileId": "04000ace-c8ad-4fe6-9879-64d486a2c8ab"}]}',
    '{"siteVisitAt": "2026-06-20T09:45:18,780+02", "offerDate": "June 1, 2026", "calculation": {"a": [1, "\\u00e9"]}}',
)
_DOCUMENTS: Final = (
    "{opportunities {totalCount edges {cursor node {name company {name} amount {amountMicros}}} pageInfo {endCursor}}}",
    "query ($a: X) {opportunities(filter: $a, orderBy: [{stage: AscNullsFirst}], first: 1) {sumAmountAmountMicros}}",
    "query ($a: X = 1) {opportunity(filter: $a) {...F}} fragment F on X {company {...F} links {a: primaryLinkUrl}}",
    "query ($a: X) {opportunitiesGroupBy(groupBy: $a, limit: 2) {groupByDimensionValues totalCount}}",
    "mutation ($a: X) {createOpportunity(data: $a) {id} createPeople(data: [$a], upsert: true) {emails {__typename}}}",
    f'mutation ($a: X) {{updateOpportunity(id: "{_DEAL}", data: $a) {{id}} deleteOpportunities(filter: {{}}) {{id}}}}',
    f'mutation {{destroyCompany(id: "{_COMPANY}") {{id}} restoreOpportunity(id: "{_DELETED}") {{deletedAt}}}}',
)
_VARIABLES: Final = (
    *_BODIES[1:],
    *(
        '{"name": {"like": "%o%"}}',
        '{"and": [{"not": {"stage": {"in": ["LEAD"]}}}, {"company": {"name": {"is": "NULL"}}}]}',
    ),
    '[{"stage": true}, {"createdAt": {"granularity": "WEEK", "weekStartDay": "MONDAY", "timeZone": "Europe/Paris"}}]',
)
_TYPES: Final = (
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "application/x-www-form-urlencoded",
)

# A Twenty server answers three kinds of request with 500; 501 is the answer to what this one does not implement.
_RECORDED: Final = ("Data validation error.", "unsupported charset", "request entity too large")


def target(data: bytes) -> None:
    """
    Send up to three requests to a server with some records.

    Args:
        data: The requests.
    """
    choices = Choices(data)
    server = TwentyServer(_METADATA, clock=lambda: _NOW)
    for plural, record in _STORED:
        assert _send(server, "POST", f"/rest/{plural}", "", json.dumps(record).encode())[0] == 201
    _send(server, "DELETE", f"/rest/opportunities/{_DELETED}", "soft_delete=true", b"")
    for _ in range(1 + choices.byte() % 3):
        make: Callable[[Choices], tuple[str, str, str, bytes]] = choices.of((_rest, _graphql))
        method, path, query, body = make(choices)
        kind = choices.of(_TYPES) if choices.byte() % 8 == 0 else _TYPES[0]
        status, answer = _send(server, method, path, query, body, kind)
        _check_answer(status, answer)
    _check_records(server)


def _rest(choices: Choices) -> tuple[str, str, str, bytes]:
    way = choices.byte()
    path, query = _spliced(choices, _PATHS), _spliced(choices, _QUERIES)
    body = choices.take(choices.byte()) if way % 8 == 7 else _spliced(choices, _BODIES)
    return _METHODS[way // 8 % len(_METHODS)], path.decode("latin-1"), query.decode("latin-1"), body


def _graphql(choices: Choices) -> tuple[str, str, str, bytes]:
    document = _spliced(choices, _DOCUMENTS).decode(errors="replace")
    variables = _spliced(choices, _VARIABLES)
    return "POST", "/graphql", "", b'{"query": %b, "variables": {"a": %b}}' % (json.dumps(document).encode(), variables)


def _spliced(choices: Choices, texts: Sequence[str]) -> bytes:
    """Return a known text, unchanged or with a part replaced."""
    text = choices.of(texts).encode()
    if choices.byte() % 2 == 0:
        return text
    at = choices.byte() % (len(text) + 1)
    return text[:at] + choices.take(choices.byte() % 32) + text[at + choices.byte() % 32 :]


def _send(  # noqa: PLR0913, PLR0917 - the parts of a request
    server: TwentyServer, method: str, path: str, query: str, body: bytes, kind: str = _TYPES[0]
) -> tuple[int, Any]:
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": kind}
    statuses: list[str] = []

    def start(status: str, *_: Any) -> Any:
        statuses.append(status)

    text = b"".join(server({**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}, start))
    return int(statuses[0][:3]), json.loads(text) if text else None


def _check_answer(status: int, answer: Any) -> None:
    if status == 204:
        return
    if status in {200, 201}:
        # Groups of REST are a plain list.
        assert isinstance(answer, list) or "data" in answer or "errors" in answer, answer
        return
    if "errors" in answer:
        assert status == 400
        assert answer["errors"][0]["message"]
        return
    message: Any = answer
    if not isinstance(answer, str):
        assert answer["statusCode"] == status
        message = answer["messages"][0] if "messages" in answer else answer["message"]
    assert isinstance(message, str)
    assert message
    if status == 501:
        assert "does not implement" in message
    else:
        assert 400 <= status < 500 or message.startswith(_RECORDED), (status, answer)


def _check_records(server: TwentyServer) -> None:
    """Check that all records are valid for their profile, and refer to records that exist."""
    found: dict[str, list[dict[str, Any]]] = {}
    for singular, profile in _PROFILES.items():
        plural = profile.object_name.plural
        query = "limit=200&filter=or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)"
        status, page = _send(server, "GET", f"/rest/{plural}", query, b"")
        assert status == 200, page
        found[singular] = page["data"][plural]
        for record in found[singular]:
            profile.validate(record, profile.document_classes[0])
    ids = {singular: {record["id"] for record in records} for singular, records in found.items()}
    assert all(len(ids[singular]) == len(records) for singular, records in found.items())
    for name, target_name in (("companyId", "company"), ("pointOfContactId", "person")):
        for record in (*found["opportunity"], *found["person"]):
            assert record.get(name) in {None, *ids[target_name]}
