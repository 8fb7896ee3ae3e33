"""Grids of windows: event time cut into hours, local days and local weeks, without a gap and without an overlap.

An hour is an hour of UTC, so that a clock change neither doubles one nor loses one. A day runs from local midnight to
local midnight and may have 23 or 25 hours; a week runs from Monday. Nothing here asks what time it is now.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count, takewhile
from zoneinfo import ZoneInfo, available_timezones

from tidegauge.core.errors import WindowError, did_you_mean
from tidegauge.core.window import Window

# a monitor learns its columns' cells, and what goes with what, from this first stretch of its source
FIRST_STRETCH = {"hour": timedelta(days=28), "day": timedelta(days=28), "week": timedelta(days=91)}
# The years in which windows are counted: four digits, and some centuries of room on either side for every wait and
# look-back that a monitor may have (a century each, at most), since a date of Python's ends with the year 9999.
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
TYPED = range(1900, 2200)  # the years that somebody may type
_HOUR, _DAY, _INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


def between(kind: str, zone: str, start: datetime, end: datetime) -> list[Window]:
    """Every window of the grid that lies wholly inside [start, end), oldest first.

    >>> from datetime import datetime
    >>> march = datetime(2013, 3, 10, tzinfo=ZoneInfo("America/New_York"))
    >>> [w.end - w.start for w in between("day", "America/New_York", march, march + timedelta(days=2))]
    [datetime.timedelta(seconds=82800), datetime.timedelta(days=1)]
    """
    first = containing(kind, zone, start)
    if first.start < start:
        first = following(first, zone)
    found, at = [], first.start
    for stop in takewhile(lambda stop: stop <= end, _ends(kind, zone, first)):
        found.append(Window(at, stop, kind))
        at = stop
    return found


def containing(kind: str, zone: str, instant: datetime) -> Window:
    """The window of the grid that `instant` falls in."""
    if instant.utcoffset() is None:
        raise WindowError(f"{instant} has no time zone, so it names no instant. Give it one, such as UTC.")
    _hold_counted(instant)
    instant = instant.astimezone(UTC)
    if _known(kind) == "hour":
        start = instant.replace(minute=0, second=0, microsecond=0)
        return Window(start, start + _HOUR, kind)
    day = _first_day(kind, zone, instant)
    return Window(_midnight(zone, day), _midnight(zone, day + _length(kind)), kind)


def _hold_counted(instant: datetime) -> None:
    if not EARLIEST <= instant < LATEST:
        raise WindowError(
            f"{instant.isoformat()} lies in no window: windows are counted in the years {EARLIEST.year} to "
            f"{LATEST.year - 1}. Is the year right?"
        )


def following(window: Window, zone: str) -> Window:
    """The next window of the grid."""
    return containing(window.kind, zone, window.end)


def previous(window: Window, zone: str) -> Window:
    """The window of the grid that ends where this one starts."""
    return containing(window.kind, zone, window.start - _INSTANT)


def on_grid(window: Window, zone: str) -> Window:
    """The same window, if the grid of its kind in `zone` has it; else an error that names the one it has."""
    right = containing(window.kind, zone, window.start)
    if right != window:
        raise WindowError(
            f"{window.key} is no {window.kind} of the zone {zone}: the {window.kind} there is {right.key}. "
            "Give a whole one."
        )
    return window


def hold_typed(when: date, text: str) -> None:
    """WindowError for a time of a year that nobody means: a log may hold any, but 1026 is a slip of the hand.

    The very first and the very last year are a way to say "everything" and "never".

    >>> hold_typed(date(1026, 11, 1), "1026-11-01")
    Traceback (most recent call last):
    tidegauge.core.errors.WindowError: "1026-11-01" lies beyond the years 1900 to 2199. Is the year mistyped?
    """
    if when.year not in TYPED and MINYEAR < when.year < MAXYEAR:
        raise WindowError(f'"{text}" lies beyond the years {TYPED[0]} to {TYPED[-1]}. Is the year mistyped?')


def moment(text: str, zone: str) -> datetime:
    """The instant that ISO 8601 names, by the clock of `zone` where it carries no offset.

    ValueError where it is no date; WindowError where it lies beyond the years that can be counted in UTC.

    >>> moment("2013-04-01T05", "Asia/Tokyo").isoformat(), moment("2013-04-01T05Z", "Asia/Tokyo").isoformat()
    ('2013-04-01T05:00:00+09:00', '2013-04-01T05:00:00+00:00')
    """
    when = datetime.fromisoformat(text)
    hold_typed(when, text)
    when = when if when.utcoffset() is not None else when.replace(tzinfo=zone_of(zone))
    try:
        when.astimezone(UTC)
    except OverflowError:
        raise WindowError(f'"{text}" lies beyond the years 1 to 9999 of UTC. Is the year right?') from None
    return when


def instant_of(micros: int) -> datetime:
    """The instant so many microseconds after 1970. A log may hold any date: one beyond Python's years is its last one.

    >>> instant_of(0).isoformat(), instant_of(-(2**62)).year, instant_of(2**62).year
    ('1970-01-01T00:00:00+00:00', 1, 9999)
    """
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if micros < 0 else datetime.max.replace(tzinfo=UTC)


def local_time(at: datetime, zone: str) -> str:
    """An instant as a person reads it, by the clock of `zone`: 2013-04-01 05:00.

    >>> (
    ...     local_time(datetime(2013, 4, 1, tzinfo=UTC), "Asia/Tokyo"),
    ...     local_time(datetime(1, 1, 1, tzinfo=UTC), "America/Lima"),
    ... )
    ('2013-04-01 09:00', '0001-01-01 00:00')
    """
    with suppress(OverflowError):  # at the rim of what Python counts it is said by its own clock
        at = at.astimezone(zone_of(zone))
    return at.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")


def is_date(text: str) -> bool:
    """Whether a text names a whole day, and no time of it.

    >>> is_date("2013-12-16"), is_date("20131216"), is_date("2013-12-16T05"), is_date("soon")
    (True, True, False, False)
    """
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; an unknown one is an error that says "did you mean"."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WindowError(f'no time zone is called "{name}". {did_you_mean(name, available_timezones())}') from None


def adjoining(windows: Iterable[Window]) -> Iterator[list[Window]]:
    """Runs of windows without a gap."""
    run: list[Window] = []
    for w in sorted(windows):
        if run and run[-1].end != w.start:
            yield run
            run = []
        run.append(w)
    if run:
        yield run


KINDS = ("hour", "day", "week")


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise WindowError(f'no kind of window is called "{kind}". {did_you_mean(kind, KINDS)}')
    return kind


def _length(kind: str) -> timedelta:
    return _DAY * 7 if kind == "week" else _DAY


def _midnight(zone: str, day: date) -> datetime:
    """The instant at which a local day begins.

    Python reads a midnight that clocks skip with the offset from before the change, which is the instant of the
    change; of a midnight that comes twice it takes the first. Both are what we want: one boundary a day, in order.
    """
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(zone)).astimezone(UTC)


def _first_day(kind: str, zone: str, instant: datetime) -> date:
    """The local day at whose beginning the window of days or weeks begins that `instant` falls in."""
    local = instant.astimezone(zone_of(zone)).date()
    day = local - timedelta(days=local.weekday()) if kind == "week" else local
    # Where clocks go back across midnight, an instant's local date can lie a day beside its window: step to it.
    while _midnight(zone, day) > instant:
        day -= _length(kind)
    while _midnight(zone, day + _length(kind)) <= instant:
        day += _length(kind)
    return day


def _ends(kind: str, zone: str, first: Window) -> Iterator[datetime]:
    """The ends of a window and of all that follow it."""
    if kind == "hour":
        yield from (first.end + _HOUR * k for k in count())
    day, last = _first_day(kind, zone, first.start), first.start
    while True:
        _hold_counted(last)
        day += _length(kind)
        if (at := _midnight(zone, day)) > last:  # or a zone has left a day out
            yield at
            last = at
