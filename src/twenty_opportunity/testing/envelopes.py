"""The objects around records in realistic documents: events, pages, groups and errors, as a server sends them."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from twenty_opportunity.records import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from random import Random

    from twenty_opportunity.testing.samples import InventedWorkspace

EVENT: Final = frozenset({"eventName", "objectMetadata", "record", "updatedFields"})
GROUP: Final = frozenset({"groupByDimensionValues", "edges"})
PAGE: Final = frozenset({"pageInfo", "totalCount"})
RESULT: Final = frozenset({"data", "errors"})
GRAPHQL_ERROR: Final = frozenset({"message", "extensions"})
REST_ERROR: Final = frozenset({"statusCode", "messages"})

OF_ERRORS: Final[Mapping[frozenset[str], Collection[str]]] = {GRAPHQL_ERROR: {"extensions"}, REST_ERROR: {"error"}}
"""Properties that a server sends in errors although they are neither required nor described."""

_ACTIONS: Final = ("created", "updated", "updated", "updated", "deleted", "restored", "destroyed")
_DELETED: Final = frozenset({"deleted", "destroyed"})
_MOST_FIELDS: Final = 3  # that an update changes
_MOST_RECORDS: Final = 20  # that a query finds
_SET_BY_SERVER: Final = frozenset({"id", "createdAt", "updatedAt", "deletedAt", "createdBy", "updatedBy"})
_GRAPHQL_ERRORS: Final = (
    {"message": "You do not have permission", "extensions": {"code": "FORBIDDEN"}},
    {"message": "Record not found", "extensions": {"code": "NOT_FOUND"}},
    {"message": "Invalid cursor", "extensions": {"code": "BAD_USER_INPUT"}},
)
_REST_ERRORS: Final = (
    (400, "BadRequestException", "Invalid cursor"),
    (403, "FORBIDDEN_EXCEPTION", "Missing authentication token"),
    (404, "NotFoundException", "Record not found"),
)


class Envelopes:
    """
    Suggests the values of the objects around records. UNSET is a property that a server leaves out.

    Args:
        workspace: The workspace of the records.
        random: Decides between values.

    Attributes:
        action: The action of events; None for any.
    """

    def __init__(self, workspace: InventedWorkspace, random: Random) -> None:
        self._workspace = workspace
        self._random = random
        self.action: str | None = None

    def event(
        self, object_: str, changeable: Sequence[str], record: Callable[[], dict[str, Any]]
    ) -> Callable[[], dict[str, Any]]:
        """
        Make the function that suggests webhook events of one webhook, which agree with their records.

        Args:
            object_: The name of the object.
            changeable: The properties that an update may change.
            record: Suggests a record.

        Returns:
            The function.
        """
        metadata = {"id": self._workspace.id(), "nameSingular": object_}
        ids = {"workspaceId": self._workspace.id(), "webhookId": self._workspace.id()}

        def suggest() -> dict[str, Any]:
            found = record()
            action = self.action if self.action in _ACTIONS else self._random.choice(_ACTIONS)
            happened = found.setdefault("updatedAt", self._workspace.moment(-90, 0))
            found["deletedAt"] = happened if action in _DELETED else None
            if action == "created":
                found["createdAt"] = happened
            fields: Any = ["deletedAt"] if action in {"deleted", "restored"} else UNSET
            if action == "updated":
                chosen = self._random.sample(changeable, min(len(changeable), self._random.randint(1, _MOST_FIELDS)))
                fields = [name for name in changeable if name in chosen]
            return {
                "targetUrl": "https://example.com/webhooks/twenty",
                "eventName": f"{object_}.{action}",
                "objectMetadata": metadata,
                **ids,
                "eventDate": happened + dt.timedelta(milliseconds=self._random.randrange(5, 400)),
                "record": found,
                "updatedFields": fields,
            }

        return suggest

    def group(self, node: Collection[str], stages: Sequence[str], *, in_rest: bool) -> Callable[[], dict[str, Any]]:
        """
        Make the function that suggests groups: by stage if the records have one, else by the source of their creation.

        Args:
            node: The properties of the records.
            stages: The stages that the records may be in.
            in_rest: Leave out the records, as REST does.

        Returns:
            The function.
        """

        def suggest() -> dict[str, Any]:
            record = self._workspace.deal(stages) if stages else self._workspace.record(person="emails" in node)
            value: Any = record.get("stage")
            if "createdBy" in node and not stages:
                record["createdBy"] = self._workspace.actor()
                value = record["createdBy"]["source"]
            return {
                "groupByDimensionValues": [value],
                "totalCount": self._random.randrange(1, _MOST_RECORDS),
                "edges": UNSET if in_rest else [{"node": record, "cursor": self._cursor()}],
            }

        return suggest

    def page(self, *, whole: bool) -> dict[str, Any]:
        """Suggest the first page of a query, with one record, which may be the only one."""
        total, cursor = 1 if whole else self._random.randrange(1, _MOST_RECORDS), self._cursor()
        ends = {"startCursor": cursor, "endCursor": cursor}
        return {
            "totalCount": total,
            "pageInfo": {"hasNextPage": total > 1, "hasPreviousPage": False, **ends},
            "edges": [{"cursor": cursor}],
        }

    def graphql_error(self) -> dict[str, Any]:
        """Suggest an error of GraphQL."""
        return self._random.choice(_GRAPHQL_ERRORS)

    def rest_error(self) -> dict[str, Any]:
        """Suggest the answer to a REST request that failed."""
        status, error, message = self._random.choice(_REST_ERRORS)
        return {"statusCode": status, "error": error, "messages": [message], "message": [message]}

    def _cursor(self) -> str:
        """Make a cursor as servers do: base64 of JSON."""
        return base64.b64encode(json.dumps({"id": self._workspace.id()}, separators=(",", ":")).encode()).decode()


def changeable(properties: Mapping[str, Any]) -> list[str]:
    """
    List the properties of a record that an update may change, as a server reports them.

    Args:
        properties: The described properties.

    Returns:
        The names.
    """
    return [name for name, part in properties.items() if name not in _SET_BY_SERVER and not _is_read_only(part)]


def _is_read_only(schema: Any) -> bool:
    return schema is True or schema.get("readOnly") is True
