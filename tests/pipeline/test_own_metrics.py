"""Metrics of a monitor's own: exact on every engine, judged one way, told with their words; errors name them."""

import re
from contextlib import nullcontext
from dataclasses import replace
from fractions import Fraction
from math import floor, isnan
from pathlib import Path

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, LATER, a_log, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import REMEDY, ContractError, MonitorError
from tidegauge.core.own_metric import OwnMetric
from tidegauge.core.window import WHOLE
from tidegauge.pipeline.checking import problems
from tidegauge.pipeline.performances import performances
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.own_types import own_types
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.late_labels import log_of
from tidegauge.warehouses.base import Rows

METRICS = """metrics:
- {name: takings, sql: "CASE WHEN label = 1 THEN -amount ELSE amount * 0.1 END", unit: $, better: lower}
- {name: dear, sql: "amount > 20 AND shop <> '50 %'", unit: share}
- {name: cost, value: "-40 * missed - (5 * false_alarms) / 2", better: higher}
reference: {country"""
OWN = {"reference: {country": METRICS}
CHEAPER = {"reference: {country": METRICS.replace("amount * 0.1", "amount * 0.2").replace("-40", "-41")}
ODD, TRIPLED, UP = 20, 44, 48
CHANGES = (
    f"UPDATE log SET amount = 1e300 WHERE id % 50 = 0 AND {inside(day(ODD))}",
    f"UPDATE log SET amount = 'NaN' WHERE id % 50 = 1 AND {inside(day(ODD))}",
    f"UPDATE log SET amount = 1e-300 WHERE id % 50 = 2 AND {inside(day(ODD))}",
    f"UPDATE log SET amount = -7e15 WHERE id % 50 = 3 AND {inside(day(ODD))}",
    f"UPDATE log SET amount = NULL WHERE id % 50 = 4 AND {inside(day(ODD))}",
    f"UPDATE log SET amount = amount * -30 WHERE amount <= 20 AND {inside(day(TRIPLED))}",
    f"UPDATE log SET amount = amount * 30 WHERE {inside(day(UP))}",
)


def asked(pipeline: Pipeline, sql: str) -> Rows:
    """What a statement that was shown answers: it is there to be pasted, and a client has a spelling of its own."""
    warehouse = pipeline.profiler.warehouse
    return warehouse.fetch(warehouse.dialect.written(sql))


def amounts(k: int) -> tuple[list[float | None], list[int], list[float]]:
    """The amounts, labels and scores of a day as the changes leave them."""
    log, labels = a_log()
    start, end = (np.datetime64(t.replace(tzinfo=None), "us") for t in (day(k).start, day(k).end))
    here = (log["sold_at"] >= start) & (log["sold_at"] < end)
    amount = log["amount"].astype(object)
    if k == ODD:
        for rest, value in enumerate((1e300, np.nan, 1e-300, -7e15, None)):
            amount[here & (log["id"] % 50 == rest)] = value
    return amount[here].tolist(), labels["y"][here].tolist(), log["score"][here].tolist()


def exact(values: list[float]) -> tuple[int, int, int]:
    """Rows, sum and sum of squares in units of 2⁻⁶⁰, by exact arithmetic."""
    kept = [0.0 if abs(v) < 2.0**-60 else v for v in values if abs(v) < 2.0**60]
    signs = [-1 if v < 0 else 1 for v in kept]
    total = sum(s * floor(Fraction(abs(v)) * 2**60) for s, v in zip(signs, kept, strict=True))
    return len(kept), total, sum(floor(Fraction(v * v) * 2**60) for v in kept)


def stored(pipeline: Pipeline, k: int, key: str) -> tuple[int, ...]:
    """The sums of a metric as the store has them."""
    found = pipeline.store.profiles.of(pipeline.monitor.source_key, "labels", [day(k)], segment=WHOLE)
    (cells,) = [LabelCells.from_row(p.blob) for p in found if p.kind == "labels"]
    return tuple(cells.sums.get(f"{key} {name}", 0) for name in ("rows", "sum", "squares"))


