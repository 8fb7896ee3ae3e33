"""A level that changed for good is no alert on its second day, and it is not called like the past either."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, LATER, TODAY, a_monitor, change, day
from tidegauge.core.decision import Decision, Verdict
from tidegauge.reports.rendering import render

SINCE = f"sold_at >= TIMESTAMPTZ '{day(TODAY).start:%Y-%m-%d %H:%M:%S}+00'"
LABELS_SINCE = f"id IN (SELECT id FROM log WHERE {SINCE})"
CHANGES = {  # what changes for good, the stage, the column, and what is said of it
    "another vocabulary": (f"UPDATE log SET plan = 'tier ' || plan WHERE {SINCE}", "inputs", "plan"),
    "another unit": (f"UPDATE log SET amount = amount * 100 WHERE {SINCE}", "inputs", "amount"),
    "half of the rows": (f"DELETE FROM log WHERE id % 2 = 0 AND {SINCE}", "inputs", "__volume__"),
    "labels in another unit": (f"UPDATE labels SET y = 1 WHERE id % 10 < 7 AND {LABELS_SINCE}", "labels", "y"),
}
STILL = "is like the window before, and still unlike what was before 26 March; "


def decided(url: str, folder: Path, stage: str, statement: str) -> tuple[list[Decision], list[int]]:
    """A stage's decisions since the change; and how many alerts each incident has that began with it."""
    change(url, statement)
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        made = [d for d in pipeline.store.decisions.of("shop", stage) if d.window >= day(TODAY)]
        incidents = [i.alerts for i in pipeline.store.incidents.of("shop", stage) if i.first == day(TODAY)]
        fine = next(d for d in made if d.verdict is Verdict.FINE)
        report = pipeline.report(stage, fine.window)
        assert report is not None
        page = render(report)
        assert "still unlike what was before 26 March" in page
        before = [d for d in pipeline.store.decisions.of("shop", stage) if d.window < day(TODAY)]
        assert not [d.sentence for d in before if "still unlike" in d.sentence], "no day before has changed"
    return made, incidents


@pytest.mark.parametrize("name", CHANGES)
def test_a_fine_day_after_a_change_for_good_is_not_like_the_past(duck: str, tmp_path: Path, name: str) -> None:
    statement, stage, column = CHANGES[name]
    made, _ = decided(duck, tmp_path, stage, statement)
    assert made[0].verdict is Verdict.ALERT
    fine = [d for d in made if d.verdict is Verdict.FINE and d.rows]
    assert fine
    for d in fine:
        assert STILL in d.sentence, d.sentence
        assert d.findings[0].column == column
        assert d.findings[0].strength == 0.0
        assert "before 26 March lay between" in d.sentence or "before 26 March were all at" in d.sentence


def test_what_went_back_is_like_the_past(duck: str, tmp_path: Path) -> None:
    """One day in another unit: the next one is like any other."""
    change(
        duck,
        f"UPDATE log SET amount = amount * 100 WHERE {SINCE} AND sold_at < TIMESTAMPTZ "
        f"'{day(TODAY).end:%Y-%m-%d %H:%M:%S}+00'",
    )
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, LATER)
        made = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.window >= day(TODAY)]
    assert made[0].verdict is Verdict.ALERT
    assert not [d.sentence for d in made if "still unlike" in d.sentence]
