"""
What autodoc reads, put right.

Docstrings of properties and constants are sentences: a colon in one does not follow the name of a type. Default values
are shown by their names, for `<class '...'>` is no Python.
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


def setup(app: Sphinx) -> dict[str, Any]:
    """Read them so."""
    app.connect("autodoc-process-signature", _by_name)
    setattr(GoogleDocstring, "_consume_inline_attribute", _whole)  # noqa: B010 - it is private, and has no setting
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
