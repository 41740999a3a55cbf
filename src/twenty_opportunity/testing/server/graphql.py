"""
The GraphQL API: queries and mutations over the same records.

A server of Twenty does not enforce its own schema: unknown fields of a record are null, and values go by the rules of
REST. So this module needs the parser of graphql-core, and not its executor.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from twenty_opportunity.testing.server import groups, queries
from twenty_opportunity.testing.server.errors import RefusalError, missing_record, plain_refusal, refusal, unimplemented
from twenty_opportunity.testing.server.javascript import number, numbers
from twenty_opportunity.testing.server.store import Store
from twenty_opportunity.testing.server.written import shown
from twenty_opportunity.values.object_names import capitalized
from twenty_opportunity.values.python_json import is_dict, is_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from graphql import FieldNode, SelectionSetNode

    from twenty_opportunity.testing.server.objects import Row, ServerObject, Test
    from twenty_opportunity.testing.server.queries import Order

_DEFAULT_LIMIT: Final = 200
_OF_A_LIST: Final = ("first", "last", "after", "before", "offset", "filter", "orderBy")
_REFERENCES: Final = (
    "This operation references a record that does not exist or cannot be modified due to existing relationships."
)
_MANY: Final = {"create": "data", "update": "filter", "delete": "filter", "restore": "filter", "destroy": "filter"}


def answer(store: Store, body: Any) -> tuple[int, Any]:
    """Answer a request to `/graphql` by a status and JSON, or refuse the request as a whole."""
    try:
        import graphql
    except ImportError:
        raise unimplemented("GraphQL without graphql-core; install the extra graphql") from None
    if is_list(body):
        raise plain_refusal(400, "Bad Request", "Batching is not supported.")
    if not is_dict(body) or not isinstance(body.get("query"), str):
        raise plain_refusal(400, "Bad Request", "Must provide query string.")
    if not is_dict(body.get("variables") or {}):
        raise plain_refusal(400, "Bad Request", "Expected the variables to be an object.")
    try:
        document = graphql.parse(body["query"])
    except graphql.GraphQLError as error:
        return 400, {"errors": [error.formatted]}
    operation = graphql.get_operation_ast(document, body.get("operationName"))
    if operation is None:
        raise unimplemented("GraphQL with several operations and no operationName")
    variables: dict[str, Any] = body.get("variables") or {}
    for each in operation.variable_definitions or ():
        if each.default_value is not None:
            default = graphql.value_from_ast_untyped(each.default_value)
            variables = {each.variable.name.value: default, **variables}
    definitions = (each for each in document.definitions if isinstance(each, graphql.FragmentDefinitionNode))
    fragments = {each.name.value: each for each in definitions}
    return 200, _Request(store, fragments, variables).answer(operation.selection_set)


def unauthenticated(error: RefusalError) -> tuple[int, Any]:
    """Answer a request that REST refuses because its token is wrong or missing; the status is always 200."""
    message = error.body["messages"][0]
    if error.body["error"] == "FORBIDDEN_EXCEPTION":
        # Without a token the server has another schema, in which nothing of the workspace exists.
        return 200, {"errors": [{"message": 'Cannot query the fields of a workspace on type "Query".'}]}
    is_invalid = error.body["error"] == "UNAUTHENTICATED"
    extensions = {"subCode": error.body["error"], "code": "UNAUTHENTICATED" if is_invalid else "FORBIDDEN"}
    return 200, {"errors": [{"message": message, "extensions": extensions}]}


def _fits(name: str, value: Any) -> bool:
    """Check whether an argument has a type that this server knows; null is as good as none."""
    each: list[Any] = value if is_list(value) else [value]
    match name:
        case "data" | "groupBy" | "orderBy":
            return value is None or all(map(is_dict, each))
        case "first" | "last" | "offset" | "limit":
            if isinstance(value, int) and not isinstance(value, bool):
                return value >= 0 or name in {"first", "last"}
            return value is None
        case "after" | "before" | "id":
            return value is None or isinstance(value, str)
        case _:
            return True


def _key(field: FieldNode) -> str:
    """Return the name of a field in the answer."""
    return str(field.alias.value if field.alias else field.name.value)


@attrs.frozen
class _Request:
    """A request to the records of a store, with the fragments and variables of its document by name."""

    store: Store
    fragments: Mapping[str, Any]
    variables: Mapping[str, Any]

    def answer(self, selection: SelectionSetNode) -> dict[str, Any]:
        """Resolve each root field; one that is refused is null, and an error."""
        data: dict[str, Any] = {}
        errors: list[Any] = []
        seen: set[str] = set()
        for field in self.fields(selection):
            name = field.name.value
            resolve = self._resolver(name)
            if resolve is None:
                return {"errors": [{"message": f'Cannot query field "{name}" on type "Query".'}]}
            if name in seen:
                message = f'Duplicate root resolver: "{name}"'
                return {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}
            seen.add(name)
            events = len(self.store.events)
            try:
                data[_key(field)] = resolve(field)
            except RefusalError as error:
                if error.status == 501:  # noqa: PLR2004 - not implemented, unlike the answers of a server
                    raise
                del self.store.events[events:]
                data[_key(field)] = None
                errors.append(_error(error))
        return {"data": data, **({"errors": errors} if errors else {})}

    def _resolver(self, name: str) -> Callable[[FieldNode], Any] | None:
        for of in self.store.objects.values():
            singular, plural = capitalized(of.singular), capitalized(of.plural)
            found: dict[str, Callable[[ServerObject, FieldNode], Any]] = {
                of.singular: self._one,
                of.plural: self._list,
                f"{of.plural}GroupBy": self._groups,
            }
            for operation in _MANY:
                found[f"{operation}{singular}"] = functools.partial(self._change_one, operation)
                found[f"{operation}{plural}"] = functools.partial(self._change_many, operation)
            if name in found:
                return functools.partial(found[name], of)
        return None

    # Selections and arguments

    def fields(self, selection: SelectionSetNode | None, visited: set[str] | None = None) -> Iterable[FieldNode]:
        """Yield the fields of a selection, those of its fragments included, once; unknown fragments are empty."""
        visited = set() if visited is None else visited
        for each in selection.selections if selection else ():
            node: Any = each
            if node.directives:
                raise unimplemented("GraphQL with directives")
            if node.kind == "field":
                yield node
            elif node.kind == "inline_fragment":
                yield from self.fields(node.selection_set, visited)
            elif node.name.value in self.fragments and node.name.value not in visited:
                visited.add(node.name.value)
                yield from self.fields(self.fragments[node.name.value].selection_set, visited)

    def selected(self, selection: SelectionSetNode | None, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that a selection names; unknown ones are null."""
        return {_key(each): values.get(each.name.value) for each in self.fields(selection)}

    def arguments(self, field: FieldNode) -> dict[str, Any]:
        """Return the arguments of a field, except those whose variable is absent."""
        from graphql import VariableNode, value_from_ast_untyped

        found: dict[str, Any] = {
            each.name.value: numbers(value_from_ast_untyped(each.value, dict(self.variables)))
            for each in field.arguments or ()
            if not isinstance(each.value, VariableNode) or each.value.name.value in self.variables
        }
        for name, value in found.items():
            if not _fits(name, value):
                raise unimplemented(f"the GraphQL argument {name} with a value of this type")
        return found

    def _filter(self, of: ServerObject, arguments: Mapping[str, Any]) -> tuple[Test | None, bool]:
        return queries.structured_filter(arguments.get("filter") or {}, of, self.store)

    def _order(self, of: ServerObject, given: Any) -> list[Order]:
        text = [part for item in _listed(given) for part in _order_parts(item, ())]
        return queries.parse_order(",".join(text) if text else None, of, self.store)

    # Queries

    def _one(self, of: ServerObject, field: FieldNode) -> Any:
        arguments = self.arguments(field)
        if "filter" not in arguments:
            raise refusal("Missing filter argument", code="INVALID_QUERY_INPUT")
        test, mentions_deleted = self._filter(of, arguments)
        rows = self.store.rows(of, test, deleted=mentions_deleted)
        if not rows:
            raise missing_record()
        return self._node(of, rows[0], field.selection_set)

    def _list(self, of: ServerObject, field: FieldNode) -> Any:
        arguments = self.arguments(field)
        for name in arguments:
            if name not in _OF_A_LIST:
                raise refusal(f"Argument not allowed: {name}", code="INVALID_QUERY_INPUT")
        given = {name for name, value in arguments.items() if value is not None}
        for pair in (("first", "last"), ("before", "first")):
            if given >= {*pair}:
                raise refusal(f"Cannot provide both {pair[0]} and {pair[1]}", code="ARGS_CONFLICT")
        for name in ("first", "last"):
            if name in given and arguments[name] < 0:
                raise refusal(f"{capitalized(name)} argument must be non-negative", code=f"INVALID_ARGS_{name.upper()}")
        test, mentions_deleted = self._filter(of, arguments)
        order = self._order(of, arguments.get("orderBy"))
        rows = queries.ordered(self.store.rows(of, test, deleted=mentions_deleted), order, self.store)
        return self._connection(of, rows, order, arguments, field.selection_set)

    def _connection(
        self,
        of: ServerObject,
        rows: list[Row],
        order: Sequence[Order],
        arguments: Mapping[str, Any],
        selection: SelectionSetNode | None,
    ) -> dict[str, Any]:
        limit = next((arguments[name] for name in ("first", "last") if arguments.get(name) is not None), _DEFAULT_LIMIT)
        after, before, offset = arguments.get("after"), arguments.get("before"), arguments.get("offset") or 0
        page, info = queries.page(rows, order, self.store, limit=limit, after=after, before=before, offset=offset)
        found: dict[str, Any] = {}
        for field in self.fields(selection):
            match field.name.value:
                case "totalCount":
                    value: Any = len(rows)
                case "pageInfo":
                    value = self.selected(field.selection_set, info)
                case "edges":
                    value = [
                        self._edge(of, row, queries.cursor_of(row, order, self.store), field.selection_set)
                        for row in page
                    ]
                case name:
                    value = _aggregate(of, name, rows)
            found[_key(field)] = value
        return found

    def _edge(self, of: ServerObject, row: Row, cursor: str, selection: SelectionSetNode | None) -> dict[str, Any]:
        values = {"cursor": cursor}
        return {
            _key(field): self._node(of, row, field.selection_set)
            if field.name.value == "node"
            else values.get(field.name.value)
            for field in self.fields(selection)
        }

    def _node(self, of: ServerObject, row: Row, selection: SelectionSetNode | None) -> dict[str, Any]:
        fields = [*self.fields(selection)]
        found = {_key(field): self._value(of, row, field) for field in fields}
        for field in fields:
            relation = of.to_one.get(field.name.value)
            if relation and relation.target and found[_key(field)] is None and relation.name in found:
                found[relation.name] = None  # a soft-deleted record looks like none
        return found

    def _value(self, of: ServerObject, row: Row, field: FieldNode) -> Any:
        name = field.name.value
        if name == "__typename":
            return capitalized(of.singular)
        if name in of.relations:
            return self._related(row, of.relations[name], field.selection_set)
        relation = of.to_one.get(name)
        if relation:
            target, found = self.store.object_named(relation.target), self.store.related(relation, row)
            return self._node(target, found, field.selection_set) if target and found else None
        column = of.columns.get(name)
        if column is None or (column.subfields and field.selection_set is None):
            return None  # the server refuses neither
        value = shown(column, row[name])
        return self.selected(field.selection_set, value) if column.subfields else value

    def _related(self, row: Row, inverse: tuple[str, str] | None, selection: SelectionSetNode | None) -> Any:
        """Return the connection of related records; the server ignores arguments there."""
        found = self.store.referring(row, inverse)
        if found is None:
            return self.selected(selection, {"edges": [], "totalCount": 0})
        other, rows = found
        order = self._order(other, None)
        return self._connection(other, queries.ordered(rows, order, self.store), order, {}, selection)

    def _groups(self, of: ServerObject, field: FieldNode) -> Any:
        arguments = self.arguments(field)
        dimensions = groups.parse_groups(_listed(arguments.get("groupBy")), of, self.store)
        test, mentions_deleted = self._filter(of, arguments)
        order = self._order(of, None)
        rows = queries.ordered(self.store.rows(of, test, deleted=mentions_deleted), order, self.store)
        found = groups.grouped(rows, dimensions, _listed(arguments.get("orderBy")), self.store)
        found = found[: arguments.get("limit")]
        return [self._group(of, values, rows, order, field.selection_set) for values, rows in found]

    def _group(
        self,
        of: ServerObject,
        values: list[Any],
        rows: list[Row],
        order: Sequence[Order],
        selection: SelectionSetNode | None,
    ) -> dict[str, Any]:
        group = self._connection(of, rows, order, {}, selection)
        for field in self.fields(selection):
            if field.name.value == "groupByDimensionValues":
                group[_key(field)] = values
        return group

    # Mutations

    def _change_one(self, operation: str, of: ServerObject, field: FieldNode) -> Any:
        arguments = self.arguments(field)
        if operation == "create":
            rows = self.store.create(of, [_body(arguments)], upsert=arguments.get("upsert") is True)
        else:
            row = self.store.one(of, str(arguments.get("id")).lower(), deleted=True)
            rows = self._changed(operation, of, [row], arguments, None)
        return self._node(of, rows[0], field.selection_set)

    def _change_many(self, operation: str, of: ServerObject, field: FieldNode) -> Any:
        arguments = self.arguments(field)
        if arguments.get(_MANY[operation]) is None:
            raise refusal(f"Missing {_MANY[operation]} argument", code="INVALID_QUERY_INPUT")
        if operation == "create":
            rows = self.store.create(of, _listed(arguments["data"]), upsert=arguments.get("upsert") is True)
        else:
            test, _ = self._filter(of, arguments)
            rows = self._changed(operation, of, self.store.rows(of, test), arguments, test)
        return [self._node(of, row, field.selection_set) for row in rows]

    def _changed(
        self, operation: str, of: ServerObject, rows: list[Row], arguments: Mapping[str, Any], test: Test | None
    ) -> list[Row]:
        match operation:
            case "update":
                return self.store.update(of, rows, _body(arguments), test)
            case "delete":
                return self.store.delete(of, rows)
            case "restore":
                return self.store.restore(of, rows, test)
            case _:
                self.store.destroy(of, rows)
                return rows


