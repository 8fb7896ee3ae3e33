"""The hour that a clock on the wall shows twice, on the night when clocks go back."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from tidegauge.core.grid import EARLIEST, LATEST, zone_of
from tidegauge.core.window import Window

_NEAR, _MINUTE = timedelta(hours=3), timedelta(minutes=1)


class Twin(NamedTuple):
    """The other one of two windows that the clock calls by the same hour, and whether it is the later one."""

    window: Window
    is_later: bool


@lru_cache(maxsize=4096)
def twin(window: Window, zone: str) -> Twin | None:
    """The hour that a clock in `zone` shows as it shows this one; None for all hours but two a year.

    >>> first = Window.parse("hour/2024-10-27T00:00:00Z/2024-10-27T01:00:00Z")
    >>> later = twin(first, "Europe/Berlin")
    >>> later.window.key, later.is_later, twin(later.window, "Europe/Berlin").window == first, twin(first, "UTC")
    ('hour/2024-10-27T01:00:00Z/2024-10-27T02:00:00Z', True, True, None)
    """
    if window.kind != "hour" or zone == "UTC" or not EARLIEST <= window.start < LATEST:
        return None
    before, after = window.start - _NEAR, window.end + _NEAR
    shift = _offset(before, zone) - _offset(after, zone)
    if shift <= timedelta(0):
        return None
    change = _change(before, after, zone)
    if change - shift <= window.start and window.end <= change:
        return Twin(Window(window.start + shift, window.end + shift, window.kind), is_later=True)
    if change <= window.start and window.end <= change + shift:
        return Twin(Window(window.start - shift, window.end - shift, window.kind), is_later=False)
    return None


def _offset(at: datetime, zone: str) -> timedelta:
    return at.astimezone(UTC).astimezone(zone_of(zone)).utcoffset() or timedelta(0)


def _change(before: datetime, after: datetime, zone: str) -> datetime:
    """The minute at which the clock is put back between two instants."""
    while after - before > _MINUTE:
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(middle, zone) > _offset(after, zone) else (before, middle)
    return after.replace(second=0, microsecond=0)