def test_metrics_are_exact_and_judged_one_way(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *CHANGES)
    with open_pipeline(a_monitor(warehouse, tmp_path, **OWN)) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        keys = [m.counted((0.5,)).key for m in pipeline.monitor.metrics]
        for k in (ODD, 30):
            amount, y, given = amounts(k)
            both = [(a, one) for a, one in zip(amount, y, strict=True) if a is not None]
            takings = [-a if one else a * 0.1 for a, one in both]
            assert stored(pipeline, k, keys[0]) == exact(takings)
            dear = sum(a > 20 or isnan(a) for a, _ in both)  # NaN is the greatest number
            assert stored(pipeline, k, keys[1]) == (len(both), dear * 2**60, 0)
            figures = {f.statistic: f for f in performances(pipeline.deciding, day(k).start, day(k).end)[-1].figures}
            missed = sum(one and s < 0.5 for one, s in zip(y, given, strict=True))
            false = sum(not one and s >= 0.5 for one, s in zip(y, given, strict=True))
            assert figures["mean-of-cost"].value == pytest.approx((-40 * missed - 2.5 * false) / len(y), rel=1e-12)
            many, total, _ = exact(takings)
            assert figures["mean-of-takings"].value == pytest.approx(total / 2**60 / many, rel=1e-12)
            assert (figures["mean-of-takings"].title, figures["mean-of-takings"].better) == ("takings ($)", "lower")
        made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
        assert not [s for f in made[day(UP)].findings for s in f.scores if s.statistic == "mean-of-takings"]
        (finding, *_) = made[day(TRIPLED)].findings
        assert made[day(TRIPLED)].verdict is Verdict.ALERT
        score = next(s for s in finding.scores if s.statistic == "mean-of-takings")
        assert "takings ($)" in made[day(TRIPLED)].sentence
        again = asked(pipeline, finding.sql)
        assert float(again["mean-of-takings"][0]) == pytest.approx(score.value, rel=1e-9)
        assert int(again["n"][0]) == score.n
        decider = pipeline.deciding.decider("labels")
        (here,) = performances(pipeline.deciding, day(30).start, day(30).end)
        for name in ("mean-of-takings", "share-of-dear", "mean-of-cost"):  # a statement gives each of them again
            one = replace(finding, scores=(replace(score, statistic=name, segment=WHOLE),), segment=WHOLE)
            found = asked(pipeline, decider.observer.spelled(one, day(30)) if decider else "")
            figure = here.figure(name)
            assert figure is not None
            assert float(found[name][0]) == pytest.approx(figure.value, rel=1e-9)


def test_a_metric_that_came_later_ends_in_the_same_tables(duck: str, tmp_path: Path) -> None:
    """Added to decided windows, and changed."""
    dumps = []
    for name, steps in {"once": [OWN], "later": [{}, CHEAPER, OWN]}.items():
        (tmp_path / name).mkdir()
        for changes in steps:
            with open_pipeline(a_monitor(duck, tmp_path / name, **changes)) as pipeline:
                pipeline.backfill(BEGIN, day(9).end)
                last = unplaced(pipeline.store.dump(outbox=True))
        dumps.append(last)
    assert dumps[0] == dumps[1]


def unplaced(dump: str) -> list[str]:
    """All but the series: those that a monitor had first keep their places, and new ones come behind (0045)."""
    return [line for line in dump.splitlines() if '"table": "points"' not in line and '"table": "series"' not in line]


def test_an_error_names_metric_and_expression(duck: str, tmp_path: Path) -> None:
    wrong = {"reference: {country": METRICS.replace("THEN -amount", "THEN -amuont")}
    with open_pipeline(a_monitor(duck, tmp_path, **wrong)) as pipeline:
        (said,) = [p for p in pipeline.check(END) if "amuont" in p]
        assert said.startswith('the metric "takings" (CASE WHEN label = 1 THEN -amuont ELSE amount * 0.1 END)')
        assert said.endswith('Did you mean "amount"?')


def test_a_value_that_cannot_be_worked_out_names_its_metric(duck: str, tmp_path: Path) -> None:
    wrong = {"reference: {country": METRICS.replace("amount > 20", "CAST(shop AS INTEGER) > 20")}
    with open_pipeline(a_monitor(duck, tmp_path, **wrong)) as pipeline:
        pipeline.backfill(BEGIN, day(3).end)
        made = list(pipeline.store.decisions.of("shop", "labels"))
        assert made
        for decision in made:
            assert 'the metric "dear" (CAST(shop AS INTEGER) > 20 AND' in decision.sentence
            assert "cannot be worked out for every row. Say what it is there" in decision.sentence
            assert "metric_column" not in decision.sentence
            assert decision.sentence.endswith("; its labels were not judged.)")
            assert [f.column for f in decision.findings] == ["dear"], "and no column of labels"
        (incident,) = pipeline.store.incidents.of("shop", "labels")
        assert incident.columns == ("dear",)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ('"plan.refusal"', """It holds the texts 'yes' and 'no': write "plan.refusal" = 'yes'."""),
        ('"plan.urls"', """'32-63', '64+': write "plan.urls" <> '0'."""),
        ("shop", "and must be a number or a condition."),
    ],
)
def test_what_a_text_of_a_descriptor_is_compared_with_is_said(duck: str, tmp_path: Path, sql: str, said: str) -> None:
    seen = {"  segments: [shop]": "  text: [{column: plan, descriptors: [refusal, urls]}]"}
    seen["reference: {country"] = f"metrics: [{{name: much, sql: '{sql}'}}]\nreference: {{country"
    with open_pipeline(a_monitor(duck, tmp_path, **seen)) as pipeline:
        (problem,) = pipeline.check()
    assert problem.endswith(said)


