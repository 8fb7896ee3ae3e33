"""The report in a real browser: foreign text stays text, the pictures are there, pages are not blank."""

import re
import zlib
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from tests.every.reports import EXAMPLES, HOSTILE, hostile, numeric
from tests.services.browser import Browser
from tidegauge.reports.rendering import render
from tidegauge.reports.report import Report
from tidegauge.sinks.html import Html

PAGES: dict[str, Callable[[], Report]] = {**EXAMPLES, "hostile": hostile}


def rows(png: bytes) -> list[bytes]:
    """The lines of a picture, as the file compresses them."""
    chunks, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            chunks += png[at + 8 : at + 8 + size]
        at += 12 + size
    raw = zlib.decompress(chunks)
    height = int.from_bytes(png[20:24])
    step = len(raw) // height
    return [raw[i * step : (i + 1) * step] for i in range(height)]


def test_hostile_text_runs_nothing(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render(hostile()), encoding="utf-8")
    dom = chromium.dom(page)
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title
    assert title[1].startswith("Alert: ../../"), "had a script run, the title would be another"
    assert "<script" not in dom
    assert "<img" not in dom
    assert "&lt;/script&gt;&lt;script&gt;" in dom
    assert HOSTILE[3].split("{%")[0] in dom


def test_the_detector_detects(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<title>Alert</title>{HOSTILE[0].removeprefix('</script>')}", encoding="utf-8")
    assert "<title>owned</title>" in chromium.dom(page), "the hostile text does run where it is not escaped"


def test_the_policy_is_a_second_wall(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render(numeric()).replace("<main>", f"<main>{HOSTILE[0]}{HOSTILE[1]}"), encoding="utf-8")
    assert "<title>owned</title>" not in chromium.dom(page)


@pytest.mark.parametrize("example", sorted(PAGES))
@pytest.mark.parametrize("width", [500, 1280])
def test_pages_are_drawn(chromium: Browser, tmp_path: Path, example: str, width: int) -> None:
    sink = Html(folder=tmp_path)
    report = PAGES[example]()
    sink.publish(report)
    picture = chromium(sink.path(report), tmp_path / "page.png", width=width, height=1000).read_bytes()
    drawn = rows(picture)
    assert len(drawn) == 1000
    assert len(set(drawn)) > 150, "a blank page has few different lines"


def test_no_page_is_wider_than_a_telephone(chromium: Browser, tmp_path: Path) -> None:
    """All of them at once, each in a frame of 360 pixels that a script may look into: copies without their policy."""
    frames = "".join(
        f'<iframe data-name="{name}" style="width:360px;border:0" srcdoc="{escape(unguarded(made()))}"></iframe>'
        for name, made in sorted(PAGES.items())
    )
    look = """<script>onload = () => { document.title = [...document.querySelectorAll('iframe')].map(f =>
        f.dataset.name + ' ' + (f.contentDocument.documentElement.scrollWidth - 360)).join(', ') }</script>"""
    page = tmp_path / "frames.html"
    page.write_text(f"<title>not yet</title>{frames}{look}", encoding="utf-8")
    found = re.search(r"<title>(.*?)</title>", chromium.dom(page))
    assert found
    assert found[1] == ", ".join(f"{name} 0" for name in sorted(PAGES))


def unguarded(report: Report) -> str:
    """A page as it is, without its policy and with all that is folded opened."""
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", render(report))
    return html.replace("<details", "<details open")
