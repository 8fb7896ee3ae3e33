"""At any moment a line shows the window that contains the moment: hours, days and weeks, in zones of every kind."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from grafana.promql import containing, windows_of
from tests.grafana.filling import fill
from tests.services.series_servers import SeriesServer
from tidegauge.core.grid import between
from tidegauge.core.point import SeriesPoint
from tidegauge.core.window import Window
from tidegauge.sinks.event_time import samples_of
from tidegauge.sinks.remote_write import RemoteWrite
from tidegauge.stages.series import ALERT, OF_DECISION

BEGIN, END = datetime(2024, 9, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC)  # clocks go back in between
ZONES = ("America/New_York", "Europe/London", "Asia/Kolkata", "UTC")
LONG = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
STRENGTH = "tidegauge_decision_strength_ratio"


def _points(windows: list[Window], revision: int) -> list[SeriesPoint]:
    """Each window's strength is its place, and every third one is an alert."""
    return [
        SeriesPoint(s, w, float(k % 3 == 0) if s.statistic == ALERT else float(k), revision=revision)
        for k, w in enumerate(windows)
        for s in OF_DECISION
    ]


@pytest.mark.parametrize("kind", LONG)
def test_the_window_that_contains_the_moment(kind: str, prometheus: SeriesServer) -> None:
    chance = random.Random(kind)
    for zone in ZONES:
        windows = between(kind, zone, BEGIN, END)
        monitor = zone.replace("/", "-")
        sink = RemoteWrite(url=prometheus.write_url)
        for revision in (0, 1):  # decided anew, with the same numbers: nothing may count twice
            assert sink.show(list(samples_of(monitor, "inputs", _points(windows, revision)))) == ""
        filled = {"step": kind[0]}
        for k in chance.sample(range(len(windows)), min(20, len(windows))):
            window = windows[k]
            start = max(window.start, window.end - LONG[kind])  # a day of 25 hours has a gap at its first
            moment = chance.uniform(start.timestamp(), window.end.timestamp() - 2)
            selector = f'{STRENGTH}{{monitor="{monitor}"}}'
            ((_, found),) = prometheus.at(fill(containing(selector), filled), moment)
            assert found == k, (zone, window, moment)
        last = len(windows) - 1
        selector = f'tidegauge_decision_alert{{monitor="{monitor}"}}'
        asked = fill(f"sum_over_time({windows_of(selector, '3w')})", filled)
        ((_, alerts),) = prometheus.at(asked, windows[last].end.timestamp())
        count = round(timedelta(weeks=3) / LONG[kind])
        some = [sum(j % 3 == 0 for j in range(last, last - n, -1)) for n in (count - 1, count, count + 1)]
        assert min(some) <= alerts <= max(some), (zone, kind)
