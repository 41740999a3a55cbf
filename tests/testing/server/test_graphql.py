"""GraphQL: queries, mutations, connections and errors over the records of REST."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from twenty_opportunity import SERVER
from twenty_opportunity.records import GraphQLPage
from twenty_opportunity.testing import TwentyServer

if TYPE_CHECKING:
    from tests.testing.server.conftest import Client

ID = "10000000-0000-4000-8000-000000000001"
COMPANY = "c1000000-0000-4000-8000-000000000001"
BAD = {"userFriendlyMessage": "An error occurred.", "code": "BAD_USER_INPUT"}


def ask(client: Client, query: str, **variables: Any) -> Any:
    """Send a query, and return the answer."""
    answer = client.http.post("/graphql", json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    return answer.json()


def data(client: Client, query: str, **variables: Any) -> Any:
    """Send a query that succeeds, and return the data of its only root field."""
    answer = ask(client, query, **variables)
    assert "errors" not in answer, answer
    [found] = answer["data"].values()
    return found


def error(client: Client, query: str, **variables: Any) -> Any:
    """Send a query that fails, and return its only error."""
    [found] = ask(client, query, **variables)["errors"]
    return found


@pytest.fixture
def deals(client: Client) -> Client:
    """A server with a company and three deals, of which two belong to it."""
    client.data("POST", "/companies", {"id": COMPANY, "name": "Acme"})
    amounts = (5, 1, None)
    client.deals(
        *(
            {
                "id": ID[:-1] + str(at + 1),
                "name": "abc"[at],
                "amount": {"amountMicros": amounts[at], "currencyCode": "EUR"},
                "companyId": COMPANY if at else None,
            }
            for at in range(3)
        )
    )
    return client


def test_records_are_created_changed_and_deleted(client: Client) -> None:
    """`delete` is soft, `destroy` is not; a missing record is null and an error."""
    create = "mutation($d: OpportunityCreateInput!) { createOpportunity(data: $d) { __typename id name stage } }"
    made = data(client, create, d={"id": ID, "name": "Roof"})
    assert made == {"__typename": "Opportunity", "id": ID, "name": "Roof", "stage": "NEW"}
    update = 'mutation($i: UUID!) { updateOpportunity(id: $i, data: {stage: MEETING, name: "x"}) { stage } }'
    assert data(client, update, i=ID.upper()) == {"stage": "MEETING"}
    deleted = data(client, "mutation($i: UUID!) { deleteOpportunity(id: $i) { deletedAt } }", i=ID)
    assert deleted["deletedAt"] is not None
    one = "query($i: UUID!) { opportunity(filter: {id: {eq: $i}}) { id } }"
    assert ask(client, one, i=ID) == {
        "data": {"opportunity": None},
        "errors": [
            {
                "message": "Record not found",
                "extensions": {
                    "subCode": "RECORD_NOT_FOUND",
                    "userFriendlyMessage": "This record does not exist or has been deleted.",
                    "code": "NOT_FOUND",
                },
            }
        ],
    }
    assert data(client, "mutation($i: UUID!) { restoreOpportunity(id: $i) { deletedAt } }", i=ID) == {"deletedAt": None}
    assert data(client, one, i=ID) == {"id": ID}
    destroy = "mutation($i: UUID!) { destroyOpportunity(id: $i) { id } }"
    assert data(client, destroy, i=ID) == {"id": ID}
    assert error(client, destroy, i=ID)["message"] == "Record not found"


def test_many_records_are_changed_by_filter(deals: Client) -> None:
    """As in REST, restoring by deletedAt returns an empty list."""
    for operation, argument, count in (
        ("updateOpportunities", ', data: {stage: "PROPOSAL"}', 3),
        ("deleteOpportunities", "", 3),
        ("destroyOpportunities", "", 3),
    ):
        filtered = "filter: {name: {in: [a, b, c]}}"
        assert len(data(deals, f"mutation {{ {operation}({filtered}{argument}) {{ id }} }}")) == count
    made = data(deals, "mutation { createOpportunities(data: [{}, {}], upsert: true) { id deletedAt } }")
    data(deals, "mutation($i: UUID!) { deleteOpportunity(id: $i) { id } }", i=made[0]["id"])
    assert data(deals, "mutation { restoreOpportunities(filter: {deletedAt: {is: NOT_NULL}}) { id } }") == []
    message = error(deals, "mutation { deleteOpportunities { id } }")["message"]
    assert message == "Missing filter argument"


def test_a_list_is_a_connection(deals: Client) -> None:
    """A connection has cursors, page information and aggregates, and the library reads it."""
    query = """
        query($after: String, $n: Int = 2) {
            opportunities(first: $n, after: $after, orderBy: [{amount: {amountMicros: DescNullsLast}}]) {
                totalCount
                sumAmountAmountMicros avgAmountAmountMicros percentageEmptyAmount countNotEmptyId maxStage zzz
                edges { cursor node { ...deal ...unknown ... on Opportunity { stage } } }
                pageInfo { hasNextPage hasPreviousPage startCursor end: endCursor }
            }
        }
        fragment deal on Opportunity { id called: name amount { micros: amountMicros zzz } closeDate zzz createdBy }
    """
    answer = ask(deals, query)
    page = answer["data"]["opportunities"]
    assert page["totalCount"] == 3
    assert (page["sumAmountAmountMicros"], page["avgAmountAmountMicros"], page["countNotEmptyId"]) == (6, 3.0, 3)
    assert (page["maxStage"], page["percentageEmptyAmount"], page["zzz"]) == ("NEW", 0.0, None)
    assert [edge["node"]["called"] for edge in page["edges"]] == ["a", "b"]
    assert page["edges"][0]["node"] == {
        "id": ID,
        "called": "a",
        "amount": {"micros": 5, "zzz": None},
        "closeDate": None,
        "zzz": None,
        "createdBy": None,
        "stage": "NEW",
    }
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": page["edges"][0]["cursor"],
        "end": page["edges"][1]["cursor"],
    }
    rest = ask(deals, query, after=page["pageInfo"]["end"])["data"]["opportunities"]
    assert (rest["edges"], rest["pageInfo"]["startCursor"]) == ([], None)  # the deal without an amount is lost
    plain = deals.http.post("/graphql", json={"query": "{ opportunities { edges { node { id name } cursor } } }"})
    assert [deal.name for deal in SERVER.loads(plain.content, GraphQLPage)] == ["a", "b", "c"]


def test_pages_can_be_read_backward_and_skipped(deals: Client) -> None:
    """`last` without `before` gives the first ones, as on a real server."""
    names = "{ edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage } }"
    page = data(deals, f"{{ opportunities(last: 2) {names} }}")
    assert [edge["node"]["name"] for edge in page["edges"]] == ["a", "b"]
    third = data(deals, f"{{ opportunities(first: 1, offset: 2) {names} }}")["edges"][0]
    page = data(deals, f"query($c: String) {{ opportunities(last: 1, before: $c) {names} }}", c=third["cursor"])
    assert [edge["node"]["name"] for edge in page["edges"]] == ["b"]
    assert page["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert data(deals, f"{{ opportunities(first: 0) {names} }}")["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("{}", "abc"),
        ('{name: {eq: "a"}}', "a"),
        ('{name: {in: ["a", "c"]}}', "ac"),
        ("{amount: {amountMicros: {gte: 1}}}", "ab"),
        ('{not: {name: {eq: "a"}}}', "bc"),
        ("{not: {}}", "abc"),
        ("{and: [], or: []}", "abc"),
        ('{or: [{name: {eq: "a"}}, {company: {name: {eq: "Acme"}}, amount: {amountMicros: {is: NULL}}}]}', "ac"),
        ("{companyId: {is: NOT_NULL}}", "bc"),
        ("{deletedAt: {is: NOT_NULL}}", ""),
    ],
)
def test_a_filter_is_an_object(deals: Client, condition: str, names: str) -> None:
    """The filter has the operators of REST."""
    query = (
        f"{{ opportunities(filter: {condition}, orderBy: {{name: AscNullsFirst}}) {{ edges {{ node {{ name }} }} }} }}"
    )
    assert "".join(edge["node"]["name"] for edge in data(deals, query)["edges"]) == names


def test_relations_are_records_and_connections(deals: Client) -> None:
    """A soft-deleted company is null, and so is its id."""
    query = "{ opportunities(filter: {companyId: {is: NOT_NULL}}) { edges { node { companyId company { name } } } } }"
    assert data(deals, query)["edges"][0]["node"] == {"companyId": COMPANY, "company": {"name": "Acme"}}
    company = data(
        deals,
        f'{{ company(filter: {{id: {{eq: "{COMPANY}"}}}}) {{ attachments {{ totalCount edges {{ node {{ id }} }} }}'
        " opportunities { totalCount edges { node { name } } } people { totalCount edges { node { id } } } } }",
    )
    assert company == {
        "attachments": {"totalCount": 0, "edges": []},
        "opportunities": {"totalCount": 2, "edges": [{"node": {"name": "b"}}, {"node": {"name": "c"}}]},
        "people": {"totalCount": 0, "edges": []},
    }
    deal = data(
        deals,
        f'{{ opportunity(filter: {{id: {{eq: "{ID}"}}}}) {{ noteTargets {{ totalCount edges {{ cursor }} }} }} }}',
    )
    assert deal == {"noteTargets": {"totalCount": 0, "edges": []}}
    data(deals, "mutation($i: UUID!) { deleteCompany(id: $i) { id } }", i=COMPANY)
    assert data(deals, query)["edges"][0]["node"] == {"companyId": None, "company": None}


def test_groups_have_numbers(deals: Client) -> None:
    """Groups include the records of each; without dimensions, all records are one group."""
    query = (
        "{ opportunitiesGroupBy(groupBy: [{amount: {currencyCode: true}}, {name: true}], limit: 2,"
        " orderBy: [{name: DescNullsLast}]) { groupByDimensionValues totalCount edges { node { id } } } }"
    )
    found = data(deals, query)
    assert [each["groupByDimensionValues"] for each in found] == [["EUR", "c"], ["EUR", "b"]]
    assert found[0]["edges"] == [{"node": {"id": ID[:-1] + "3"}}]
    query = "{ opportunitiesGroupBy { values: groupByDimensionValues totalCount sumAmountAmountMicros } }"
    assert data(deals, query) == [{"values": [], "totalCount": 3, "sumAmountAmountMicros": 6}]
    found = error(deals, "{ opportunitiesGroupBy(groupBy: [{closeDate: {granularity: MONTH}}]) { totalCount } }")
    assert found["extensions"]["subCode"] == "MISSING_TIMEZONE_FOR_DATE_GROUP_BY"
    order = "orderBy: [{aggregate: {totalCount: AscNullsFirst}}]"
    query = f"{{ opportunitiesGroupBy(groupBy: [{{name: true}}], {order}) {{ totalCount }} }}"
    assert deals.http.post("/graphql", json={"query": query}).status_code == 501


@pytest.mark.parametrize(
    ("query", "message", "code"),
    [
        ("{ opportunities(limit: 1) { totalCount } }", "Argument not allowed: limit", "INVALID_QUERY_INPUT"),
        ("{ opportunities(first: 1, last: 1) { totalCount } }", "Cannot provide both first and last", "ARGS_CONFLICT"),
        (
            '{ opportunities(first: 1, before: "x") { totalCount } }',
            "Cannot provide both before and first",
            "ARGS_CONFLICT",
        ),
        ("{ opportunities(first: -1) { totalCount } }", "First argument must be non-negative", "INVALID_ARGS_FIRST"),
        ('{ opportunities(after: "zzz") { totalCount } }', "Invalid cursor: zzz", "INVALID_CURSOR"),
        (
            "{ opportunities(orderBy: {name: Sideways}) { totalCount } }",
            (
                'Scalar field "name" requires a direction value '
                "(AscNullsFirst, AscNullsLast, DescNullsFirst, DescNullsLast)"
            ),
            "INVALID_QUERY_INPUT",
        ),
        (
            "{ opportunities(orderBy: [{zzz: AscNullsFirst}]) { totalCount } }",
            'Field "zzz" does not exist or is not sortable',
            "FIELD_NOT_FOUND",
        ),
        (
            "{ opportunities(filter: {position: {gt: 1, lt: 2}}) { totalCount } }",
            'Filter for field "position" must have exactly one operator',
            "INVALID_ARGS_FILTER",
        ),
        ("{ opportunity { id } }", "Missing filter argument", "INVALID_QUERY_INPUT"),
    ],
)
def test_a_refused_field_is_null_and_an_error(deals: Client, query: str, message: str, code: str) -> None:
    """The messages are those of REST, in the form of GraphQL."""
    assert error(deals, query) == {"message": message, "extensions": {"subCode": code, **BAD}}


def test_mutations_are_kept_or_refused_each_on_its_own(client: Client) -> None:
    """Only the mutation that succeeded is reported."""
    client.server.webhook(lambda *_: None)
    query = """mutation {
        createCompany(data: {name: "Acme"}) { name }
        createOpportunity(data: {companyId: "90000000-0000-4000-8000-00000000dead"}) { id }
    }"""
    answer = ask(client, query)
    assert answer["data"] == {"createCompany": {"name": "Acme"}, "createOpportunity": None}
    [found] = answer["errors"]
    assert found["extensions"]["userFriendlyMessage"].startswith(
        "This operation references a record that does not exist"
    )
    assert [delivery.json["eventName"] for delivery in client.server.deliveries] == ["company.created"]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ([], 400, "Batching is not supported."),
        ({}, 400, "Must provide query string."),
        ({"query": "{ opportunities { totalCount } }", "variables": 5}, 400, "Expected the variables to be an object."),
        ({"query": "{"}, 400, "Syntax Error: Expected Name, found <EOF>."),
        ({"query": "{ zzz { id } }"}, 200, 'Cannot query field "zzz" on type "Query".'),
        (
            {"query": "{ a: opportunities { totalCount } b: opportunities { totalCount } }"},
            200,
            'Duplicate root resolver: "opportunities"',
        ),
        ({"query": "query A { opportunities { totalCount } } query B { companies { totalCount } }"}, 501, None),
    ],
)
def test_a_refused_request(client: Client, body: Any, status: int, message: str | None) -> None:
    """Some requests are refused as a whole."""
    answer = client.http.post("/graphql", json=body)
    assert answer.status_code == status
    found = answer.json()
    assert message is None or message == (found["errors"][0]["message"] if "errors" in found else found["message"])


@pytest.mark.parametrize(
    ("query", "variables", "what"),
    [
        ("query($x: X) { opportunities(first: $x) { totalCount } }", True, "first with a value of this type"),
        ("query($x: X) { opportunities(after: $x) { totalCount } }", 1, "after with a value of this type"),
        ("query($x: X) { opportunities(orderBy: $x) { totalCount } }", [1], "orderBy with a value of this type"),
        ("query($x: X) { opportunities(filter: $x) { totalCount } }", [{}], "a filter that is not an object"),
        ("query($x: X) { opportunities(filter: $x) { totalCount } }", {"and": {}}, "and that is not a list"),
        ("query($x: X) { opportunities(filter: $x) { totalCount } }", {"id": {"in": ID}}, "the operator in with this"),
        (
            "query($x: X) { opportunities(filter: $x) { totalCount } }",
            {"name": {"eq": {"x": 1}}},
            "below the operator eq",
        ),
        ("mutation($x: X) { createOpportunity(data: $x) { id } }", [{}], "data of one record in a list"),
    ],
)
def test_arguments_of_other_types_are_not_implemented(client: Client, query: str, variables: Any, what: str) -> None:
    """The answer names the argument, and nothing is invented."""
    answer = client.http.post("/graphql", json={"query": query, "variables": {"x": variables}})
    assert answer.status_code == 501
    assert what in answer.json()["messages"][0]


@pytest.mark.parametrize("value", ["null", "5", "{}", "{eq: 1, gt: 0}"])
def test_a_filter_has_exactly_one_operator_for_each_field(client: Client, value: str) -> None:
    """This includes properties and relations."""
    for condition in (
        f"{{amount: {{amountMicros: {value}}}}}",
        f"{{position: {value}}}",
        f"{{company: {{name: {value}}}}}",
    ):
        message = error(client, f"{{ opportunities(filter: {condition}) {{ totalCount }} }}")["message"]
        assert message.endswith("must have exactly one operator")


def test_an_operation_is_chosen_by_name(client: Client) -> None:
    """Clients send an operation name with several operations in a document."""
    query = "query A { opportunities { totalCount } } query B { companies { totalCount } }"
    answer = client.http.post("/graphql", json={"query": query, "operationName": "B"})
    assert answer.json() == {"data": {"companies": {"totalCount": 0}}}


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, 'Cannot query the fields of a workspace on type "Query".'),
        ("abc", "Token invalid."),
        ("a.e30.c", "Invalid token type"),
    ],
)
def test_a_wrong_token_is_an_error_with_status_200(connect: type[Client], token: str | None, message: str) -> None:
    """Without a token, the server has another schema."""
    client = connect(TwentyServer(api_key="a key"))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.http.post("/graphql", json={"query": "{ opportunities { totalCount } }"}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (200, message)


def test_graphql_needs_an_extra(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without graphql-core, the answer names it."""
    monkeypatch.setitem(sys.modules, "graphql", None)
    answer = client.http.post("/graphql", json={"query": "{ opportunities { totalCount } }"})
    assert answer.status_code == 501
    assert "install the extra graphql" in answer.json()["messages"][0]


def test_an_edge_has_a_cursor_and_a_node(deals: Client) -> None:
    """Any other field of an edge is null, as everywhere."""
    answer = ask(deals, "{opportunities(first: 1) {edges {__typename cursor node {id}}}}")
    [edge] = answer["data"]["opportunities"]["edges"]
    assert (edge["__typename"], edge["node"].keys()) == (None, {"id"})


@pytest.mark.parametrize(
    "query",
    [
        "{opportunities {edges {node {id @skip(if: true)}}}}",
        "{opportunities {edges {... @include(if: false) {node {id}}}}}",
        "{opportunities(offset: -1) {totalCount}}",
        "{opportunitiesGroupBy(groupBy: [{stage: true}], limit: -1) {totalCount}}",
    ],
)
def test_what_is_not_implemented_is_not_ignored(deals: Client, query: str) -> None:
    """Python would count from the end, and without its directive a field has another meaning."""
    assert deals.http.post("/graphql", json={"query": query}).status_code == 501
