"""A window that was decided untold, by a backfill or a replay, is told of by its own run, while it is news."""

from datetime import timedelta
from pathlib import Path

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, UNIT, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.core.intent import SHOWN
from tidegauge.pipeline.pipeline import Pipeline

BROKEN = f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}"


def asked(warehouse: str, folder: Path, *, later: timedelta, first: str) -> list[str]:
    """The actions that the run of a broken day asks for, where something else had decided it first."""
    change(warehouse, BROKEN)
    at = day(UNIT).end + timedelta(hours=3)
    with open_pipeline(a_monitor(warehouse, folder), clock=lambda: at + later) as pipeline:
        pipeline.backfill(BEGIN, day(UNIT).end if first == "backfill" else day(UNIT).start)
        if first == "replay":
            pipeline.run(day(UNIT), live=False)
        assert not pipeline.store.outbox.carried("shop"), "nobody was told"
        pipeline.run(day(UNIT))
        told = [
            c.intent
            for c in pipeline.store.outbox.carried("shop", [day(UNIT)])
            if c.intent.payload["stage"] == "inputs"
        ]
        pipeline.run(day(UNIT))
        assert len(pipeline.store.outbox.carried("shop", [day(UNIT)])) == len(told), "and once"
    return [i.action for i in told]


def test_a_backfill_of_last_night_takes_nobody_s_page(warehouse: str, tmp_path: Path) -> None:
    assert {"deliver", "notify"} <= set(asked(warehouse, tmp_path, later=timedelta(0), first="backfill"))


def test_nor_does_a_run_that_was_no_live_one(warehouse: str, tmp_path: Path) -> None:
    assert {"deliver", "notify"} <= set(asked(warehouse, tmp_path, later=timedelta(0), first="replay"))


def test_of_what_is_old_nobody_is_told(warehouse: str, tmp_path: Path) -> None:
    assert asked(warehouse, tmp_path, later=timedelta(days=9), first="backfill") == []


def test_nor_does_a_backfill_of_a_night_whose_rows_were_mended_since(warehouse: str, tmp_path: Path) -> None:
    """The run decides anew, and it is still the first that may tell."""
    at = day(UNIT).end + timedelta(hours=3)
    change(warehouse, BROKEN)
    with open_pipeline(a_monitor(warehouse, tmp_path), clock=lambda: at) as pipeline:
        pipeline.backfill(BEGIN, day(UNIT).end)
        change(warehouse, f"DELETE FROM log WHERE {inside(day(UNIT))} AND id % 10 = 0")
        assert [d.window for d in pipeline.run(day(UNIT)) if d.stage == "inputs"] == [day(UNIT)]
        told = [c.intent.action for c in pipeline.store.outbox.carried("shop", [day(UNIT)])]
    assert sorted(told) == sorted({*told}), "each once"
    assert {"deliver", "notify"} <= set(told)


def late_rows(warehouse: str, folder: Path, *, live: bool, by: str = "run") -> list[tuple[str, int]]:
    """Actions asked for, and of which day, where a day that was fine gets other rows late, and a fault with them."""
    at = day(UNIT + 2).end + timedelta(hours=3)
    with open_pipeline(a_monitor(warehouse, folder), clock=lambda: at) as pipeline:
        pipeline.backfill(BEGIN, day(UNIT).start)
        (made,) = [d for d in pipeline.run(day(UNIT)) if (d.window, d.stage) == (day(UNIT), "inputs")]
        assert made.verdict is Verdict.FINE
        assert acted(pipeline) == []
        change(warehouse, f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))} AND id % 3 > 0")
        if by == "backfill":
            pipeline.backfill(day(UNIT).start, day(UNIT).end, again=True)
        pipeline.run(day(UNIT + 1), live=live)
        said = acted(pipeline)
        pipeline.run(day(UNIT + 1), live=live)
        pipeline.run(day(UNIT + 2), live=live)
        assert acted(pipeline) == said, "once"
        assert pipeline.explain(day(UNIT)).verdict is Verdict.ALERT
    return said


def acted(pipeline: Pipeline) -> list[tuple[str, int]]:
    """What people and schedulers are asked to do, and of which day."""
    found = [c.intent for c in pipeline.store.outbox.carried("shop") if c.intent.action not in SHOWN]
    numbers = {day(n): n for n in range(UNIT + 3)}
    return sorted((i.action, numbers[i.window]) for i in found if i.payload["stage"] == "inputs")


def test_a_day_that_became_worse_by_late_rows_is_told_of_once(warehouse: str, tmp_path: Path) -> None:
    """Inside the live look-back; the rows that came are the fault, and the day had passed as fine."""
    assert ("notify", UNIT) in late_rows(warehouse, tmp_path, live=True)


def test_no_replay_tells_of_it(warehouse: str, tmp_path: Path) -> None:
    assert late_rows(warehouse, tmp_path, live=False) == []


def test_nor_does_a_backfill(warehouse: str, tmp_path: Path) -> None:
    assert all(number != UNIT for _, number in late_rows(warehouse, tmp_path, live=True, by="backfill"))
