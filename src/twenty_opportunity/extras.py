"""Extras: what is installed only where it was asked for, and what to say where it was not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from twenty_opportunity.errors import TwentyOpportunityError

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["MissingExtraError"]

_OWN: Final = __name__.partition(".")[0]


class MissingExtraError(TwentyOpportunityError, ImportError):
    """
    Something needs an extra that is not installed. The message is the command that installs it.

    Args:
        extra: The extra's name.
        purpose: What needs it, the subject of a sentence.

    Attributes:
        extra: The extra's name.
    """

    extra: str

    def __init__(self, extra: str, purpose: str) -> None:
        """Raise for an extra, and what it is needed for."""
        self.extra = extra
        super().__init__(f'{purpose} needs the extra "{extra}": pip install "twenty-opportunity[{extra}]"')


@contextmanager
def required(extra: str, purpose: str) -> Generator[None]:
    """
    Import what an extra installs.

    Args:
        extra: The extra that has what is imported inside of the `with`.
        purpose: What it is needed for, the subject of a sentence.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == _OWN:
            raise  # a module of our own is a mistake of ours
        raise MissingExtraError(extra, purpose) from error
