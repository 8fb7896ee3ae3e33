"""Which windows a run is about: one function, whatever started the run.

Airflow gives a run its time in five ways, and in two of them gives none (docs/decisions/ has the table). So a run is
asked in a fixed order: its conf, its partition key, the events that triggered it, its data interval. The present
moment is never an answer: a run that is repeated next week must mean the same windows.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from tidegauge.airflow.conf import checked, names
from tidegauge.core.addresses.masking import as_typed, looks_like_address
from tidegauge.core.errors import WindowError
from tidegauge.core.grid import between, containing, moment, on_grid, previous, zone_of
from tidegauge.core.window import Window
from tidegauge.monitor.parts import LENGTHS

MOST = 10_000  # windows of a run: a year of hours
Interval = tuple[datetime | None, datetime | None]


def resolve(
    kind: str,
    zone: str,
    *,
    conf: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    extras: Iterable[Mapping[str, Any]] = (),
    interval: Interval = (None, None),
) -> tuple[Window, ...]:
    """The windows of a run, oldest first: nearly always one, more when its events or its interval hold more.

    `conf` and `extras` name windows under "window" (one name) or "windows" (a list). A name is a window's key, or
    local time in ISO 8601: "2013-04-01" is that day (all hours of it, for a monitor of hours), "2013-04-01T05" the
    window that holds five o'clock.
    """
    for where, named in (
        ("conf", names(checked(conf), "conf")),
        ("partition key", names({"window": partition_key}, "partition key") if partition_key else []),
        ("asset event", [name for extra in extras for name in names(extra, "asset event")]),
    ):
        if named:
            return tuple(sorted({window for name in named for window in _named(name, where, kind, zone)}))
    start, end = interval
    if start is None or end is None:
        raise WindowError(
            "This run names no window: it has no conf, no partition key, no asset event with one, and no data "
            f'interval. To fix this, trigger it with a window, such as {{"window": "{_example(kind, zone)}"}}.'
        )
    return _inside(start, end, kind, zone)


def _named(name: str, where: str, kind: str, zone: str) -> list[Window]:
    """The windows that a name means."""
    if looks_like_address(name):
        raise WindowError(
            f"{where}: an address stands where a window belongs. It is not repeated: it may hold a secret."
        )
    try:
        return (_by_key if "/" in name else _by_clock)(name.strip(), kind, zone)
    except WindowError as error:
        raise WindowError(f"{where}: {error}") from None


def _by_key(text: str, kind: str, zone: str) -> list[Window]:
    """The window of a key, if this monitor has it."""
    window = Window.parse(text)
    if window.kind != kind:
        raise WindowError(f"{text} is of the kind {window.kind}, and this monitor's windows are of the kind {kind}.")
    return [on_grid(window, zone)]


def _by_clock(text: str, kind: str, zone: str) -> list[Window]:
    """The windows of a local date or time."""
    try:
        when = datetime.fromisoformat(text)
        moment(text, zone)
    except ValueError:
        raise WindowError(
            f'"{as_typed(text)}" names no window. Give its key, such as {_example(kind, zone)}, or a local date or '
            'time, such as "2013-04-01" or "2013-04-01T05".'
        ) from None
    if when.utcoffset() is not None:
        return [containing(kind, zone, when)]
    first, second = (when.replace(tzinfo=zone_of(zone), fold=fold) for fold in (0, 1))
    whole_day = len(text) <= len("2013-04-01")
    if whole_day and kind == "hour":
        day = containing("day", zone, first)
        return between(kind, zone, day.start, day.end)
    window = containing(kind, zone, first)
    # A day begins once, even where its midnight comes twice or never; any other time must say which window it means.
    begins = kind != "hour" and when.time() == time()
    if not begins and containing(kind, zone, second) != window:
        twice = second.astimezone(UTC) > first.astimezone(UTC)
        raise WindowError(
            f'"{text}" {"came twice" if twice else "never came"} in {zone}, where the clock was changed. '
            f'Write the offset too, such as "{first.isoformat()}".'
        )
    return [window]


def _inside(start: datetime, end: datetime, kind: str, zone: str) -> tuple[Window, ...]:
    """The windows that a data interval is made of."""
    if end <= start:
        last = previous(containing(kind, zone, start), zone)
        raise WindowError(
            f"This run's data interval is empty: it starts and ends at {start.isoformat()}, so it says when it ran and "
            "not what to look at. To fix this, use CronDataIntervalTimetable (a cron text gives moments), or trigger "
            f'it with a window: the last that had ended then is {{"window": "{last.key}"}}.'
        )
    if (end - start) / LENGTHS[kind] > MOST:
        raise WindowError(
            f"This run's data interval, {start.isoformat()} to {end.isoformat()}, holds more than {MOST:,} windows. To "
            "fix this, run `tidegauge backfill`, which takes one scan, or trigger it with a window."
        )
    windows = between(kind, zone, start, end)
    if not windows or (windows[0].start, windows[-1].end) != (start, end):
        near = containing(kind, zone, start)
        raise WindowError(
            f"This run's data interval, {start.isoformat()} to {end.isoformat()}, is not made of whole windows "
            f"({kind}, {zone}): the window there is {near.key}. To fix this, keep the schedule on the boundary "
            "(window.wait is for late rows), or trigger it with a window."
        )
    return tuple(windows)


def _example(kind: str, zone: str) -> str:
    """A key of that kind."""
    return containing(kind, zone, datetime(2013, 4, 1, 12, tzinfo=UTC)).key
