"""Incidents that people know of, from a CSV file, and whether the replay caught them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import MonitorError, WindowError, did_you_mean
from tidegauge.core.grid import is_date, moment
from tidegauge.core.regular_files import read_regular
from tidegauge.core.window import VOLUME, Window
from tidegauge.decisions.blame import BAD
from tidegauge.monitor import Monitor
from tidegauge.replay.outcome import Caught

NEEDED, OPTIONAL = ("start", "end", "what"), ("column",)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was wrong, from `start` until before `end`, by somebody's account."""

    start: datetime
    end: datetime
    what: str
    column: str
    span: tuple[str, str]  # start and end as the file has them

    def holds(self, window: Window) -> bool:
        """Whether a window overlaps it."""
        return window.start < self.end and window.end > self.start


def columns_of(monitor: Monitor) -> set[str]:
    """What an alert of a monitor can be about."""
    labels = {monitor.labels.value} if monitor.labels else set()
    return {c for names in monitor.columns.roles.values() for c in names} | labels | {VOLUME}


def read_events(path: Path, zone: str, columns: Iterable[str] | None = None) -> list[Event]:
    """The events in a CSV file with a head `start,end,what` and perhaps `column`, oldest first.

    Dates and times are by the monitor's clock. A date as an end takes that whole day in; no end is the day of the
    start, or the hour. `columns`: those that may be named; None: any.
    """
    known = None if columns is None else frozenset(columns)
    try:
        with StringIO(read_regular(path).decode("utf-8-sig"), newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            heads = [h.strip().lower() for h in reader.fieldnames or []]
            reader.fieldnames = heads
            _check_heads(path, heads)
            found = [_event(row, f"{path}:{reader.line_num}", zone, known) for row in reader]
    except OSError as error:
        raise MonitorError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise MonitorError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None
    return sorted(found, key=lambda e: (e.start, e.end, e.what))


def _event(row: dict[str, str | None], where: str, zone: str, known: frozenset[str] | None) -> Event:
    start, end, what = ((row.get(n) or "").strip() for n in NEEDED)
    first, last = bounds(start, end, zone, where)
    if last <= first:
        raise MonitorError(f"{where}: ends ({end}) before it starts ({start}).")
    column = (row.get("column") or "").strip()
    if column and known is not None and column not in known:
        raise MonitorError(f'{where}: the monitor has no column "{column}". {did_you_mean(column, known)}')
    return Event(first, last, what or "an event without a name", column, (start, end))


def bounds(start: str, end: str, zone: str, where: str = "events") -> tuple[datetime, datetime]:
    """From when until when an event lasts, by what its line says.

    >>> [f"{t:%d %H:%M}" for t in bounds("2013-12-16", "2013-12-17", "UTC")]
    ['16 00:00', '18 00:00']
    """
    first, length = _instant(start, where, "start", zone)
    last, more = _instant(end, where, "end", zone) if end else (first, length)
    try:
        return first, last + more if not end or more == timedelta(days=1) else last
    except OverflowError:
        return first, datetime.max.replace(tzinfo=last.tzinfo)


def _instant(text: str, where: str, name: str, zone: str) -> tuple[datetime, timedelta]:
    """An instant, and how long it is meant to last when nothing else is said: a date is a day, a time an hour."""
    try:
        when = moment(text, zone)
    except WindowError as error:
        raise MonitorError(f"{where}: {name}: {error}") from None
    except ValueError:
        raise MonitorError(
            f'{where}: {name} "{text}" is no date. Write 2013-12-16, or 2013-12-16T05:00 by the monitor\'s clock.'
        ) from None
    length = timedelta(days=1) if is_date(text) else timedelta(hours=1)
    return when, length


def caught(events: Iterable[Event], decisions: Sequence[Decision], waits: dict[str, timedelta]) -> list[Caught]:
    """Each event with the first alert in it, by when the alert would have been there. `waits`: from a window's end."""
    return [_caught(e, [d for d in decisions if e.holds(d.window)], waits) for e in events]


def _caught(event: Event, inside: list[Decision], waits: dict[str, timedelta]) -> Caught:
    windows = sorted({d.window for d in inside if d.verdict is not Verdict.LEARNING})
    start, end = event.span
    made = Caught(event.what, start, end, event.column, len(windows), caught=False)
    alerts = [d for d in inside if d.verdict in BAD]
    if not alerts:
        return made
    alert = min(alerts, key=lambda d: (d.window.end + waits[d.stage], d.stage, d.window))
    named = alert.findings[0].column if alert.findings else ""
    late = alert.window.end + waits[alert.stage] - event.start
    return replace(
        made,
        caught=True,
        first=alert.window,
        stage=alert.stage,
        windows_late=sum(w < alert.window for w in windows),
        hours_late=late.total_seconds() / 3600,
        named=named,
        right=named == event.column if event.column else None,
        sentence=alert.sentence,
    )


def _check_heads(path: Path, heads: Sequence[str]) -> None:
    """Refuse a file whose head lacks a column that is needed."""
    if lacking := [n for n in NEEDED if n not in heads]:
        hint = f" {did_you_mean(lacking[0], heads)}" if heads else ""
        raise MonitorError(f'{path}:1: the column "{lacking[0]}" is missing; needed: start,end,what.{hint}')
