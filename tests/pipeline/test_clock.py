"""Item 1: a window that has not ended is judged by nobody, whoever asks; a log that stopped is told, up to a doubt."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, DAYS, END, ZONE, a_monitor, change, day, inside, windows
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import ClockError, NotEnded, WindowError
from tidegauge.core.grid import between, containing
from tidegauge.core.window import STAGES, Window
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.replay import replay
from tidegauge.stages.clock import DOUBT
from tidegauge.warehouses import open_warehouse

FAR = containing("day", ZONE, datetime(2099, 3, 9, 12, tzinfo=UTC))
NOT_ENDED = "has not ended yet, so there is nothing to judge: it ends"


def nothing_is_known(pipeline: Pipeline, window: Window) -> None:
    """Of a refused window there is nothing in the store, and nobody is to hear of it."""
    for stage in STAGES:
        assert window not in pipeline.store.profiles.revisions(pipeline.monitor.source_key, stage)
        assert window not in pipeline.store.decisions.evidences("shop", stage)
    assert not [i for i in pipeline.store.outbox.pending("shop") if i.window == window]


def test_both_engines_know_what_time_it_is(warehouse: str) -> None:
    with open_warehouse(warehouse) as opened:
        assert abs(opened.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_window_of_the_future_is_refused_whoever_asks(warehouse: str, tmp_path: Path) -> None:
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        before = pipeline.store.dump(outbox=True)
        with pytest.raises(NotEnded, match=f"day/2099-03-09.*{NOT_ENDED} 2099-03-10 00:00, and by the clock of t"):
            pipeline.run(FAR)
        with pytest.raises(NotEnded, match=NOT_ENDED):
            pipeline.run(FAR, live=False)
        with pytest.raises(NotEnded, match=NOT_ENDED):
            pipeline.profile([day(1), FAR])
        with pytest.raises(NotEnded, match=NOT_ENDED):
            pipeline.backfill(FAR.start, FAR.end)
        with pytest.raises(NotEnded, match=NOT_ENDED):
            replay(pipeline, FAR.start, FAR.end)
        assert pipeline.store.dump(outbox=True) == before
        nothing_is_known(pipeline, FAR)
        assert FAR not in pipeline.missing(FAR.end)
        with pytest.raises(WindowError, match="has no decision on the inputs of day/2099-03-09.*It has not ended yet"):
            pipeline.explain(FAR)


def test_the_earlier_clock_counts(clean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host whose clock is years ahead of the warehouse's runs no window that the warehouse says goes on."""
    monitor = a_monitor(clean, tmp_path)
    with open_pipeline(monitor) as pipeline:
        monkeypatch.setattr(pipeline.profiler.warehouse, "now", lambda: day(50).end - timedelta(seconds=1))
        with pytest.raises(NotEnded, match=r"by the clock of the warehouse it is 2024-03-26 23:59"):
            pipeline.run(day(50))
        assert pipeline.clock.last() == day(49)
        monkeypatch.setattr(pipeline.profiler.warehouse, "now", lambda: datetime(2199, 1, 1, tzinfo=UTC))
        with pytest.raises(NotEnded, match="by the clock of this host"):
            pipeline.run(FAR)


def test_a_window_is_judged_from_its_last_instant_on(clean: str, tmp_path: Path) -> None:
    at = day(3).end - timedelta(microseconds=1)
    with open_pipeline(a_monitor(clean, tmp_path), clock=lambda: at) as pipeline:
        with pytest.raises(NotEnded):
            pipeline.run(day(3))
        at = day(3).end
        assert [d.window for d in pipeline.run(day(3)) if d.stage == "inputs"] == [day(3)]


def test_labels_are_not_due_before_their_time_has_come(clean: str, tmp_path: Path) -> None:
    """Whatever `as_of` says: by the clock, labels of the last day are not there to be judged."""
    at = day(20).end
    with open_pipeline(a_monitor(clean, tmp_path), clock=lambda: at) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
        pipeline.run_due(END + timedelta(days=300))
        assert max(pipeline.store.decisions.evidences("shop", "labels")) == day(18)


