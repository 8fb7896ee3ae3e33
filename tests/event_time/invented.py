"""Points that nobody measured, for servers that don't care: windows × series, each value another."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tidegauge.core.point import Series, SeriesPoint, SeriesSample
from tidegauge.core.window import Window
from tidegauge.sinks.event_time import samples_of

NAMES = ("tidegauge_signal_number", *(f"tidegauge_signal_{part}_number" for part in ("expected", "low", "high")))


def hours(number: int, end: datetime | None = None) -> list[Window]:
    """The last hours that have ended."""
    last = (end or datetime.now(UTC)).replace(minute=0, second=0, microsecond=0)
    return [Window(last - timedelta(hours=k + 1), last - timedelta(hours=k), "hour") for k in reversed(range(number))]


def series(number: int) -> list[Series]:
    """So many of Prometheus' series, four to one of ours."""
    return [Series(f"c{k}", "location", banded=True) for k in range(number // 4)]


def value(window: int, one: int, revision: int = 0) -> float:
    """What a series says in a window."""
    return window + one / 1000 + revision * 10_000


def points(windows: list[Window], some: list[Series], revision: int = 0) -> Iterator[SeriesPoint]:
    """A point for every window and series."""
    for i, window in enumerate(windows):
        for k, one in enumerate(some):
            v = value(i, k, revision)
            yield SeriesPoint(one, window, v, v + 0.1, v - 1, v + 1, revision)


def samples(windows: list[Window], some: list[Series], revision: int = 0, monitor: str = "m") -> list[SeriesSample]:
    """The same as samples."""
    return list(samples_of(monitor, "inputs", list(points(windows, some, revision))))
