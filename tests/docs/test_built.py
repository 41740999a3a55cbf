"""The documentation builds without warnings, and its pages show what they should."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from twenty_opportunity import OpportunityUpdate

pytest.importorskip("sphinx", reason="the documentation is built with the dependency group `docs`")

DOCS: Final = Path(__file__).parents[2] / "docs"
DIAGRAMS: Final = {"design/index": ["flow", "layers"]}
"""The diagrams of each page, in order."""

Pages = dict[str, str]


CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MEASURING: Final = """<!doctype html><body><script>
async function measure() {
  for (const page of PAGES) for (const width of [390, 1280]) {
    const frame = document.createElement("iframe");
    frame.width = width; frame.height = 800; frame.src = page;
    const loaded = new Promise(done => frame.onload = done);
    document.body.append(frame);
    await loaded;
    const root = frame.contentDocument.documentElement;
    if (root.scrollWidth > root.clientWidth) report(`${page} needs ${root.scrollWidth} of ${root.clientWidth} pixels`);
    frame.remove();
  }
  report(`measured ${PAGES.length} pages`);
}
function report(line) {
  document.body.append(Object.assign(document.createElement("li"), {textContent: line}));
}
measure();
</script>"""
"""A page that loads other pages at the widths of a phone and of a desk, and lists those that do not fit."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built documentation."""
    return tmp_path_factory.mktemp("html")


@pytest.fixture(scope="module")
def pages(folder: Path) -> Pages:
    """Build the documentation; return the HTML of each page."""
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "-d", str(folder / ".doctrees"), str(DOCS), str(folder)]
    ended = subprocess.run(build, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found = [page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("[!_]*.md") if "_build" not in page.parts]
    return {page.as_posix(): (folder / page).with_suffix(".html").read_text("utf-8") for page in found}


def entries(page: str) -> dict[str, str]:
    """Return the text of each entry of a page of the reference, by name."""
    found = re.split(r'<dt class="sig sig-object py" id="([^"]+)">', page)[1:]
    return {name: text(below) for name, below in zip(found[::2], found[1::2], strict=True)}


def text(marked: str) -> str:
    """Return the text of HTML without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", marked)).split())


@pytest.mark.parametrize(
    ("page", "name", "said", "not_said"),
    [
        ("profiles", "twenty_opportunity.PUBLISHED", "The published schema", "A set of schemas"),
        ("profiles", "twenty_opportunity.SERVER", "any Twenty server sends", "A set of schemas"),
        ("records", "twenty_opportunity.UNSET", "The property is absent", "The type of"),
        ("records", "twenty_opportunity.records.WIRE_NAME", "JSON name of an attribute", "Create a new string"),
        (
            "testing",
            "twenty_opportunity.testing.fixtures.OpportunityMaker.__call__",
            "a different one each time",
            "Call self",
        ),
        ("bulk", "twenty_opportunity.bulk.rules_of", "as_ \N{EN DASH} The name of the only", "as \N{EN DASH} "),
        ("webhooks", "twenty_opportunity.webhooks.TIMESTAMP_HEADER", "milliseconds since 1970", "Create a new string"),
        ("webhooks", "twenty_opportunity.webhooks.SIGNATURE_HEADER", "HMAC-SHA256", "Create a new string"),
        ("schemas", "twenty_opportunity.schemas.diff.ANY_ITEM", "any item of an array", "Create a new string"),
        ("testing", "twenty_opportunity.testing.TwentyServer", "clock: Callable[[], datetime] = ...", "lambda"),
        ("profiles", "twenty_opportunity.Profile", "document_schemas \N{EN DASH} Returns", "Create a new"),
    ],
)
def test_entries_have_their_own_text(pages: Pages, page: str, name: str, said: str, not_said: str) -> None:
    """An entry shows its own text, not that of its type or a default of Python."""
    entry = entries(pages[f"reference/{page}"])[name]
    assert said in entry
    assert not_said not in entry


def test_no_sentence_becomes_a_type(pages: Pages) -> None:
    """No sentence with a colon is split into a type and a text."""
    reference = {page: text(said) for page, said in pages.items() if page.startswith("reference/")}
    assert len(reference) > 10
    assert [page for page, said in reference.items() if "Return type" in said or "Alias for field" in said] == []
    returns = re.search(r"Returns:\n\s+(.+)", OpportunityUpdate.between.__doc__ or "")
    assert returns
    sentence = returns[1].replace("`", "")
    assert ":" in sentence
    assert sentence in reference["reference/records"]


def test_every_entry_has_a_text(pages: Pages) -> None:
    """No entry is only a signature, except enum members."""
    silent = [
        name
        for page, said in pages.items()
        if page.startswith("reference/")
        for name in re.findall(
            r'<dt class="sig sig-object py" id="([^"]+)">(?:(?!<dt).)*</dt>\s*<dd></dd>', said, re.DOTALL
        )
    ]
    assert [name for name in silent if not name.rpartition(".")[2].isupper()] == []


def test_diagrams_are_drawn(pages: Pages) -> None:
    """Each page has its diagrams as SVG with a title for screen readers."""
    named = {
        page: re.findall(r"^```\{diagram\} (\w+)$", (DOCS / f"{page}.md").read_text("utf-8"), re.MULTILINE)
        for page in pages
    }
    assert {page: names for page, names in named.items() if names} == DIAGRAMS
    for page, names in DIAGRAMS.items():
        drawn = re.findall(r'<svg role="img" class="diagram".*?</svg>', pages[page], re.DOTALL)
        assert len(drawn) == len(names)
        assert all(re.search(r"<title>[^<]{40,}</title>", svg) and svg.count("<rect") > 5 for svg in drawn)


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser; on Debian, install the package chromium")
def test_pages_fit_their_width(pages: Pages, folder: Path) -> None:
    """No page needs to be scrolled sideways, neither on a phone nor on a desk."""
    (folder / "measure.html").write_text(
        MEASURING.replace("PAGES", json.dumps([f"{page}.html" for page in pages])), "utf-8"
    )
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        "--virtual-time-budget=600000",
    ]
    profile = f"--user-data-dir={folder / '.browser'}"
    command = [str(CHROMIUM), *options, profile, "--dump-dom", (folder / "measure.html").as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"<li>(.*?)</li>", shown) == [f"measured {len(pages)} pages"]


def test_the_markdown_is_beside_the_pages(pages: Pages, folder: Path) -> None:
    """`llms.txt` is at the root, and each of its links leads to a page as Markdown."""
    links = re.findall(r"\]\(([^)]+)\)", (folder / "llms.txt").read_text("utf-8"))
    assert {link.removesuffix(".md") for link in links} == pages.keys()
    assert all((folder / link).read_text("utf-8").startswith("# ") for link in links)


def test_code_can_be_copied(pages: Pages, folder: Path) -> None:
    """Pages with code load the buttons that copy it, without prompts."""
    assert "copybutton.js" in pages["tutorial"]
    assert ">>> " in (folder / "_static" / "copybutton.js").read_text("utf-8")
