"""A monitor whose rows are ranked by query: its numbers are shown, and an order turned upside down alerts."""

from pathlib import Path

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, LATER, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.pipeline.performances import newest
from tidegauge.reports.rendering import render

TURNED = 44
RANKED = {"delay: 1 day": "delay: 1 day, query: search, top: 4"}
CHANGES = (
    "ALTER TABLE log ADD COLUMN search BIGINT",
    "UPDATE log SET search = id // 6",
    "UPDATE labels SET y = CASE WHEN id % 11 = 0 THEN 3 ELSE y END",
    "UPDATE labels SET y = 2 WHERE id IN (SELECT id FROM log WHERE score > 0.55)",
    f"UPDATE log SET score = 1 - score WHERE {inside(day(TURNED))}",
)


def test_an_order_upside_down_is_told(duck: str, tmp_path: Path) -> None:
    change(duck, *CHANGES)
    monitor = a_monitor(duck, tmp_path, **RANKED)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
        alerts = [k for k in range(56) if day(k) in made and made[day(k)].verdict is Verdict.ALERT]
        assert alerts == [TURNED]
        assert "NDCG is 0." in made[day(TURNED)].sentence
        assert "-- It is counted query by query" in made[day(TURNED)].findings[0].sql
        last = newest(pipeline.deciding)
        assert last is not None
        assert [f.statistic for f in last.figures] == [
            "ndcg",
            "mean-average-precision",
            "mean-reciprocal-rank",
            "hit-rate",
        ]
        assert [f.judged for f in last.figures] == [True, False, False, False]
        assert all(f.interval_low < f.value <= f.interval_high for f in last.figures[:2])
        report = pipeline.report("labels", day(TURNED))
        assert report is not None
        assert "Order of relevant rows (NDCG)" in render(report)
        assert pipeline.check(LATER) == []


def test_naming_a_query_later_counts_labels_again_and_profiles_nothing(duck: str, tmp_path: Path) -> None:
    change(duck, *CHANGES[:3])
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
    with open_pipeline(a_monitor(duck, tmp_path, **RANKED)) as pipeline:
        before = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        pipeline.backfill(BEGIN, day(20).end)
        assert pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs") == before
        later = pipeline.store.dump(outbox=False)
    (tmp_path / "other").mkdir()
    with open_pipeline(a_monitor(duck, tmp_path / "other", **RANKED)) as pipeline:
        pipeline.backfill(BEGIN, day(20).end)
        at_once = pipeline.store.dump(outbox=False)
    assert later.count("ndcg") == at_once.count("ndcg")


def test_a_query_that_is_not_there_is_told(duck: str, tmp_path: Path) -> None:
    with open_pipeline(a_monitor(duck, tmp_path, **RANKED)) as pipeline:
        (said,) = pipeline.check(LATER)
        assert said.startswith('column "search", the query, is not in the table. Known: amount, ')
