"""
What autodoc reads, put right.

Docstrings of properties and constants are sentences, and so is what they say under Returns and Yields: a colon in one
does not follow the name of a type. A parameter is called `as_`, for `as` is a word of Python's own. Default values are
shown by their names, for `<class '...'>` is no Python.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sphinx.ext.napoleon import GoogleDocstring

if TYPE_CHECKING:
    from sphinx.application import Sphinx


_NAMED: Final = re.compile(r"<class '(?:\w+\.)*(\w+)'>|<Profile (\w+)>")


def _by_name(*arguments: Any) -> tuple[str | None, str | None]:
    signature, returned = arguments[-2:]
    return signature and _NAMED.sub(lambda match: match[1] or match[2], signature), returned


def _whole(docstring: GoogleDocstring) -> tuple[str, list[str]]:
    lines = docstring._dedent(docstring._consume_to_end())  # noqa: SLF001
    return "", GoogleDocstring(lines, docstring._config).lines()  # noqa: SLF001


def _returned(docstring: GoogleDocstring, **_: bool) -> list[tuple[str, str, list[str]]]:
    lines = docstring._dedent(docstring._consume_to_next_section())  # noqa: SLF001
    return [("", "", GoogleDocstring(lines, docstring._config).lines())]  # noqa: SLF001


def _escaped(_: GoogleDocstring, name: str) -> str:
    """Escape what means something else in reStructuredText: a star, and an underscore at the end, which is a link."""
    stars = len(name) - len(name.lstrip("*"))
    return rf"{name[:-1]}\_" if name.endswith("_") else r"\*" * stars + name[stars:]


_MENDED: Final = {
    "_consume_inline_attribute": _whole,
    "_consume_returns_section": _returned,
    "_escape_args_and_kwargs": _escaped,
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Read them so."""
    app.connect("autodoc-process-signature", _by_name)
    for name, mended in _MENDED.items():  # they are private, and have no setting
        setattr(GoogleDocstring, name, mended)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
