"""
The command line: `twenty-opportunity` validates, converts, generates and describes records.

`app` puts the commands together, `options` has the options that they share, `output` and `printers` write what they
found. Every other module is a command. The package may import every other package; nothing imports it. It needs the
extra `cli`, so everything in it is imported late.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from twenty_opportunity.errors import MissingExtraError, required

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Args:
        arguments: The arguments after the name of the program. Default: those of the process.

    Returns:
        The exit status: 0 if everything is valid, 1 if something is invalid or different, 2 if something failed, 130
        if interrupted.
    """
    try:
        with required("cli", "the command line"):
            from twenty_opportunity.cli.app import run
        return run(arguments)
    except MissingExtraError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the output of the command
    except KeyboardInterrupt:  # during the import, before a command can report it
        return 130
    except Exception:  # noqa: BLE001 - Python would end with status 1, which means that a record is invalid
        traceback.print_exc()
    return 2
