"""The refusals of a Twenty server, in the forms in which it sends them."""

from __future__ import annotations

from typing import Any


class RefusalError(Exception):
    """A request that the server refuses, with the HTTP status and the decoded body of the answer."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def refusal(
    message: str, *, status: int = 400, error: str = "BadRequestException", code: str | None = None
) -> RefusalError:
    """Build a refusal in the usual form: a recorded message, and the name of the server's exception."""
    body: dict[str, Any] = {"statusCode": status, "error": error, "messages": [message]}
    return RefusalError(status, body | {"code": code} if code else body)


def plain_refusal(status: int, error: str, message: str) -> RefusalError:
    """Build a refusal of the web framework, which has another form."""
    return RefusalError(status, {"message": message, "error": error, "statusCode": status})


def data_refusal() -> RefusalError:
    """Build the refusal of data that the database cannot hold, such as U+0000."""
    return refusal("Data validation error.", status=500, error="InternalServerErrorException")


def missing_record() -> RefusalError:
    """Build the refusal of the id of a missing record."""
    return refusal("Record not found", status=404, error="NotFoundException")


def unimplemented(what: str) -> RefusalError:
    """Build the answer to a request that a real server understands and this one does not."""
    return refusal(
        f"twenty_opportunity.testing.TwentyServer does not implement {what}", status=501, error="NotImplemented"
    )
