"""Configure Sphinx. Build the documentation with `sphinx-build -W docs docs/_build/html`; no network is needed."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "twenty-opportunity"
author = "The twenty-opportunity authors"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx requires this name
release = version = version_of("twenty-opportunity")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "diagrams",
    "docstrings",
    "generated",
]
exclude_patterns = ["_build", "_ext"]
html_extra_path = ["llms.txt"]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# The names of other projects are links in published documentation. Without DOCS_ONLINE=1 nothing is fetched.
_INVENTORIES = {
    "python": "https://docs.python.org/3",
    "attrs": "https://www.attrs.org/en/stable",
    "cattrs": "https://catt.rs/en/stable",
    "hypothesis": "https://hypothesis.readthedocs.io/en/latest",
    "jsonschema": "https://python-jsonschema.readthedocs.io/en/stable",
    "referencing": "https://referencing.readthedocs.io/en/stable",
}
intersphinx_mapping = {name: (url, None) for name, url in _INVENTORIES.items() if os.environ.get("DOCS_ONLINE") == "1"}
default_role = "code"  # for single backticks in docstrings
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"twenty-opportunity {release}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_copyright = False
html_copy_source = False

pygments_style = "tango"
pygments_dark_style = "monokai"

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_type_aliases = {"Headers": "Headers"}
autodoc_class_signature = "mixed"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
suppress_warnings = ["ref.python"]  # some classes are documented under two import paths
