"""Shares in the words of causes are written as a person writes them."""

from pathlib import Path

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, TODAY, a_monitor, change, day, inside


def test_a_new_value_in_all_rows_is_in_100_percent_of_them(duck: str, tmp_path: Path) -> None:
    change(duck, f"UPDATE log SET plan = 'never before' WHERE {inside(day(TODAY))}")
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        (found,) = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.window == day(TODAY)]
    clauses = [c.clause for c in found.causes if c.name == "new-category"]
    assert clauses == ['"plan" has a value that was never seen before, in 100 % of the rows']
