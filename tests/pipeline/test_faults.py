"""What is planted is found, a season is no fault, and nothing that was decided changes by what comes later."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import (
    BEGIN,
    DAYS,
    DROP,
    NULLS,
    RECASED,
    TODAY,
    UNIT,
    a_monitor,
    change,
    day,
    inside,
    windows,
)
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import STAGES, VOLUME
from tidegauge.monitor import Monitor


@pytest.fixture(scope="module")
def decided(faulty: str, settled: tuple[Path, str]) -> dict[int, Decision]:
    """The final decision on every day's inputs of the faulty log."""
    with open_pipeline(a_monitor(faulty, settled[0].parent)) as pipeline:
        found = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
    return {n: found[day(n)] for n in range(DAYS)}


@pytest.mark.parametrize(
    ("number", "column", "statistic"),
    [
        pytest.param(UNIT, "amount", "far-outside", id="a unit"),
        pytest.param(NULLS, "wait", "missing", id="nulls"),
        pytest.param(RECASED, "plan", "new-categories", id="a category re-cased"),
        pytest.param(DROP, VOLUME, "volume", id="rows gone"),
    ],
)
def test_what_was_planted_is_found(decided: dict[int, Decision], number: int, column: str, statistic: str) -> None:
    decision = decided[number]
    assert decision.verdict is Verdict.ALERT
    assert decision.findings[0].column == column
    assert statistic in {score.statistic for score in decision.findings[0].scores}
    assert decision.sentence.startswith("Alert: ")


def test_a_season_is_no_fault(clean: str, tmp_path: Path) -> None:
    """Half of the rows, other amounts, other shops at weekends: eight weeks of them, a holiday, a clock change."""
    with open_pipeline(a_monitor(clean, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(DAYS - 1).end)
        found = [d for stage in STAGES for d in pipeline.store.decisions.of("shop", stage)]
    alerts = [d for d in found if d.verdict is Verdict.ALERT]
    assert {d.verdict for d in found} - {Verdict.ALERT} == {Verdict.LEARNING, Verdict.FINE}
    assert len(alerts) <= 1, "what the budget allows in the five weeks that are judged"
    assert all(d.strength < 1.1 for d in alerts), "and none of them for a season"


def test_a_weekday_on_a_sunday_is_one(tonight: Monitor, duck: str) -> None:
    """The same numbers that are fine on a Tuesday are strange on a Sunday, though nothing in them is new."""
    sunday = day(TODAY - 2)
    assert sunday.start.weekday() == 6
    tuesday = day(TODAY - 7)
    change(
        duck,
        f"DELETE FROM log WHERE {inside(sunday)}",
        "INSERT INTO log SELECT id + 1000000, sold_at + INTERVAL '5 days', logged + INTERVAL '5 days', "
        f"amount, wait, shop, plan, score FROM log WHERE {inside(tuesday)}",
    )
    with open_pipeline(tonight, url=duck) as pipeline:
        assert pipeline.explain(tuesday).verdict is Verdict.FINE
        pipeline.run(sunday)
        found = pipeline.explain(sunday)
    assert found.verdict is Verdict.ALERT
    assert found.findings[0].column == VOLUME or "amount" in {f.column for f in found.findings[:3]}


@pytest.mark.parametrize("until", [30, UNIT + 1, DROP + 1])
def test_what_comes_later_changes_nothing(faulty: str, settled: tuple[Path, str], tmp_path: Path, until: int) -> None:
    """A store that knows only the first days says the same of them, byte for byte, as one that knows all."""
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(until - 1).end)
        early = pipeline.store.dump().splitlines()
    late = set(settled[1].splitlines())
    assert [line for line in early if line not in late and '"table": "incidents"' not in line] == []
    assert sum('"table": "decisions"' in line for line in early) == until + until - 2, "two days wait for labels"


def test_a_replayed_window_gives_the_same_bytes(faulty: str, settled: tuple[Path, str]) -> None:
    with open_pipeline(a_monitor(faulty, settled[0].parent)) as pipeline:
        for stage in STAGES:
            decider = pipeline.decider(stage)
            assert decider is not None
            stored = {d.window: d for d in pipeline.store.decisions.of("shop", stage)}
            blobs = pipeline.store.decisions.score_blobs("shop", stage, windows())
            for number in (5, 30, UNIT, RECASED, DROP):
                window = day(number)
                again = decider.one(
                    window, decider.observer.observe(window), stored[window].evidence, decider.history(window)
                )
                assert again.decision == stored[window]
                assert again.blob == blobs[window]
