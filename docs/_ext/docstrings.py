"""
Fix three problems of napoleon and autodoc.

* A colon in the docstring of a property or constant, or in a Returns section, would turn its first words into a type.
* The parameter `as_` would become a link, because reStructuredText reads a trailing underscore as one.
* Default values would be shown as `<class '...'>` instead of by name, or as `NOTHING` or `<function ...>`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sphinx.ext.napoleon import GoogleDocstring

if TYPE_CHECKING:
    from sphinx.application import Sphinx


_NAMED: Final = re.compile(r"<class '(?:\w+\.)*(\w+)'>|<Profile (\w+)>")
_MADE: Final = re.compile(r"<function [\w.]+<lambda>>|\bNOTHING\b")  # a default that is made by each call


def _by_name(*arguments: Any) -> tuple[str | None, str | None]:
    signature, returned = arguments[-2:]
    return signature and _MADE.sub("...", _NAMED.sub(lambda match: match[1] or match[2], signature)), returned


def _whole(docstring: GoogleDocstring) -> tuple[str, list[str]]:
    lines = docstring._dedent(docstring._consume_to_end())  # noqa: SLF001
    return "", GoogleDocstring(lines, docstring._config).lines()  # noqa: SLF001


def _returned(docstring: GoogleDocstring, **_: bool) -> list[tuple[str, str, list[str]]]:
    lines = docstring._dedent(docstring._consume_to_next_section())  # noqa: SLF001
    return [("", "", GoogleDocstring(lines, docstring._config).lines())]  # noqa: SLF001


def _escaped(_: GoogleDocstring, name: str) -> str:
    """Escape stars and a trailing underscore, which have a meaning in reStructuredText."""
    stars = len(name) - len(name.lstrip("*"))
    return rf"{name[:-1]}\_" if name.endswith("_") else r"\*" * stars + name[stars:]


_FIXES: Final = {
    "_consume_inline_attribute": _whole,
    "_consume_returns_section": _returned,
    "_escape_args_and_kwargs": _escaped,
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Install the fixes."""
    app.connect("autodoc-process-signature", _by_name)
    for name, fix in _FIXES.items():  # these private methods cannot be configured
        setattr(GoogleDocstring, name, fix)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
