"""The responses of servers: their required and their optional properties."""

from __future__ import annotations

from typing import Any, Final

import jsonschema_rs
import pytest

from twenty_opportunity import SERVER, STANDARD, UNSET, records
from twenty_opportunity.schemas.responses import DOCUMENTS, UNSENT_WEBHOOK


def server_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of SERVER by the names of their classes."""
    return {cl.__name__: SERVER.schema(cl) for cl in SERVER.document_classes}


EVENT_NAMES: Final = tuple(f"opportunity.{done}" for done in ("created", "updated", "deleted", "restored", "archived"))
ID: Final = "0b9d4d1e-6c1f-4a3b-9f57-3f2f6f1c8a55"
DEAL: Final[dict[str, Any]] = {
    "id": ID,
    "createdAt": "2026-01-25T16:26:00.000Z",
    "updatedAt": "2026-01-25T16:26:00.000Z",
    "name": "Roof of the town hall",
    "stage": "NEW",
    "custom": [1],
}
WRONG: Final[dict[str, Any]] = {"id": "1"}
CURSORS: Final[dict[str, Any]] = {"hasNextPage": False, "hasPreviousPage": None, "startCursor": None, "endCursor": "x"}
EVENT: Final[dict[str, Any]] = {
    "targetUrl": "https://example.com/hook",
    "eventName": "opportunity.created",
    "objectMetadata": {"id": ID, "nameSingular": "opportunity"},
    "workspaceId": ID,
    "webhookId": ID,
    "eventDate": "2026-01-25T16:26:00.000Z",
    "record": DEAL,
}
SINGLE: Final = ("opportunity", *(f"{done}Opportunity" for done in ("create", "update", "delete", "restore")))
SEVERAL: Final = tuple(f"{done}Opportunities" for done in ("create", "update", "delete", "restore"))


def connection(*deals: Any, **more: Any) -> dict[str, Any]:
    """Make a GraphQL page."""
    edges = [{"node": deal, "cursor": "x", "more": 1} for deal in deals]
    return {"data": {"opportunities": {"edges": edges, **more}}}


VALID: Final[dict[str, list[Any]]] = {
    "OpportunityPage": [
        {"data": {"opportunities": []}},
        {
            "data": {"opportunities": [DEAL, {**DEAL, "amount": None}], "more": 1},
            "totalCount": 2,
            "pageInfo": {**CURSORS, "more": 1},
        },
        {"data": {"opportunities": []}, "totalCount": None, "pageInfo": None},
    ],
    "OpportunityAnswer": [
        *({"data": {name: DEAL}} for name in SINGLE),
        {"data": {"deleteOpportunity": {"id": ID}, "more": 1}, "more": 1},
    ],
    "OpportunityBatchAnswer": [{"data": {name: [DEAL], "more": 1}} for name in SEVERAL],
    "GraphQLPage": [
        connection(),
        connection({**DEAL, "__typename": "Opportunity", "company": None, "attachments": {"edges": []}}),
        connection(DEAL, totalCount=1, pageInfo=CURSORS, more=1),
        {"data": {"opportunities": {"edges": [{}]}}},
    ],
    "WebhookEvent": [
        *({**EVENT, "eventName": name} for name in EVENT_NAMES),
        {**EVENT, "userId": ID, "workspaceMemberId": None, "updatedFields": ["companyId", "amount"], "more": 1},
        {**EVENT, "event": "x", "data": {}},
    ],
    "ErrorAnswer": [
        {"statusCode": 400, "error": "Bad Request", "messages": ["Invalid value"], "code": "INVALID", "more": 1},
        {"statusCode": 404, "messages": []},
        {"statusCode": 500, "messages": [], "error": None, "code": None},
        {"statusCode": 404, "message": "Cannot GET /rest/x", "error": "Not Found"},
        {"statusCode": 400, "message": ["a", "b"]},
    ],
    "GroupByAnswer": [
        [],
        [{"groupByDimensionValues": []}],
        [{"countNotEmptyId": "4", "sumAmountAmountMicros": "1000000", "groupByDimensionValues": ["NEW", None]}],
    ],
    "GraphQLGroupBy": [
        {"data": {"opportunitiesGroupBy": []}},
        {
            "data": {
                "opportunitiesGroupBy": [
                    {"groupByDimensionValues": ["NEW"], "totalCount": 1, "sumAmountAmountMicros": 5, "edges": []},
                    {"groupByDimensionValues": [None], "edges": [{"node": {"id": ID}}]},
                ]
            },
            "errors": [{"message": "x"}],
        },
    ],
    "DuplicatesAnswer": [
        {"data": []},
        {"data": [{"opportunityDuplicates": [DEAL], "totalCount": 1, "pageInfo": CURSORS}]},
    ],
    "GraphQLDuplicates": [
        {"data": {"opportunityDuplicates": []}},
        {
            "data": {"opportunityDuplicates": [{"edges": []}, {"edges": [{"node": {"id": ID}}], "totalCount": 1}]},
            "errors": [{"message": "x"}],
        },
    ],
    "GraphQLErrorAnswer": [
        {"errors": [{"message": "x"}]},
        {"data": None, "errors": [{"message": "x", "extensions": {"code": "NOT_FOUND"}}]},
        {"data": {"opportunity": None}, "errors": [{"message": "x", "locations": [], "extensions": None}]},
    ],
}
INVALID: Final[dict[str, list[Any]]] = {
    "OpportunityPage": [
        [],
        {"data": []},
        {"data": {"opportunities": None}},
        {"data": {"opportunities": [WRONG]}},
        {"data": {"opportunities": []}, "totalCount": "2"},
        {"data": {"opportunities": []}, "pageInfo": {"hasNextPage": "no"}},
    ],
    "OpportunityAnswer": [{"data": {}}, {"data": {"opportunities": []}}, *({"data": {n: WRONG}} for n in SINGLE)],
    "OpportunityBatchAnswer": [
        {"data": {}},
        *({"data": {name: [WRONG]}} for name in SEVERAL),
        {"data": {SEVERAL[0]: DEAL}},
    ],
    "GraphQLPage": [{"data": {"opportunities": {}}}, {"data": {"opportunities": []}}, connection(WRONG)],
    "WebhookEvent": [
        *({key: value for key, value in EVENT.items() if key != left_out} for left_out in EVENT),
        {**EVENT, "eventName": "company.created"},
        {**EVENT, "record": WRONG},
        {**EVENT, "eventDate": "2026-01-25"},
        {**EVENT, "updatedFields": [1]},
        {**EVENT, "event": "opportunity.created", "data": {}, "timestamp": "2026-01-25T16:26:00.000Z"},
    ],
    "ErrorAnswer": [
        {"statusCode": 400},
        {"messages": []},
        {"statusCode": "400", "messages": []},
        {"statusCode": 400, "messages": "x"},
        {"statusCode": 400, "messages": [1]},
        {"statusCode": 400, "message": 1},
    ],
    "GroupByAnswer": [[None], [{}], [{"groupByDimensionValues": None}]],
    "GraphQLGroupBy": [{"data": {"opportunitiesGroupBy": [{}]}}, {"data": {"opportunitiesGroupBy": None}}],
    "DuplicatesAnswer": [{"data": None}, {"data": [{}]}, {"data": [{"opportunityDuplicates": [WRONG]}]}],
    "GraphQLDuplicates": [
        {"data": {"opportunityDuplicates": [{}]}},
        {"data": {"opportunityDuplicates": None}},
        {"data": {"opportunityDuplicates": [{"edges": [{"node": WRONG}]}]}},
    ],
    "GraphQLErrorAnswer": [{"errors": []}, {"errors": [{}]}, {"data": {}}, {"errors": [{"message": 1}]}],
}


@pytest.mark.parametrize("name", VALID)
def test_documents_are_held_to_what_servers_send(name: str) -> None:
    """Every form that servers send is accepted with unknown properties at every level; a damaged document is not."""
    accepts = jsonschema_rs.validator_for(server_schemas()[name], validate_formats=True).is_valid
    assert [instance for instance in VALID[name] if not accepts(instance)] == []
    ruins: list[Any] = [*INVALID[name], {}, None]
    assert [instance for instance in ruins if accepts(instance)] == []


@pytest.mark.parametrize(
    ("answer", "status", "reasons", "code"),
    [
        ({"statusCode": 400, "error": "E", "messages": ["a", "b"], "code": "INVALID"}, 400, ("a", "b"), "INVALID"),
        ({"statusCode": 403, "messages": ["a"], "error": "FORBIDDEN_EXCEPTION"}, 403, ("a",), UNSET),
        ({"message": "a", "error": "Not Found", "statusCode": 404}, 404, ("a",), UNSET),
        ({"message": ["a", "b"], "error": "Bad Request", "statusCode": 400}, 400, ("a", "b"), UNSET),
    ],
)
def test_errors_of_every_form_have_status_reasons_and_code(
    answer: dict[str, Any], status: int, reasons: tuple[str, ...], code: object
) -> None:
    """An error answer has the same attributes in each form, and is written back unchanged."""
    error = SERVER.structure(answer, records.ErrorAnswer)
    assert (error.status_code, error.reasons, error.code) == (status, reasons, code)
    assert SERVER.unstructure(error) == answer


def test_a_bare_string_is_not_an_error_answer() -> None:
    """A string is not an object, so it is refused as one."""
    (violation,) = SERVER.iter_violations("request entity too large", records.ErrorAnswer)
    assert (violation.keyword, violation.pointer) == ("type", "")


def test_a_null_node_or_record_is_a_violation_at_its_place() -> None:
    """A null among the records of a page is reported with its place."""
    connection = {"data": {"opportunities": {"edges": [{"node": {}}, {"node": None}]}}}
    assert [found.pointer for found in SERVER.iter_violations(connection, records.GraphQLPage)] == [
        "/data/opportunities/edges/1/node"
    ]
    page = {"data": {"opportunities": [DEAL, None]}}
    assert [found.pointer for found in SERVER.iter_violations(page, records.OpportunityPage)] == [
        "/data/opportunities/1"
    ]


def test_the_documented_webhook_body_is_named() -> None:
    """The webhook body of the public documentation breaks the keyword that explains that no server sends it."""
    schema = server_schemas()["WebhookEvent"]
    body = {"event": "opportunity.created", "data": DEAL, "timestamp": "2026-01-25T16:26:00.000Z"}
    errors = jsonschema_rs.validator_for(schema).iter_errors(body)
    assert [error.schema_path for error in errors if error.schema_path[-1] != "required"] == [["not"]]
    assert schema["not"]["description"] == UNSENT_WEBHOOK
    assert "no server sends it" in UNSENT_WEBHOOK


def test_every_document_is_tested() -> None:
    """Every document class is tested."""
    for title, table in {"VALID": VALID, "INVALID": INVALID}.items():
        missing = DOCUMENTS.keys() - table.keys()
        assert not missing, f"tests/test_answers.py: {title} has no {', '.join(missing)}"


def test_the_body_that_no_server_sends_is_told_so_first() -> None:
    """For the documented webhook body, the violation that no server sends it precedes those for missing properties."""
    body = {"event": "opportunity.created", "data": {}, "timestamp": "2026-03-01T08:00:00Z"}
    first = next(SERVER.iter_violations(body, records.WebhookEvent))
    assert (first.keyword, first.pointer) == ("not", "")
    assert "no server sends it" in first.message


def test_what_was_destroyed_or_merged_is_found() -> None:
    """GraphQL returns the id of a destroyed record, and REST the person into which others were merged."""
    gone = {"id": DEAL["id"], "deletedAt": None}
    one = SERVER.structure({"data": {"destroyOpportunity": gone}}, records.OpportunityAnswer)
    assert str(getattr(one.data.destroy_opportunity, "id", None)) == DEAL["id"]
    assert one.record is records.UNSET
    several = SERVER.structure({"data": {"destroyOpportunities": [gone]}}, records.OpportunityBatchAnswer)
    assert len(several.data.destroy_opportunities or ()) == 1
    assert several.records == ()
    people = STANDARD["person"]
    answer: Any = records.Answer
    merged = people.structure({"data": {"mergePerson": {"jobTitle": "Chief"}}}, answer[people.partial])
    assert merged.data.merge_person is merged.record
    assert merged.record.job_title == "Chief"


@pytest.mark.parametrize("body", [[], None, "x", 5])
def test_what_is_no_object_is_no_documented_body(body: object) -> None:
    """A value that is not an object has this violation only."""
    (violation,) = SERVER.iter_violations(body, records.WebhookEvent)
    assert (violation.keyword, violation.pointer) == ("type", "")


def test_what_was_restored_is_found_under_the_names_that_servers_give_it() -> None:
    """PATCH /restore/opportunities returns restoreOpportunity for one record and restoreOpportunities for several."""
    one = SERVER.structure(
        {"data": {"restoreOpportunity": {"name": "Roof"}}}, records.OpportunityAnswer[records.PartialOpportunity]
    )
    assert one.data.restore_opportunity == one.opportunity == records.PartialOpportunity(name="Roof")
    several = SERVER.structure(
        {"data": {"restoreOpportunities": [{"name": "Roof"}]}},
        records.OpportunityBatchAnswer[records.PartialOpportunity],
    )
    assert several.data.restore_opportunities == several.opportunities == (records.PartialOpportunity(name="Roof"),)
    wrong = {"data": {"restoreOpportunity": {"name": 1}}}
    for found in SERVER.iter_violations(wrong, records.OpportunityAnswer[records.PartialOpportunity]):
        assert found.pointer == "/data/restoreOpportunity/name"
    for found in SERVER.iter_violations({"data": {"restoreOpportunities": 1}}, records.OpportunityBatchAnswer):
        assert found.pointer == "/data/restoreOpportunities"
