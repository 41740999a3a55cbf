"""Docstrings of properties and constants are sentences: a colon in one does not follow the name of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sphinx.ext.napoleon import GoogleDocstring

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def _whole(docstring: GoogleDocstring) -> tuple[str, list[str]]:
    lines = docstring._dedent(docstring._consume_to_end())  # noqa: SLF001
    return "", GoogleDocstring(lines, docstring._config).lines()  # noqa: SLF001


def setup(app: Sphinx) -> dict[str, Any]:  # noqa: ARG001 - Sphinx gives it
    """Read them so."""
    setattr(GoogleDocstring, "_consume_inline_attribute", _whole)  # noqa: B010 - it is private, and has no setting
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
