"""
Keep the generated parts of the pages current, so that the pages can be read without building them.

    python docs/_ext/generated.py

A part begins with a comment that names its kind, and ends with another one:

    <!-- begin: entries
    .. autofunction:: twenty_opportunity.webhooks.receive
    -->
    ...
    <!-- end -->

The Markdown of `entries` has the signatures and summaries of the directives in the comment. Sphinx replaces it by the
directives themselves, so that the built pages have the whole docstrings. The other kinds, `help` and `refusals`, stay.
`llms.txt` lists the pages with their first sentences.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import json
import re
import shutil
import textwrap
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

DOCS: Final = Path(__file__).parents[1]
_PART: Final = re.compile(
    r"^<!-- begin: (?P<kind>\w+)(?P<given>.*?)-->\n(?P<text>.*?)^<!-- end -->$", re.DOTALL | re.MULTILINE
)
_DIRECTIVE: Final = re.compile(
    r"^\.\. (?P<kind>\w+):: (?P<name>\S+)\n(?P<options>(?:   :.*\n)*)\n?(?P<text>(?:   \S.*\n?)*)", re.MULTILINE
)
_SHOWN: Final = (int, str, bool, float, type(None))


def current(page: str) -> str:
    """Return a page with its generated parts as they should be."""
    return _PART.sub(
        lambda part: f"{part[0].partition('-->')[0]}-->\n{_KINDS[part['kind']](part['given'])}<!-- end -->", page
    )


def _entries(directives: str) -> str:
    return (
        "\n" + "".join(f"{line}\n" for found in _DIRECTIVE.finditer(f"{directives}\n") for line in _entry(found)) + "\n"
    )


def _entry(found: re.Match[str]) -> Iterator[str]:
    """Yield the lines of an entry: a name with its signature and summary, and the same for what belongs to it."""
    path, _, name = found["name"].rpartition(".")
    if found["kind"] in {"data", "autodata"}:
        yield f"* `{name}`: {' '.join(found['text'].split()) or _documented(path, name)}"
        return
    owner = _resolved(path)
    value = getattr(owner, name)
    if inspect.isclass(value):
        excluded = re.search(r":exclude-members: (.*)", found["options"])
        yield from _class(name, value, excluded[1].split(", ") if excluded else [])
    else:
        prefix = f"{owner.__name__}." if inspect.isclass(owner) else ""
        yield f"* `{prefix}{name}{_signature(value)}`: {_summary(value)}"


def _resolved(path: str) -> Any:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name)


def _class(name: str, cl: type, excluded: list[str]) -> Iterator[str]:
    if issubclass(cl, Enum):
        yield f"* enum `{name}`: {_summary(cl)} Members: {', '.join(f'`{each.name}`' for each in cl)}"
        return
    if issubclass(cl, Exception):
        yield f"* exception `{name}({cl.__base__.__name__})`: {_summary(cl)}"  # type: ignore[union-attr]
    elif hasattr(cl, "__attrs_attrs__"):
        yield f"* class `{name}`: {_summary(cl)}"
        yield from (f"  * `{_annotated(each)}`" for each in inspect.signature(cl).parameters.values())
    else:
        yield f"* class `{name}{_signature(cl)}`: {_summary(cl)}"
    shared = {member: value for base in cl.__bases__ if base.__name__[0] == "_" for member, value in vars(base).items()}
    for member, value in (shared | vars(cl)).items():
        function = getattr(value, "__func__", value)
        is_function = inspect.isfunction(function)
        if (
            member.startswith("_")
            or member in excluded
            or not inspect.getdoc(function)
            or not (is_function or hasattr(value, "__get__"))
        ):
            continue
        if isinstance(inspect.getattr_static(cl, member), type) or type(value).__name__ == "member_descriptor":
            continue
        signature = _signature(getattr(cl, member), bound=function is not value) if is_function else ""
        yield f"  * `{member}{signature}`: {_summary(value)}"


def _signature(value: Any, *, bound: bool = True) -> str:
    """Return the signature of something that can be called, with the types as in the code."""
    try:
        signature = inspect.signature(value)
    except ValueError:
        return ""
    if getattr(value, "_is_protocol", False):  # programs do not call the constructor of a protocol
        return ""
    parameters = [*signature.parameters.values()][0 if bound else 1 :]
    shown = [
        each
        if each.default is each.empty or isinstance(each.default, _SHOWN)
        else each.replace(default=_Default(each.default))
        for each in parameters
    ]
    returned = signature.empty if inspect.isclass(value) else signature.return_annotation
    text = str(signature.replace(parameters=shown, return_annotation=returned))
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", text).removesuffix(" -> None")


def _annotated(attribute: inspect.Parameter) -> str:
    """Return an attribute with its type."""
    return (
        f"{attribute.name}: {str(attribute.replace(default=inspect.Parameter.empty)).partition(': ')[2].strip(chr(39))}"
    )


class _Default:
    """The name of a default value."""

    def __init__(self, value: Any) -> None:
        named = getattr(value, "__name__", None) or getattr(value, "name", None)
        self._name = named if isinstance(named, str) and named.isidentifier() and named != "NOTHING" else "..."

    def __repr__(self) -> str:
        return self._name


def _summary(value: Any) -> str:
    return " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())


def _documented(module: str, name: str) -> str:
    """Return the docstring below an assignment."""
    source = Path(importlib.import_module(module).__file__ or "").read_text("utf-8")
    statements = ast.parse(source).body
    for statement in statements:  # the name may be from another module
        if isinstance(statement, ast.ImportFrom) and any(alias.name == name for alias in statement.names):
            return _documented(statement.module or "", name)
    for statement, following in itertools.pairwise(statements):
        targets = [getattr(statement, "target", None), *getattr(statement, "targets", [])]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return " ".join(ast.literal_eval(following.value).split())  # type: ignore[attr-defined]
    raise LookupError(f"{module}.{name} lacks a docstring")


def _help(_: str) -> str:
    import typer.main  # here, since the package may be installed without its extra

    from twenty_opportunity.cli.app import COMMANDS, PROGRAM, make_app
    from twenty_opportunity.cli.options import STATUSES

    program: Any = typer.main.get_command(make_app())
    lines = [
        "",
        *(
            line
            for name, (_, examples) in COMMANDS.items()
            for line in _command(f"{PROGRAM} {name}", program.commands[name], examples)
        ),
    ]
    lines += ["## Exit status", "", "| status | meaning |", "|---|---|"]
    lines += [f"| {int(status)} | {meaning} |" for status, meaning in STATUSES.items()]
    return "\n".join([*lines, "", ""])


def _command(title: str, command: Any, examples: dict[str, str]) -> Iterator[str]:
    yield from (
        f"## {title}",
        "",
        *textwrap.dedent(command.help).strip().splitlines(),
        "",
        "| option | meaning |",
        "|---|---|",
    )
    for parameter in command.params:
        names = (
            parameter.opts if parameter.param_type_name == "option" else [parameter.metavar or parameter.name.upper()]
        )
        yield f"| {', '.join(f'`{name}`' for name in names)} | {_option_text(parameter)} |"
    yield from ("", "Examples:", "")
    yield from (f"* `{example}`: {meaning}" for example, meaning in examples.items())
    yield ""


def _option_text(parameter: Any) -> str:
    """Return the help of an option as a cell, with its choices and its default, and the options it names as code."""
    text = re.sub(r"(?<![\w-])--?[a-z][\w-]*", r"`\g<0>`", _cell(parameter.help or "")).replace("*", r"\*")
    if "|" in (parameter.metavar or ""):
        *others, last = (f"`{choice}`" for choice in parameter.metavar.split("|"))
        meaning, *default = text.partition(" Default: ")
        text = f"{meaning.removesuffix('.')}: {', '.join(others)} or {last}.{''.join(default)}"
    if parameter.default is None or parameter.default is False or "Default: " in text:
        return text
    return f"{text} Default: `{parameter.default}`."


def _refusals(_: str) -> str:
    rows = ["", "| field | a server accepts | send instead | reason |", "|---|---|---|---|"]
    for each in json.loads((DOCS / "design" / "refusals.json").read_text("utf-8")):
        field = "the whole body" if each["where"] == "body" else f"`{each['where']}`"
        field += f", {each['operation']} only" if "operation" in each else ""
        accepted = "<br>".join(_code(value) for value in (each["accepted"], *each.get("also", [])))
        instead = _code(each["instead"]) if "instead" in each else "leave it out"
        rows.append(f"| {field} | {accepted} | {instead} | {_cell(each['reason'])} |")
    return "\n".join([*rows, "", ""])


def _code(value: object) -> str:
    return f"`{_cell(json.dumps(value))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


_KINDS: Final = {"entries": _entries, "help": _help, "refusals": _refusals}


def _directives(app: Sphinx, page: str, source: list[str]) -> None:  # noqa: ARG001 - Sphinx passes them
    fence = "```"
    source[0] = _PART.sub(
        lambda part: f"{fence}{{eval-rst}}{part['given']}{fence}" if part["kind"] == "entries" else part["text"],
        source[0],
    )


def listed(folder: Path = DOCS) -> str:
    """Return the text of `llms.txt`."""
    start = (folder / "index.md").read_text("utf-8")
    lines = [f"# {_head(start)[0]}", "", f"> {_head(start)[1]}", ""]
    for heading, pattern in {
        "Start": "*.md",
        "Guide": "guide/*.md",
        "Reference": "reference/*.md",
        "Design": "design/*.md",
    }.items():
        lines += [f"## {heading}", ""]
        for path in sorted(folder.glob(pattern)):
            title, first = _head(path.read_text("utf-8"))
            lines += [f"- [{title}]({path.relative_to(folder).as_posix()}): {first}"]
        lines += [""]
    return "\n".join(lines)


def _head(page: str) -> tuple[str, str]:
    """Return the title of a page and its first sentence, without links."""
    paragraphs = [each for each in page.split("\n\n") if not each.startswith(("```", "<!--"))]
    title, first = paragraphs[0].removeprefix("# "), " ".join(paragraphs[1].split())
    sentence = re.split(r"(?<=[.:]) ", re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", first))[0]
    return title, sentence.rstrip(":")


def _copy_pages(app: Sphinx, exception: Exception | None) -> None:
    """Copy the Markdown of each page to the built pages, because `llms.txt` links to it."""
    for name in () if exception else app.env.found_docs:
        shutil.copy(app.env.doc2path(name), (Path(app.outdir) / name).with_suffix(".md"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Replace the generated entries by their directives."""
    app.connect("source-read", _directives)
    app.connect("build-finished", _copy_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    for path in sorted(DOCS.rglob("*.md")):
        path.write_text(current(path.read_text("utf-8")), "utf-8")
    (DOCS / "llms.txt").write_text(listed(), "utf-8")
