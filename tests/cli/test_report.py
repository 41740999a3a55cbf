"""The report says what was found, in any browser, without anything but itself."""

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
    """Write a report of three valid records, two invalid ones and an unreadable text."""
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
    """Read the numbers at the head of a page."""
    return dict(re.findall(r'<dd id="([a-z-]+)">(\d+)</dd>', html))


EXPECTED = {"valid": "3", "invalid": "2", "unreadable": "1", "violations": "3"}


def test_the_page_has_the_numbers(report: Path) -> None:
    """Counts, kinds of violations, and examples are in the page, and no markup of the data."""
    html = report.read_text("utf-8")
    assert numbers(html) == EXPECTED
    assert "<img" not in html
    assert MARKUP in unescape(html)
    assert html.count("<svg") == 1
    assert not re.search(r"(?:src|href)=\"(?!data:)|url\((?!#)|@import|<script", html)


def test_values_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    """A report quotes nothing of a record unless it is told to."""
    file, target = tmp_path / "a.json", tmp_path / "report.html"
    file.write_text(json.dumps(RECORD | {"stage": "SECRET"}), "utf-8")
    assert main(["validate", str(file), "--report", str(target)]) == 1
    assert "SECRET" not in target.read_text("utf-8")


@pytest.mark.parametrize("name", ["-", "./a.jsonl", "link.jsonl"])
def test_a_report_never_takes_the_place_of_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A report in the place of a source, by whatever name, or among the findings is refused before anything is read."""
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text("{}\n", "utf-8")
    Path("link.jsonl").symlink_to("a.jsonl")
    for sources in (["a.jsonl"], ["."], ["gone.jsonl", "a.jsonl"]):
        assert main(["validate", *sources, "--report", name]) == 2
        output, complaint = capsys.readouterr()
        assert (output, "--report" in complaint) == ("", True)
    assert Path("a.jsonl").read_text("utf-8") == "{}\n"


def test_a_page_of_nothing_has_no_charts() -> None:
    """Where nothing was found there is nothing to draw."""
    html = html_report(Summary(), "PUBLISHED")
    assert "<svg" not in html
    assert numbers(html) == dict.fromkeys(EXPECTED, "0")


def test_a_page_of_very_much_is_cut() -> None:
    """Of very many kinds the largest are shown."""
    kinds = {(f"/custom{number}", "type"): Group(1) for number in range(300)}
    html = html_report(Summary(invalid=300, violations=300, groups=kinds), "PUBLISHED")
    assert "The 200 largest of 300 kinds." in html


def test_the_same_numbers_make_the_same_html_report() -> None:
    """Nothing in a page is of the moment or of chance."""
    found = Summary(invalid=1, violations=1, groups={("/name", "type"): Group(1)})
    assert html_report(found, "SERVER") == html_report(found, "SERVER")


def test_a_report_is_whole_or_absent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a report cannot be written the status says so, the summary is there, and no half of a file is left."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps(RECORD), "utf-8")
    assert main(["validate", str(file), "--report", str(tmp_path / "no" / "report.html")]) == 2
    output, complaint = capsys.readouterr()
    assert output == "1 valid, 0 invalid, 0 unreadable\n"
    assert "No such file or directory" in complaint
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desk"])
def test_a_browser_shows_it(report: Path, tmp_path: Path, width: int) -> None:
    """Chromium reads the numbers back, complains of nothing, and draws the page at the widths of a phone and a desk."""
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
def test_it_can_be_read_in_the_dark_and_in_print(report: Path, tmp_path: Path) -> None:
    """Who prefers the dark gets dark paper, others get white; and the page can be printed, on more than no paper."""
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
    """Read the colour of the upper left corner: there, each filter of a PNG leaves the bytes as they are."""
    data, at = b"", 8
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompress(data)[1:4])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_report_for_which_there_is_no_room_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk leaves the findings and the summary as they were, and ends with status 2 and a sentence."""
    file = tmp_path / "deals.jsonl"
    file.write_text("{}\n", "utf-8")
    assert main(["validate", str(file), "--report", "/dev/full"]) == 2
    output, complaints = capsys.readouterr()
    assert output.splitlines()[-1] == "0 valid, 1 invalid (5 violations), 0 unreadable"
    assert complaints.splitlines()[-1] == "twenty-opportunity: /dev/full: No space left on device"
