"""A column that is three times as wide and far away is told by where it lies: seen from its past it looks narrow."""

import shutil
from pathlib import Path

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict

AWAY = 45


def test_far_away_where_it_lies_is_told_before_how_wide_it_is(clean: str, tmp_path: Path) -> None:
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), tmp_path / 'shop.duckdb')}"
    far = "4 * (SELECT quantile_cont(amount, 0.99) FROM log)"
    change(url, f"UPDATE log SET amount = 3 * amount + {far} WHERE {inside(day(AWAY))}")
    with open_pipeline(a_monitor(url, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        decision = pipeline.explain(day(AWAY))
    scores = decision.findings[0].scores
    names = [s.statistic for s in scores]
    assert decision.verdict is Verdict.ALERT
    assert decision.findings[0].column == "amount"
    spread = scores[names.index("log-spread")]
    assert spread.z > spread.edge, "it looks narrow, and would alert"
    assert spread.value < spread.least
    assert names[0] == "location"
    assert "typical value" in decision.sentence