def _listed(value: Any) -> list[Any]:
    """Return a list; GraphQL takes one item for a list of it."""
    return value if is_list(value) else [] if value is None else [value]


def _body(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the body of one record."""
    data: Any = arguments.get("data") or {}
    if not is_dict(data):
        raise unimplemented("GraphQL data of one record in a list")
    return data


def _order_parts(item: Mapping[str, Any], names: tuple[str, ...]) -> Iterable[str]:
    """Yield the keys of an order as REST has them."""
    for name, direction in item.items():
        if is_dict(direction):
            yield from _order_parts(direction, (*names, name))
        elif direction in queries.DIRECTIONS:
            yield f"{'.'.join((*names, name))}[{direction}]"
        else:
            allowed = ", ".join(queries.DIRECTIONS)
            message = f'Scalar field "{name}" requires a direction value ({allowed})'
            raise refusal(message, code="INVALID_QUERY_INPUT")


def _aggregate(of: ServerObject, name: str, rows: list[Row]) -> Any:
    """Return an aggregate as a number where REST has text; null for an unknown one or no records."""
    try:
        value = groups.parse_aggregates([name], of)[name](rows) if rows else None
    except RefusalError:
        return None
    if not isinstance(value, str) or name.startswith(("min", "max")):
        return value
    return number(float(value) if "." in value else int(value))


def _error(error: RefusalError) -> dict[str, Any]:
    """Return a refusal in the shape of GraphQL."""
    message = error.body["messages"][0]
    if error.status == 404:  # noqa: PLR2004 - a record that is not there
        friendly = "This record does not exist or has been deleted."
        return {
            "message": message,
            "extensions": {"subCode": "RECORD_NOT_FOUND", "userFriendlyMessage": friendly, "code": "NOT_FOUND"},
        }
    friendly = "An error occurred."
    code: str | None = error.body.get("code")
    if "violates foreign key constraint" in message:
        friendly = _REFERENCES
    elif message.startswith("Time zone should be specified"):
        code = "MISSING_TIMEZONE_FOR_DATE_GROUP_BY"
    elif message.startswith("Invalid cursor"):
        code = "INVALID_CURSOR"
    extensions = {"subCode": code, "userFriendlyMessage": friendly, "code": "BAD_USER_INPUT"}
    return {"message": message, "extensions": {name: each for name, each in extensions.items() if each}}
