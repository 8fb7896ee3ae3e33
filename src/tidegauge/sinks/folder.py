"""A folder of reports: names that every file system takes, files that are never half there, and what lies in it.

The lists are made from the pages' own <meta> lines, so that the folder needs no other memory: delete a page and the
next list is right again.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from tidegauge.core.decision import Verdict
from tidegauge.core.window import Window

LISTED = 400  # pages that a list holds; older ones are counted
HEAD = 8192  # characters in which the <meta> lines stand
_STEM = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-(?:inputs|labels)\.html")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in a list."""

    folder: str
    file: str
    verdict: str
    stage: str
    when: str
    strength: str
    sentence: str


def safe(name: str) -> str:
    """A folder's name for a monitor: as it is if it may be, else without what is unsafe and with a hash of the name.

    >>> safe("flights-delay"), safe("../../etc")
    ('flights-delay', 'etc-74ccf3c5')
    """
    kept = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:80].strip("-")
    return (
        name
        if kept == name and name
        else f"{kept}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}".lstrip("-")
    )


def page_name(window: Window, stage: str) -> str:
    """A page's file name; names of one stage sort by time."""
    return f"{window.start:%Y-%m-%dT%H-%M-%SZ}-{stage}.html"


def write(place: Path, content: str) -> None:
    """Put a file in its place in one step, on the disk before it stands there: whole, or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave the name without the content
        Path(name).chmod(0o644)  # mkstemp's 0600 would hide the page from the web server beside us
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def pages(folder: Path) -> list[Path]:
    """The pages in a monitor's folder, newest window first."""
    return sorted(
        (p for p in folder.iterdir() if _STEM.fullmatch(p.name) and p.is_file()), key=lambda p: p.name, reverse=True
    )


def entries(folder: Path) -> tuple[list[Entry], int]:
    """What a monitor's folder holds, newest first, and how many older pages are not listed."""
    found = pages(folder)
    return [_entry(p) for p in found[:LISTED]], max(len(found) - LISTED, 0)


def newest(folder: Path) -> tuple[list[Entry], int]:
    """The newest page of each monitor, by name, and how many monitors are not listed."""
    folders = sorted(p for p in folder.iterdir() if p.is_dir())
    return [_entry(found[0]) for f in folders[:LISTED] if (found := pages(f))], max(len(folders) - LISTED, 0)


def _entry(page: Path) -> Entry:
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            said = dict(_Meta.read(file.read(HEAD)))
    except OSError:  # gone meanwhile, or not ours to read: one page is not in the way of the others
        said = {}
    verdict = said.get("tidegauge-verdict", "")
    return Entry(
        page.parent.name,
        page.name,
        verdict if verdict in set(Verdict) else "unknown",
        said.get("tidegauge-stage", ""),
        said.get("tidegauge-when", page.stem),
        said.get("tidegauge-strength", ""),
        said.get("description", ""),
    )


class _Meta(HTMLParser):
    """Collects <meta name content>."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    @classmethod
    def read(cls, head: str) -> Iterator[tuple[str, str]]:
        parser = cls()
        parser.feed(head)
        return iter(parser.found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("name"):
            self.found.append((named["name"] or "", named.get("content") or ""))