def test_a_backfill_and_a_replay_end_with_the_last_window_that_has_ended(clean: str, tmp_path: Path) -> None:
    at = day(30).end + timedelta(hours=5)
    with open_pipeline(a_monitor(clean, tmp_path), clock=lambda: at) as pipeline:
        made = pipeline.backfill(BEGIN, datetime(2099, 1, 1, tzinfo=UTC))
        assert max(d.window for d in made if d.stage == "inputs") == day(30)
        assert replay(pipeline, BEGIN, datetime(2099, 1, 1, tzinfo=UTC), what_if=False).end == day(30)
        assert max(pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")) == day(30)


def test_events_of_the_future_do_not_move_the_clock(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, f"UPDATE log SET sold_at = TIMESTAMPTZ '2099-03-09 12:00:00+00', logged = TIMESTAMPTZ "
           f"'2099-03-09 12:00:00+00' WHERE id % 100 = 0 AND {inside(day(55))}")  # fmt: skip
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        with pytest.raises(NotEnded):
            pipeline.run(FAR)
        assert containing("day", ZONE, pipeline.clock.newest_event()) == day(55)
        with pytest.raises(ClockError, match=r"The newest row is from 2024-03-31\. Name the window"):
            pipeline.run(pipeline.clock.last())


def test_a_log_that_stops_for_five_days_is_five_outages_told(warehouse: str, tmp_path: Path) -> None:
    stopped = [*range(43, 48)]
    change(warehouse, f"DELETE FROM log WHERE sold_at >= TIMESTAMPTZ '{day(43).start:%Y-%m-%d %H:%M:%S}+00'")
    at = day(43).start
    with open_pipeline(a_monitor(warehouse, tmp_path), clock=lambda: at) as pipeline:
        pipeline.backfill(BEGIN, at)
        for number in stopped:
            at = day(number).end
            (made,) = [d for d in pipeline.run(day(number)) if d.stage == "inputs"]
            assert (made.verdict, made.rows) == (Verdict.ALERT, 0)
        told = [i for i in pipeline.pending() if i.action == "notify" and i.payload["stage"] == "inputs"]
        assert [i.window for i in told] == [day(43)], "one incident, told once"
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.last == day(47)]
        assert incident.windows == tuple(day(n) for n in stopped)


def test_five_weeks_behind_the_newest_row_somebody_has_to_say_that_the_clock_is_right(
    warehouse: str, tmp_path: Path
) -> None:
    """From the store's own knowledge or the table's; and an arrival counts as an event does."""
    last = windows()[-1]
    near, far = (containing("day", ZONE, last.start + d) for d in (DOUBT, DOUBT + timedelta(days=2)))
    for folder, seen in (("store", True), ("table", False)):
        with open_pipeline(a_monitor(warehouse, tmp_path / folder)) as pipeline:
            if seen:
                pipeline.backfill(BEGIN, END)
            else:
                pipeline.run(day(0))
            with pytest.raises(ClockError, match="--clock-is-right") as refused:
                pipeline.run(far)
            assert "The newest row is from 2024-03-31. Name the window: --window 2024-03-31. day/2024-05-" in str(
                refused.value
            )
            nothing_is_known(pipeline, far)
            with pytest.raises(ClockError):
                pipeline.backfill(BEGIN, far.end)
            assert pipeline.run(near), "not yet"
        with open_pipeline(a_monitor(warehouse, tmp_path / folder), clock_is_right=True) as pipeline:
            assert pipeline.run(far)
    change(warehouse, f"UPDATE log SET logged = TIMESTAMPTZ '{far.start:%Y-%m-%d %H:%M:%S}+00' WHERE id = 5")
    with open_pipeline(a_monitor(warehouse, tmp_path / "arrived")) as pipeline:
        assert pipeline.run(far), "rows still come in, so nobody doubts the clock"


def test_windows_of_the_past_need_no_word(clean: str, tmp_path: Path) -> None:
    """A table that stands still for years is read and judged where it has rows."""
    with open_pipeline(a_monitor(clean, tmp_path)) as pipeline:
        assert pipeline.run(day(DAYS - 1))
        assert between("day", ZONE, BEGIN, END) == [*pipeline.missing(END), day(DAYS - 1)]
