"""A folder of reports: names that every file system takes, files that are never half there, and what lies in it.

The lists are made from the pages' own <meta> lines, so that the folder needs no other memory: delete a page and the
next list is right again. A monitor's list says which page is its newest, so that the list of all monitors need not look
through each monitor's past; where that page is gone, it does.
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
from tidegauge.core.window import STAGES, Window

LISTED = 400  # pages that a list holds; older ones are counted
LIST = "index.html"
HEAD = 8192  # characters in which the <meta> lines stand
_STEM = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-([a-z0-9_]+)\.html")


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
    local: str = ""  # when its window began, by the monitor's clock: "2013-12-20T00"; empty of pages that are older
    kind: str = ""  # of its window
    incident: str = ""  # the id of the one that it belongs to


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
    with os.scandir(folder) as found:
        names = [one.name for one in found if _is_page(one.name) and one.is_file()]
    return [folder / name for name in sorted(names, reverse=True)]


def _is_page(name: str) -> bool:
    found = _STEM.fullmatch(name)
    return found is not None and found[1] in STAGES


def entries(folder: Path) -> tuple[list[Entry], int]:
    """What a monitor's folder holds, newest first, and how many older pages are not listed."""
    found = pages(folder)
    return [_entry(p) for p in found[:LISTED]], max(len(found) - LISTED, 0)


def newest(folder: Path) -> tuple[list[Entry], int]:
    """The newest page of each monitor, by name, and how many monitors are not listed."""
    folders = sorted(p for p in folder.iterdir() if p.is_dir())
    return [_entry(page) for f in folders[:LISTED] if (page := _newest_of(f))], max(len(folders) - LISTED, 0)


def _newest_of(folder: Path) -> Path | None:
    """The page that a monitor's list says is its newest, if it is there; else looked for."""
    named = folder / _metas(folder / LIST).get("tidegauge-newest", "")
    if _is_page(named.name) and named.parent == folder and named.is_file():
        return named
    return next(iter(pages(folder)), None)


def _entry(page: Path) -> Entry:
    said = _metas(page)
    verdict = said.get("tidegauge-verdict", "")
    return Entry(
        page.parent.name,
        page.name,
        verdict if verdict in set(Verdict) else "unknown",
        said.get("tidegauge-stage", ""),
        said.get("tidegauge-when", page.stem),
        said.get("tidegauge-strength", ""),
        said.get("description", ""),
        said.get("tidegauge-local", ""),
        said.get("tidegauge-window", "").partition("/")[0],
        said.get("tidegauge-incident", ""),
    )


def _metas(page: Path) -> dict[str, str]:
    """What a page's <meta> lines say."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            return dict(_Meta.read(file.read(HEAD).partition("</head>")[0].partition("<style")[0]))
    except OSError:  # gone meanwhile, or not ours to read: one page is not in the way of the others
        return {}


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
