"""A monitor whose rows are ranked by query: its numbers are shown, and an order turned upside down alerts."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.test_own_metrics import unplaced
from tests.pipeline.world import BEGIN, END, LATER, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.core.window import WHOLE
from tidegauge.pipeline.performances import newest, performances
from tidegauge.reports.rendering import render

TURNED = 44
RANKED = {"delay: 1 day": "delay: 1 day, query: search, top: 4"}
CHANGES = (
    "ALTER TABLE log ADD COLUMN search BIGINT",
    "UPDATE log SET search = (id - id % 6) / 6",
    "UPDATE labels SET y = CASE WHEN id % 11 = 0 THEN 3 ELSE y END",
    "UPDATE labels SET y = 2 WHERE id IN (SELECT id FROM log WHERE score > 0.55)",
    f"UPDATE log SET score = 1 - score WHERE {inside(day(TURNED))}",
)


def test_an_order_upside_down_is_told(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *CHANGES)
    monitor = a_monitor(warehouse, tmp_path, **RANKED)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
        alerts = [k for k in range(56) if day(k) in made and made[day(k)].verdict is Verdict.ALERT]
        assert alerts == [TURNED]
        assert "NDCG is 0." in made[day(TURNED)].sentence
        finding, decider = made[day(TURNED)].findings[0], pipeline.deciding.decider("labels")
        assert decider is not None
        (here,) = performances(pipeline.deciding, day(TURNED).start, day(TURNED).end)
        for figure in here.figures:  # a statement gives each of them again
            score = replace(finding.scores[0], statistic=figure.statistic, segment=WHOLE)
            sql = decider.observer.spelled(replace(finding, scores=(score,), segment=WHOLE), day(TURNED))
            again = pipeline.profiler.warehouse.fetch(sql)
            assert float(again[figure.statistic][0]) == pytest.approx(figure.value, abs=1e-6)
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
        pipeline.backfill(BEGIN, day(9).end)
    with open_pipeline(a_monitor(duck, tmp_path, **RANKED)) as pipeline:
        before = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        pipeline.backfill(BEGIN, day(9).end)
        assert pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs") == before
        later = unplaced(pipeline.store.dump())
    (tmp_path / "other").mkdir()
    with open_pipeline(a_monitor(duck, tmp_path / "other", **RANKED)) as pipeline:
        pipeline.backfill(BEGIN, day(9).end)
        at_once = unplaced(pipeline.store.dump())
    assert later == at_once, "the same tables, whenever it was named"


def test_a_query_that_is_not_there_is_told(duck: str, tmp_path: Path) -> None:
    with open_pipeline(a_monitor(duck, tmp_path, **RANKED)) as pipeline:
        (said,) = pipeline.check(LATER)
        assert said.startswith('column "search", the query, is not in the table. Known: amount, ')


def test_queries_without_a_relevant_row_are_no_want_of_history(duck: str, tmp_path: Path) -> None:
    none = f"UPDATE labels SET y = 0 WHERE id IN (SELECT id FROM log WHERE {inside(day(40))})"
    change(duck, *CHANGES[:4], none)
    with open_pipeline(a_monitor(duck, tmp_path, **RANKED)) as pipeline:
        pipeline.backfill(BEGIN, day(40).end)
        pipeline.run_due(day(43).end, live=False)
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
        here, before = made[day(40)], made[day(39)]
        assert before.verdict is Verdict.FINE
        assert here.verdict is Verdict.LEARNING
        assert here.sentence.startswith("Not judged: Saturday 16 March 2024 has ")
        assert re.search(r"\. None of its \d+ queries has a relevant row, and without one no order ", here.sentence)
        assert not [note for note in here.notes if "relevant" in note or note.startswith("Learning")], "said once"
        (shown,) = performances(pipeline.deciding, day(40).start, day(40).end)
        assert re.search(r"(\d+) of \1 queries have no relevant row", shown.note)
        report = pipeline.report("labels", day(40))
        assert report is not None
        assert "too little history" not in render(report)
        assert "still learning what is normal" not in render(report)
