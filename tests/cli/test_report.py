"""The HTML report has the counts, the violations and examples, and needs no other file."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zlib
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from twenty_opportunity.bulk import Group, Summary
from twenty_opportunity.cli import main
from twenty_opportunity.cli.report import html_report

RECORD: dict[str, Any] = json.loads((Path(__file__).parents[2] / "examples" / "opportunity.json").read_bytes())
MARKUP = "<img src=x onerror=alert(1)>&amp;"
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--enable-logging=stderr --v=0 --virtual-time-budget=2000"
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Write a report of three valid records, two invalid records and an unreadable text."""
    records: list[dict[str, Any]] = [
        RECORD,
        RECORD | {"amount": {"amountMicros": 2**60 + 1, "currencyCode": "EUR"}},
        RECORD | {"amount": None, "closeDate": "2026-12-01"},
        RECORD | {"stage": MARKUP},
        RECORD | {"stage": "LEAD", "name": None},
    ]
    file = tmp_path / f"{MARKUP.replace('/', '')}.jsonl"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records) + "{\n", "utf-8")
    target = tmp_path / "report.html"
    assert main(["validate", str(file), "--report", str(target), "--show-values", "--max-errors", "0"]) == 2
    return target


def numbers(html: str) -> dict[str, str]:
    """Read the counts of a page."""
    return dict(re.findall(r'<dd id="([a-z-]+)">(\d+)</dd>', html))


EXPECTED = {"valid": "3", "invalid": "2", "unreadable": "1", "violations": "3"}


def test_counts_and_examples(report: Path) -> None:
    """The page has counts, kinds of violations and examples, and no markup from the data."""
    html = report.read_text("utf-8")
    assert numbers(html) == EXPECTED
    assert "<img" not in html
    assert MARKUP in unescape(html)
    assert html.count("<svg") == 1
    assert not re.search(r"(?:src|href)=\"(?!data:)|url\((?!#)|@import|<script", html)


def test_values_are_hidden(tmp_path: Path) -> None:
    """A report quotes no values by default."""
    file, target = tmp_path / "a.json", tmp_path / "report.html"
    file.write_text(json.dumps(RECORD | {"stage": "SECRET"}), "utf-8")
    assert main(["validate", str(file), "--report", str(target)]) == 1
    assert "SECRET" not in target.read_text("utf-8")


@pytest.mark.parametrize("name", ["-", "./a.jsonl", "link.jsonl"])
def test_report_does_not_overwrite_a_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A report that is a source, under any name, or standard output is refused."""
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text("{}\n", "utf-8")
    Path("link.jsonl").symlink_to("a.jsonl")
    for sources in (["a.jsonl"], ["."], ["gone.jsonl", "a.jsonl"]):
        assert main(["validate", *sources, "--report", name]) == 2
        output, complaint = capsys.readouterr()
        assert (output, "--report" in complaint) == ("", True)
    assert Path("a.jsonl").read_text("utf-8") == "{}\n"


def test_empty_summary_has_no_chart() -> None:
    """A report without violations omits the chart."""
    html = html_report(Summary(), "PUBLISHED")
    assert "<svg" not in html
    assert numbers(html) == dict.fromkeys(EXPECTED, "0")


def test_number_of_rows_is_limited() -> None:
    """The table has the 200 largest kinds of violations."""
    kinds = {(f"/custom{number}", "type"): Group(1) for number in range(300)}
    html = html_report(Summary(invalid=300, violations=300, groups=kinds), "PUBLISHED")
    assert "The 200 largest of 300 kinds." in html


def test_report_is_reproducible() -> None:
    """The same summary gives the same page."""
    found = Summary(invalid=1, violations=1, groups={("/name", "type"): Group(1)})
    assert html_report(found, "SERVER") == html_report(found, "SERVER")


def test_report_is_whole_or_absent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If a report cannot be written, the summary is still printed, and no partial file is left."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps(RECORD), "utf-8")
    assert main(["validate", str(file), "--report", str(tmp_path / "no" / "report.html")]) == 2
    output, complaint = capsys.readouterr()
    assert output == "1 valid, 0 invalid, 0 unreadable\n"
    assert "No such file or directory" in complaint
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])
def test_browser_shows_the_page(report: Path, tmp_path: Path, width: int) -> None:
    """Chromium shows the counts without complaints at the widths of a phone and a desktop."""
    picture = tmp_path / "page.png"
    common = [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
    dumped = subprocess.run(
        [*common, "--dump-dom", report.as_uri()], capture_output=True, text=True, check=True, timeout=60
    )
    assert numbers(dumped.stdout) == EXPECTED
    assert "CONSOLE" not in dumped.stderr
    subprocess.run([*common, f"--screenshot={picture}", report.as_uri()], capture_output=True, check=True, timeout=60)
    head = picture.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    assert int.from_bytes(head[16:20], "big") == width


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_dark_mode_and_print(report: Path, tmp_path: Path) -> None:
    """The page is dark in dark mode, and can be printed."""
    common = [str(CHROMIUM), *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"]
    paper: list[tuple[int, ...]] = []
    for scheme in ("dark", "light"):
        picture = tmp_path / f"{scheme}.png"
        dark = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"
        command = [*common, dark, f"--screenshot={picture}", report.as_uri()]
        subprocess.run(command, capture_output=True, check=True, timeout=60)
        paper.append(first_pixel(picture.read_bytes()))
    assert paper == [(0x14, 0x17, 0x1D), (0xFF, 0xFF, 0xFF)]
    printed = tmp_path / "report.pdf"
    subprocess.run([*common, f"--print-to-pdf={printed}", report.as_uri()], capture_output=True, check=True, timeout=60)
    assert len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes())) >= 1


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Read the color of the first pixel of a PNG image: no filter changes it."""
    data, at = b"", 8
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompress(data)[1:4])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_full_disk_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If the disk is full, the findings and the summary are printed, and the status is 2."""
    file = tmp_path / "deals.jsonl"
    file.write_text("{}\n", "utf-8")
    assert main(["validate", str(file), "--report", "/dev/full"]) == 2
    output, complaints = capsys.readouterr()
    assert output.splitlines()[-1] == "0 valid, 1 invalid (5 violations), 0 unreadable"
    assert complaints.splitlines()[-1] == "twenty-opportunity: /dev/full: No space left on device"
