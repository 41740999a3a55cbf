"""The command line. Everything in it is imported late: who has not asked for the extra `cli` is told its name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from twenty_opportunity.errors import MissingExtraError, required

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Args:
        arguments: The arguments after the program's name; those of the process where there are none.

    Returns:
        The exit status: 0 for no findings, 1 for findings, 2 for what could not be read, 130 for an interruption.
    """
    try:
        with required("cli", "the command line"):
            from twenty_opportunity.cli.app import run
        return run(arguments)
    except MissingExtraError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's output
        return 2
    except KeyboardInterrupt:  # before any command could say more
        return 130