@pytest.mark.parametrize("many", ["sum(amount)", "row_number() OVER ()", "rank()", "count(*)"])
def test_what_is_over_many_rows_is_refused_by_check(warehouse: str, tmp_path: Path, many: str) -> None:
    monitor = a_monitor(warehouse, tmp_path, **OWN)
    with open_pipeline(monitor) as pipeline:
        source = pipeline.profiler
        what = source.counting()
        assert what.labels is not None
        for sql, holds in ((many, False), ("amount", True)):
            unit = replace(what.labels.unit, metrics=(OwnMetric("much", sql),))
            log = replace(log_of(what), labels=replace(what.labels, unit=unit))
            with nullcontext() if holds else pytest.raises(ContractError, match='the metric "much"'):
                own_types(source.warehouse, log)


def test_one_bad_row_breaks_its_window_alone(warehouse: str, tmp_path: Path) -> None:
    """A backfill at once, and night by night: the same tables."""
    change(warehouse, f"UPDATE log SET plan = 'x1' WHERE id = (SELECT min(id) FROM log WHERE {inside(day(4))})")
    cast = "CAST(CASE WHEN plan = 'x1' THEN plan ELSE '1' END AS INTEGER)"
    bad = {"reference: {country": METRICS.replace("amount > 20", f"{cast} > 0 AND amount > 20")}
    dumps = []
    for name, ends in {"once": [9], "nightly": range(10)}.items():
        (tmp_path / name).mkdir()
        with open_pipeline(a_monitor(warehouse, tmp_path / name, **bad)) as pipeline:
            for k in ends:
                pipeline.backfill(BEGIN, day(k).end)
            made = {d.window: d for d in pipeline.store.decisions.of("shop", "labels")}
            assert [w for w, d in made.items() if d.verdict is Verdict.BROKEN] == [day(4)]
            assert 'the metric "dear"' in made[day(4)].sentence
            dumps.append(pipeline.store.dump(outbox=True))
    assert dumps[0] == dumps[1]


def test_check_tries_each_on_rows(warehouse: str, tmp_path: Path) -> None:
    for sql, said in (("CAST(plan AS INTEGER) > 0", 1), ("amount > 20", 0)):
        monitor = a_monitor(warehouse, tmp_path, **{"reference: {country": METRICS.replace("amount > 20", sql)})
        with open_pipeline(monitor) as pipeline:
            found = [p for p in problems(pipeline.profiler, None) if "for every row" in p]
        assert len(found) == said
        assert all(p.startswith('the metric "dear" (') and p.endswith(REMEDY) for p in found)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ('{name: a, sql: "1); DROP TABLE log"}', "holds a semicolon"),
        ('{name: a, sql: "(SELECT 1)"}', "holds a subquery (SELECT)"),
        ('{name: a, sql: "(TABLE log)"}', "holds a subquery (TABLE)"),
        ("{name: a, sql: '\"random\" ()'}", "holds random, which says something else each time"),
        ('{name: a, sql: "random()"}', "holds random, which says something else each time"),
        ('{name: a, sql: "amount, 1"}', "holds a comma"),
        ('{name: a, sql: "$$x$$"}', "holds a $"),
        ('{name: a, value: "missed * hits"}', "must be numbers times hits"),
        ('{name: a, value: "1e400 * missed"}', "must be of finite numbers"),
        pytest.param(f'{{name: a, value: "{"-" * 200_000}missed"}}', "must be numbers times hits", id="minus signs"),
        ('{name: a, value: "cost"}', 'names "cost"'),
        ('{name: a, value: "missed", threshold: 0.3}', "is none of labels.thresholds"),
        ('{name: a, sql: "1", value: "missed"}', "needs either sql"),
        ('{name: A b, sql: "1"}', "must be 1 to 40 small letters"),
        ('{name: a, sql: "1"}, {name: a, sql: "2"}', "more than once"),
    ],
)
def test_what_is_no_metric_is_refused(duck: str, tmp_path: Path, metric: str, said: str) -> None:
    with pytest.raises(MonitorError, match=re.escape(said)):
        a_monitor(duck, tmp_path, **{"reference: {country": f"metrics: [{metric}]\nreference: {{country"})


@pytest.mark.parametrize(
    ("metrics", "quantiles", "said"),
    [
        ("[{name: covered, sql: '1', unit: share}]", "{0.1: low, 0.9: high}", 'has "covered", which labels.quantiles'),
        ("[{name: pinball-0_1, sql: '1', unit: $}]", "{0.1: low}", 'has "pinball-0-1", which labels.quantiles'),
        ("[]", "{0.1: low, 0.1000000001: high}", 'makes "up-to-0-1" more than once'),
    ],
)
def test_no_two_numbers_have_one_name(duck: str, tmp_path: Path, metrics: str, quantiles: str, said: str) -> None:
    asked = {"delay: 1 day": f"delay: 1 day, quantiles: {quantiles}"}
    with pytest.raises(MonitorError, match=said):
        a_monitor(duck, tmp_path, **{"reference: {country": f"metrics: {metrics}\nreference: {{country"}, **asked)
