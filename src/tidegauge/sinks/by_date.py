"""A monitor's pages by the calendar: a row a month, a cell a day, each leading to its page; and its incidents.

Made from what a list knows of its pages. Of hours a row is a day, of weeks a year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tidegauge.core.decision import Verdict
from tidegauge.core.window import STAGES
from tidegauge.sinks.folder import Entry

SIGNS = {
    Verdict.ALERT: "▲",
    Verdict.BROKEN: "✕",
    Verdict.OUTAGE: "○",
    Verdict.LEARNING: "◐",
    Verdict.FINE: "·",
}
WORST = list(SIGNS)  # of two windows in one cell (an hour of autumn that local time shows twice) the first of these
PLACES = {"day": ("%B %Y", 31), "hour": ("%-d %B %Y", 24), "week": ("%Y", 53)}
MOST = 24  # rows of a calendar
INCIDENTS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A month, a day or a year, with what was decided in each place of it; None where there is no page."""

    title: str
    cells: tuple[Entry | None, ...]

    @property
    def signed(self) -> list[tuple[Entry | None, str]]:
        """Each cell with what it shows beside its colour."""
        return [(e, "" if e is None else sign(e)) for e in self.cells]


@dataclass(frozen=True, slots=True)
class ByDate:
    """The rows of one stage, the newest first."""

    stage: str
    heads: tuple[int, ...]  # over the cells: the day of the month, the hour, the week
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ListedIncident:
    """An incident as its pages tell it."""

    first: Entry
    last: Entry
    alerts: int


def calendars(entries: Sequence[Entry]) -> list[ByDate]:
    """The calendar of each stage; none where no page says when its window began."""
    out = []
    for stage in STAGES:
        mine = [e for e in entries if e.stage == stage and _local(e) is not None]
        if len(mine) > 1:
            out.append(_calendar(stage, mine))
    return out


def incidents(entries: Sequence[Entry]) -> list[ListedIncident]:
    """The incidents that pages belong to, the newest first; `entries` are the newest first."""
    pages: dict[tuple[str, str], list[Entry]] = {}
    for e in entries:
        if e.incident:
            pages.setdefault((e.stage, e.incident), []).append(e)
    return [ListedIncident(some[-1], some[0], len(some)) for some in pages.values()][:INCIDENTS]


def sign(entry: Entry) -> str:
    """What a cell shows beside its colour."""
    return SIGNS[Verdict(entry.verdict)] if entry.verdict in set(Verdict) else "?"


def _calendar(stage: str, entries: Sequence[Entry]) -> ByDate:
    size = PLACES[entries[0].kind][1]
    rows: dict[str, list[Entry | None]] = {}
    for e in entries:
        start = _local(e)
        if start is None or e.kind != entries[0].kind:
            continue
        cells = rows.setdefault(start.strftime(PLACES[e.kind][0]), [None] * size)
        at = _place(start, e.kind)
        cells[at] = min((c for c in (cells[at], e) if c is not None), key=_badness)
    heads = tuple(range(size)) if entries[0].kind == "hour" else tuple(range(1, size + 1))
    return ByDate(stage, heads, tuple(Row(title, tuple(cells)) for title, cells in list(rows.items())[:MOST]))


def _local(entry: Entry) -> datetime | None:
    """When its window began by the monitor's clock; None where the page does not say so, or no kind that is known."""
    try:
        return datetime.strptime(entry.local, "%Y-%m-%dT%H") if entry.kind in PLACES else None  # noqa: DTZ007 - local
    except ValueError:
        return None


def _place(start: datetime, kind: str) -> int:
    """Which cell of its row a window has."""
    if kind == "week":
        return (start.timetuple().tm_yday - 1) // 7
    return start.hour if kind == "hour" else start.day - 1


def _badness(entry: Entry) -> int:
    return WORST.index(Verdict(entry.verdict)) if entry.verdict in set(Verdict) else len(WORST)
