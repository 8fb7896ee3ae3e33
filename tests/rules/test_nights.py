"""Nights through a real Prometheus and a real Alertmanager: who is told, how often, and of what.

The nights are invented, and written by the sink itself at the instants at which it writes: what a monitor would say of
them is tested beside the verbs (`tests/event_time/test_shop.py`).
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.rules.lived import PATIENCE, QUIET, pages
from tests.rules.monitors import a_monitor
from tests.services.alerting_servers import Notice, alerting
from tidegauge.core.point import DECISION, OTHERS, Series, SeriesPoint, SeriesSample, Unit
from tidegauge.core.window import Window
from tidegauge.rules.limits import Limits
from tidegauge.rules.rule_file import rules_text
from tidegauge.sinks.event_time import closed, incident_sample, samples_of
from tidegauge.sinks.remote_write import RemoteWrite
from tidegauge.stages.series import ALERT, PROVISIONAL, SURPRISE

COLUMNS = 20
DAY = timedelta(days=1)


def night(stage: str, end: datetime, states: Mapping[str, float]) -> list[SeriesSample]:
    """What a window says: incidents by id, and while one is open, twenty columns that are surprising."""
    window = Window(end - DAY, end, "day")
    stands = float(any(states.values()))
    series = {
        Series(DECISION, ALERT, unit=Unit.FLAG): stands,
        Series(DECISION, PROVISIONAL, unit=Unit.FLAG): 0.0,
        Series(OTHERS, SURPRISE): 0.0,
        **{Series(f"c{k}", SURPRISE): 6 * stands for k in range(COLUMNS if stage == "inputs" else 0)},
    }
    points = [SeriesPoint(one, window, value) for one, value in series.items()]
    incidents = [incident_sample("shop", stage, i, "low", window, 0, value=v) for i, v in states.items()]
    return [*samples_of("shop", stage, points), *incidents]


def wait_for(notices: list[Notice], number: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(notices) < number and time.monotonic() < until:
        time.sleep(0.1)


def test_one_page_an_incident_and_one_resolve(tmp_path: Path) -> None:
    """Of inputs, and of labels that come 30 days late: the same nights, each at its own time."""
    late = {"inputs": 0, "labels": 30}
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rules = rules_text([Limits.of(a_monitor(delay="30 days"))])
    with alerting(tmp_path, rules) as (server, notices):
        sink = RemoteWrite(url=server.write_url)

        def show(ago: int, states: Mapping[str, float]) -> None:
            for stage, back in late.items():
                assert sink.show(night(stage, today - (ago + back) * DAY, states)) == ""

        # the last window of a backfill says 0, though this one still stands
        show(6, {"old": 1.0})
        show(5, {"old": 0.0})
        time.sleep(QUIET)
        assert pages(notices) == []
        for number, (ago, states, expected) in enumerate(
            (
                (4, {"old": 1.0}, [("firing", "old")]),  # the next live window: it still stands
                (3, {"old": 1.0, "a": 1.0}, [("firing", "a")]),
                (2, {"old": 0.0, "a": 1.0, "b": 1.0}, [("firing", "b"), ("resolved", "old")]),  # two at once
                (1, {"a": 1.0, "b": 1.0}, []),
                (0, {"a": 0.0, "b": 0.5}, [("resolved", "a"), ("resolved", "b")]),  # b is quiet, and not back
            )
        ):
            before = len(pages(notices))
            show(ago, states)
            until = time.monotonic() + PATIENCE
            while len(pages(notices)) < before + 2 * len(expected) and time.monotonic() < until:
                time.sleep(0.1)
            time.sleep(QUIET)
            meant = [(stage, *one) for stage in late for one in expected]
            assert sorted(pages(notices)[before:]) == sorted(meant), (number, notices)
        assert {n.receiver for n in notices} <= {"pager", "tickets"}, "columns are nobody's"
        reminded = [n.alerts for n in notices if any(name == "TidegaugeIncidentSettled" for name, *_ in n.alerts)]
        assert sorted(reminded) == [(("TidegaugeIncidentSettled", stage, "b"),) for stage in late]
        names = {name for n in notices for name, _, _ in n.alerts if n.receiver == "tickets"}
        others = {"TidegaugeBudgetSpent", "TidegaugeRunLate", "TidegaugeLabelsLate", "TidegaugeSilent"}
        assert names <= {"TidegaugeIncidentSettled", *others}


def test_a_backfilled_year_pages_nobody_wherever_it_is_cut_off(tmp_path: Path) -> None:
    """Written as `backfill` does: oldest first, some windows in a part, and 0 of everything in the last one."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with alerting(tmp_path, rules_text([Limits.of(a_monitor())])) as (server, notices):
        sink = RemoteWrite(url=server.write_url)
        parts = []
        for first, last in ((300, 61), (60, 5), (4, 1)):
            part: list[SeriesSample] = []
            for ago in range(first, last - 1, -1):
                # one a week, over with its seventh night, and one that stands since ever
                states = {f"i{ago // 7}": float(ago > 1 and ago % 7 > 0), "stands": float(ago > 1)}
                part += night("inputs", today - ago * DAY, states)
            parts.append(part)
        for number, part in enumerate(closed(parts)):
            assert sink.show(part) == ""
            if number:
                time.sleep(QUIET)  # the delivery stops, five nights before its end and then at it
                assert pages(notices) == []
        assert sink.show(night("inputs", today, {"stands": 1.0})) == ""
        wait_for(notices, 1)
        time.sleep(QUIET)
        assert pages(notices) == [("inputs", "firing", "stands")]
