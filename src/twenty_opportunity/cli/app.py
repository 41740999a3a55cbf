"""The program: its commands, its help, and how it ends."""

from __future__ import annotations

import contextlib
import errno
import functools
import io
import os
import signal
import sys
import threading
import traceback
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import typer

import twenty_opportunity
from twenty_opportunity.cli import convert, generate, models, schema, validate
from twenty_opportunity.cli.options import STATUSES, Status
from twenty_opportunity.cli.output import echo
from twenty_opportunity.errors import TwentyOpportunityError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

PROGRAM: Final = "twenty-opportunity"
COMMANDS: Final[Mapping[str, tuple[Callable[..., Status], Mapping[str, str]]]] = {
    "validate": (validate.validate, validate.EXAMPLES),
    "generate": (generate.generate, generate.EXAMPLES),
    "schema": (schema.schema, schema.SCHEMA_EXAMPLES),
    "compare": (schema.compare, schema.COMPARE_EXAMPLES),
    "models": (models.models, models.EXAMPLES),
    "convert": (convert.convert, convert.EXAMPLES),
}
"""The commands in the order of the help: the function, and example command lines with their meanings."""

_SIGNALS: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program with these arguments, or with those of the process, and return the exit status."""
    if sys.stderr is None:  # closed by the parent process
        sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - open as long as the process
    if sys.stdout is None:
        return _ended_by(OSError(errno.EBADF, "it is closed", "the standard output"))
    try:
        with _ending_on_signals():
            status = make_app()(arguments, prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _wrong_usage(error)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else Status.CLEAN
        return Status.BROKEN_PIPE if status == 1 else status  # Typer's status if the reader of the help has ended
    except BaseException as error:  # noqa: BLE001 - of the help, and of output that was not yet flushed
        return _ended_by(error)
    return int(status or Status.CLEAN)


def make_app() -> typer.Typer:
    """Return the Typer application."""
    statuses = "".join(f"\n  {status:<4} {meaning}" for status, meaning in STATUSES.items())
    app = typer.Typer(
        name=PROGRAM,
        help="Validate, generate and convert the records of Twenty CRM, and compare workspaces.",
        epilog=f"\b\nExit status:{statuses}",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # the boxes of Rich leave too little room for the help at 80 columns
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_program)
    for name, (command, examples) in COMMANDS.items():
        app.command(name, epilog=_listed(examples))(_reporting_errors(command))
    return app


def _listed(examples: Mapping[str, str]) -> str:
    """Write examples. Typer keeps the line breaks of a paragraph that begins with a backspace."""
    return "\n\n".join(["Examples:", *(f"\b\n  {line}\n      {meaning}" for line, meaning in examples.items())])


def _show_version(asked: bool) -> None:  # noqa: FBT001 - Typer passes it by position
    if asked:
        echo(f"{PROGRAM} {twenty_opportunity.__version__}")
        raise typer.Exit


def _program(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Read the options before the command."""


def _reporting_errors(command: Callable[..., Status]) -> Callable[..., Status]:
    """Make a command report its errors, before Typer assigns other exit statuses."""

    @functools.wraps(command)
    def reporting(*arguments: Any, **options: Any) -> Status:
        try:
            return command(*arguments, **options)
        except (typer.TyperException, typer.Exit, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - Python's status for an uncaught error means an invalid record
            return _ended_by(error)

    return reporting


def _ended_by(error: BaseException) -> Status:
    """Report the error that ended a command, and return its status."""
    if isinstance(error, BrokenPipeError):  # the reader has seen enough, as in `generate | head`
        _drop_output(sys.stdout, sys.stderr)
        return Status.BROKEN_PIPE
    if isinstance(error, KeyboardInterrupt):
        echo(f"{PROGRAM}: interrupted; no file was written", err=True)
        return Status.INTERRUPTED
    if isinstance(error, OSError):
        if error.filename is None:
            _drop_output(sys.stdout)
        echo(f"{PROGRAM}: {f'{error.filename}: {error.strerror}' if error.filename else error}", err=True)
    elif isinstance(error, TwentyOpportunityError):
        echo(f"{PROGRAM}: {error}", err=True)
    else:
        for line in traceback.format_exc().splitlines():
            echo(line, err=True)
        echo(f"{PROGRAM}: this is a bug of the program; please report it with the lines above", err=True)
    return Status.FAILED


def _wrong_usage(error: typer.TyperException) -> Status:
    """Print the message of Typer for a wrong command line, escaped like all others."""
    text = io.StringIO()
    show: Any = getattr(error, "show")  # noqa: B009 - every error of the parser has it, though not its public base
    show(text)
    for line in text.getvalue().splitlines():
        echo(line.replace("Value error, ", ""), err=True)  # pydantic's prefix says nothing to people
    return Status.FAILED


def _drop_output(*streams: IO[str]) -> None:
    """Discard output that cannot be written: Python would try again at its end, and fail with status 120."""
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a name of the system
        for stream in streams:
            with contextlib.suppress(OSError, ValueError):
                os.dup2(nothing.fileno(), stream.fileno())


@contextlib.contextmanager
def _ending_on_signals() -> Generator[None]:
    """Turn the signals that end a process into an exit, so that temporary files are removed."""
    is_main = threading.current_thread() is threading.main_thread()
    # A signal that is ignored stays ignored: this is how nohup works.
    heard = [number for number in _SIGNALS if is_main and signal.getsignal(number) is signal.SIG_DFL]
    for number in heard:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _: object) -> None:
    sys.exit(128 + number)  # the status that shells report
