"""Limits of performance and of segments: told of each window that breaks one, by the numbers that are shown."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, LATER, a_monitor, change, day, inside
from tidegauge.cli.monitor_state import state_of
from tidegauge.cli.show_status import status
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import MonitorError
from tidegauge.pipeline.performances import performances
from tidegauge.pipeline.pipeline import Pipeline

LIMITS = """limits:
- {performance: accuracy, value: "> 45 %"}
- {performance: accuracy, segment: shop=north, value: "> 0.45"}
- {performance: brier, value: "< 0.9"}
- {column: wait, segment: shop=south, missing: "< 60 %"}
- {segment: shop=west, rows: "> 2"}
- {performance: log-lost, value: "< 3"}
reference: {country"""
LIMITED = {"reference: {country": f"sample: 0\n{LIMITS}"}
YOUNG, NORTH, SOUTH, WEST = 2, 40, 42, 44
FLIP = "UPDATE labels SET y = 1 - y WHERE id IN (SELECT id FROM log WHERE {})"
CHANGES = (
    FLIP.format(inside(day(YOUNG))),
    FLIP.format(f"shop = 'north' AND {inside(day(NORTH))}"),
    f"UPDATE log SET wait = NULL WHERE shop = 'south' AND id % 4 > 0 AND {inside(day(SOUTH))}",
    f"DELETE FROM log WHERE shop = 'west' AND {inside(day(WEST))}",
)


def broken(pipeline: Pipeline, stage: str) -> dict[int, list[tuple[str, float, str]]]:
    """Day → the limits that a stage says do not hold, the number, and the sentence."""
    found: dict[int, list[tuple[str, float, str]]] = {}
    made = {d.window: d for d in pipeline.store.decisions.of("shop", stage)}
    for k in (k for k in range(56) if day(k) in made):
        decision = made[day(k)]
        scores = [s for f in decision.findings for s in f.scores if s.statistic.endswith("-limit")]
        if scores:
            assert decision.verdict is Verdict.ALERT
            found[k] = [(s.of, s.value, decision.sentence) for s in scores]
    return found


def test_each_is_told_with_its_number(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *CHANGES)
    with open_pipeline(a_monitor(warehouse, tmp_path, **LIMITED)) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        labels, inputs = broken(pipeline, "labels"), broken(pipeline, "inputs")
        assert set(labels) == {YOUNG, NORTH}, "no other window says a word of them"
        assert set(inputs) == {SOUTH, WEST}
        whole, *_ = labels[YOUNG]
        assert whole[0] == 'the limit "accuracy > 45 %"'
        assert whole[2].startswith('Alert: the limit "accuracy > 45 %" does not hold: it is ')
        ((of, value, _),) = labels[NORTH]
        assert of == 'the limit "accuracy > 0.45" in shop=north'
        (shown,) = performances(pipeline.deciding, day(NORTH).start, day(NORTH).end, ["shop=north"])
        assert value == next(f.value for f in shown.figures if f.statistic == "accuracy") < 0.45
        ((of, value, _),) = inputs[SOUTH]
        assert of == 'the limit "missing < 60 %" of "wait" in shop=south'
        here = f"SELECT count(*) AS n, count(wait) AS w FROM log WHERE shop = 'south' AND {inside(day(SOUTH))}"
        counts = pipeline.profiler.warehouse.fetch(here)
        assert value == pytest.approx(1 - int(counts["w"][0]) / int(counts["n"][0]), abs=1e-12)
        assert [of for of, *_ in inputs[WEST]] == ['the limit "rows > 2" in shop=west']
        assert pipeline.check(LATER) == [
            'limits: no number of performance is called "log-lost". Did you mean "log-loss"?'
        ]


def test_a_number_close_by_is_told_so_that_it_reads_as_beyond(clean: str, tmp_path: Path) -> None:
    with open_pipeline(a_monitor(clean, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(4).end)
        (one,) = performances(pipeline.deciding, day(2).start, day(2).end)
        right = next(f.value for f in one.figures if f.statistic == "accuracy")
    limit = f"{100 * right + 0.003:.3f}"
    (tmp_path / "near").mkdir()
    asked = {"reference: {country": f'limits: [{{performance: accuracy, value: "> {limit} %"}}]\nreference: {{country'}
    with open_pipeline(a_monitor(clean, tmp_path / "near", **asked)) as pipeline:
        pipeline.backfill(BEGIN, day(4).end)
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
        said = made[day(2)].sentence
    told = float(said.partition("it is ")[2].partition(" %")[0])
    assert told < float(limit)
    assert told == pytest.approx(100 * right, abs=0.003)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ('{performance: accuracy, missing: "< 5 %"}', "and value belong together"),
        ("{performance: accuracy}", "says nothing that must hold"),
        ('{value: "< 5"}', "and value belong together"),
        ('{column: wait, performance: auc, value: "> 0"}', "stands beside a column"),
        ('{column: wait, segment: shop=north, mean: "> 0"}', "is not for mean"),
        ('{column: wait, segment: plan=pro, missing: "< 5 %"}', "is no segment"),
    ],
)
def test_what_is_no_limit_is_refused(clean: str, tmp_path: Path, limit: str, said: str) -> None:
    with pytest.raises(MonitorError, match=said):
        a_monitor(clean, tmp_path, **{"reference: {country": f"limits: [{limit}]\nreference: {{country"})


def test_a_segment_that_no_row_has_is_told_as_soon_as_segments_are_known(duck: str, tmp_path: Path) -> None:
    wrong = LIMITED["reference: {country"].replace("shop=south", "shop=soth").replace("log-lost", "log-loss")
    with open_pipeline(a_monitor(duck, tmp_path, **{"reference: {country": wrong})) as pipeline:
        assert pipeline.check(END) == []
        pipeline.backfill(BEGIN, day(3).end)
        told = 'The limit "missing < 60 %" of "wait" in shop=soth is never judged: no segment is called so. '
        assert pipeline.check(END) == [f'{told}Did you mean "shop=south"?']
        state = state_of(pipeline)
        assert state["never_judged"] == [f'{told}Did you mean "shop=south"?']
        assert told in "\n".join(str(line) for line in status(state, "UTC", tmp_path / "shop.yml"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("recall-of-cat", 'limits: no number of performance is called "recall-of-cat". Did you mean "recall"?'),
        ("mae", 'limits: no number of performance is called "mae". '),
        ("mean-absolute-error", ""),
        ("accuracy", ""),
    ],
)
def test_before_any_label_the_prediction_says_what_there_may_be(
    duck: str, tmp_path: Path, number: str, said: str
) -> None:
    limit = f'limits: [{{performance: {number}, value: "> 1"}}]\nreference: {{country'
    with open_pipeline(a_monitor(duck, tmp_path, **{"reference: {country": limit})) as pipeline:
        told = pipeline.check(END)
    assert [s[: len(said)] for s in told] == ([said] if said else [])
