"""
The program: its commands, how each is registered, and what becomes of the errors that none of them expects.

A command is a module of this package, named in `COMMANDS`. It has

* `command`, a function with Typer's annotations that returns a `Status`; the first paragraph of its docstring is the
  line that lists it, all of it is its help;
* `EXAMPLES`, command lines to start from, with what each does: the foot of its help and of the man page.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import signal
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

import twenty_opportunity
from twenty_opportunity.cli.outputs import complain
from twenty_opportunity.cli.status import STATUSES, Status
from twenty_opportunity.errors import TwentyOpportunityError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

PROGRAM: Final = "twenty-opportunity"
COMMANDS: Final = ("validate", "generate", "schema", "compare", "models", "convert")
"""The commands in the order in which the help lists them, each the module of that name."""


def run(arguments: Sequence[str] | None = None) -> int:
    """
    Run the program.

    Args:
        arguments: The arguments after the program's name; those of the process where there are none.

    Returns:
        The exit status.
    """
    if sys.stderr is None:  # closed by whoever started us
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - it is there for as long as we are
    if sys.stdout is None:
        return _ended_by(OSError(errno.EBADF, "it is closed", "the standard output"))
    try:
        status = _status_of(arguments)
        sys.stdout.flush()
    except OSError as error:  # of the output of --help, and of what was not yet written
        return _ended_by(error)
    return status


def _status_of(arguments: Sequence[str] | None) -> int:
    try:
        with _terminating():
            make_app()(arguments, prog_name=PROGRAM)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Status.CLEAN
    return Status.CLEAN  # pragma: no cover - the program always ends by leaving


def make_app() -> typer.Typer:
    """Put the program together."""
    app = typer.Typer(
        name=PROGRAM,
        help="Validate, generate, compare and convert opportunity records of Twenty CRM.",
        epilog=_paragraphs({"Exit status": "", **{str(int(status)): said for status, said in STATUSES.items()}}),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_program)
    for name in COMMANDS:
        register(app, name, import_module(f"twenty_opportunity.cli.{name}"))
    return app


def register(app: typer.Typer, name: str, module: Any) -> None:
    """
    Make a module a command of the program.

    Args:
        app: The program.
        name: The command's name.
        module: Has `command` and `EXAMPLES`.
    """
    app.command(name, epilog=_paragraphs(module.EXAMPLES))(_leaving(module.command))


def _show_version(asked: bool) -> None:  # noqa: FBT001 - Typer gives it by position
    if asked:
        typer.echo(f"{PROGRAM} {twenty_opportunity.__version__}")
        raise typer.Exit


def _program(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Take the options that come before a command."""


def _paragraphs(lines: Mapping[str, str]) -> str:
    """Write lines of a term and what it means; Rich keeps those apart that have an empty line in between."""
    return "\n\n".join(f"[bold]{escape(term)}[/bold]  {escape(said)}".rstrip() for term, said in lines.items())


def _leaving(command: Callable[..., Status]) -> Callable[..., None]:
    """Make the status that a command returns the program's, and an error that it does not expect a sentence."""

    @functools.wraps(command)
    def leave(*arguments: Any, **options: Any) -> None:
        try:
            status = command(*arguments, **options)
        except (TwentyOpportunityError, OSError) as error:
            status = _ended_by(error)
        except KeyboardInterrupt:
            complain(f"{PROGRAM}: interrupted; no file was written")
            status = Status.INTERRUPTED
        raise typer.Exit(status)

    return leave


def _ended_by(error: Exception) -> Status:
    """Say what ended a command, and give its status. A reader that has gone has had enough, and is told nothing."""
    _drop_output(error)
    if not isinstance(error, BrokenPipeError):
        complain(f"{PROGRAM}: {_sentence(error)}")
    return Status.UNREADABLE


def _drop_output(error: Exception) -> None:
    """Forget output for which there is no room: Python would try it once more, and end with a status of its own."""
    if isinstance(error, OSError) and error.filename is None:
        with open(os.devnull, "w") as nothing, contextlib.suppress(OSError, ValueError):  # noqa: PTH123 - no path of ours
            os.dup2(nothing.fileno(), sys.stdout.fileno())


@contextlib.contextmanager
def _terminating() -> Generator[None]:
    """Leave properly when the system asks to end: half of a file is no more wanted then than when a person asks."""
    is_told = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _leave) if is_told else None
    try:
        yield
    finally:
        if is_told:
            signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)  # as shells do


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
