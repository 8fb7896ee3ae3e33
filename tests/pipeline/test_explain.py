"""Every number that a decision shows can be had again by the statement that goes with it, on the user's own engine."""

import math
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, DROP, LATER, NULLS, RECASED, TODAY, UNIT, a_monitor, change, day, faults, inside
from tidegauge.core.decision import Finding, Score, Verdict
from tidegauge.core.window import WHOLE, Window
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.stages.findings import score_of
from tidegauge.stages.input_observer import InputObserver
from tidegauge.stages.label_measure import LabelMeasure
from tidegauge.stages.measures import InputMeasure
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled

NEARLY = {"location", "log-spread"}  # from sums in whole units; their head says so
SHOWN = {"broken-groups", "broken-rows", "pair-information"}  # by the rows that they are about


def number(pipeline: Pipeline, sql: str, statistic: str) -> float:
    """What a statement gives for a statistic."""
    found = pipeline.profiler.warehouse.fetch(sql)
    name = statistic if statistic in found else statistic.replace("-", "_")
    (value,) = found[name]
    return math.nan if value is None else float(value)


def agrees(pipeline: Pipeline, score: Score, window: Window, sql: str = "") -> None:
    """The statement of a score gives its value, or shows what it is about."""
    if not sql:
        decider = pipeline.decider("inputs")
        assert decider is not None
        assert isinstance(decider.observer, InputObserver)
        sql = decider.observer.spell(Finding(score.column, score.segment, 1.0, (score,)), window)
    head, *_ = sql.splitlines()
    assert head.startswith(f"-- {score.statistic} of ")
    if score.statistic.startswith("residual-"):
        assert all(line.startswith("--") for line in sql.splitlines()), "a comment: SQL has no such number"
        return
    if score.statistic in SHOWN:
        found = pipeline.profiler.warehouse.fetch(sql)
        assert len(found) >= 3
        assert score.statistic not in found, "no number that is not the score's"
        return
    again = number(pipeline, sql, score.statistic)
    if score.statistic in NEARLY:
        assert "-- nearly: " in sql
        assert again == pytest.approx(score.value, rel=1e-5), sql
    else:
        assert "nearly" not in sql
        assert again == pytest.approx(score.value, abs=1e-9, nan_ok=True), sql


def test_every_signal_is_had_again(warehouse: str, faulty: str, settled: tuple[Path, str]) -> None:
    """All levels, whole and by segment, and all distances, on days with a fault and one without."""
    change(warehouse, *faults())
    with open_pipeline(a_monitor(faulty, settled[0].parent), url=warehouse) as pipeline:
        decider = pipeline.decider("inputs")
        assert decider is not None
        assert isinstance(decider.measure, InputMeasure)
        told = set()
        for window in (day(n) for n in (UNIT, NULLS, RECASED, DROP, 30)):
            look = decider.observer.observe(window)
            judgement = decider.one(window, look, "again", decider.history(window)).judgement
            for k, signal in enumerate(decider.measure.signal_set.signals):
                if signal.tied and window not in (day(UNIT), day(30)):
                    continue  # two days are enough for the many relations
                agrees(pipeline, score_of(judgement, decider.measure, k), window)
                told.add((signal.statistic, signal.segment == WHOLE))
    assert len(told) > 15


def test_the_statements_of_decisions_are_those(warehouse: str, tmp_path: Path) -> None:
    """What is stored with an alert runs as it is."""
    change(warehouse, *faults())
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(DROP).end)
        alerts = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.verdict is Verdict.ALERT]
        assert len(alerts) >= 4
        for decision in alerts:
            for finding in decision.findings:
                agrees(pipeline, finding.scores[0], decision.window, finding.sql)


def test_a_change_of_unit_is_told_as_large_as_it_is(warehouse: str, tmp_path: Path) -> None:
    """No value counts as further out than 50 spreads in a judgement; what is told of the column is no less true.

    Nor do rows lie "in one narrow range" that fall into one wide cell beyond everything seen before.
    """
    window, before = day(TODAY), day(TODAY - 7)
    change(warehouse, f"UPDATE log SET amount = amount * 1000 WHERE {inside(window)} AND id % 10 > 0")
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, window.end)
        decider = pipeline.decider("inputs")
        assert decider is not None
        told = {}
        for of in (window, before):
            judgement = decider.one(of, decider.observer.observe(of), "again", decider.history(of)).judgement
            signals = decider.measure.signal_set.signals
            k = next(k for k, t in enumerate(signals) if (t.column, t.statistic) == ("amount", "location"))
            told[of] = score_of(judgement, decider.measure, k)
            agrees(pipeline, told[of], of)
        finding = pipeline.explain(window).findings[0]
        page = pipeline.report("inputs", window, work=False)
    assert told[window].value > 300 * told[before].value
    assert finding.column == "amount"
    assert finding.scores[0].statistic in {"location", "far-outside"}
    assert not [s for s in finding.scores if s.statistic == "mode-share" and s.value > s.expected]
    assert page is not None


AT = {"delay: 1 day": "delay: 1 day, thresholds: [0.3, 0.5]"}
NUMBERS = (
    "ALTER TABLE labels ALTER COLUMN y TYPE {double}",
    "UPDATE labels SET y = 1e7 * (20 + 3 * y + mod(id * 17, 23))",
)


def shown(labelled: Labelled, unit: LabelUnit) -> dict[str, float]:
    """Numbers of labels that are shown and judged by nobody, as a person reads them; those that there are."""
    found = {x.name: x.read(x.level(labelled), unit.layout) for x in of_task(unit) if not x.judged}
    return {name: value for name, value in found.items() if not math.isnan(value)}


@pytest.mark.parametrize("numbers", [False, True], ids=["0 and 1", "numbers"])
def test_every_number_of_labels_is_had_again(warehouse: str, tmp_path: Path, numbers: bool) -> None:
    """Whole and by segment: joined again, the latest label in time, once a row."""
    odd = day(30)
    double = "DOUBLE" if warehouse.startswith("duckdb") else "DOUBLE PRECISION"
    change(
        warehouse,
        *((NUMBERS[0].format(double=double), NUMBERS[1]) if numbers else ()),
        "INSERT INTO labels SELECT id, 1 - y, known_at + INTERVAL '1 hour' FROM labels WHERE id % 7 = 0",
        "INSERT INTO labels SELECT id, 1 - y, known_at + INTERVAL '9 days' FROM labels WHERE id % 5 = 0",
        f"INSERT INTO log SELECT * FROM log WHERE id % 11 = 0 AND {inside(odd)}",
        "DELETE FROM labels WHERE id % 13 = 0",
        f"UPDATE log SET score = NULL WHERE id % 17 = 0 AND {inside(odd)}",
        f"UPDATE log SET shop = 'west' WHERE id % 3 = 0 AND {inside(odd)}",
    )
    with open_pipeline(a_monitor(warehouse, tmp_path, **AT)) as pipeline:
        pipeline.backfill(day(0).start, LATER)
        decider = pipeline.decider("labels")
        assert decider is not None
        told = set()
        measure = decider.observer.measure
        assert isinstance(measure, LabelMeasure)
        layout, unit = measure.layout, measure.unit
        for window in (odd, day(40)):
            look = decider.observer.observe(window)
            judgement = decider.one(window, look, "again", decider.history(window)).judgement
            for k, signal in enumerate(decider.measure.signal_set.signals):
                score = score_of(judgement, decider.measure, k)
                sql = decider.observer.spelled(Finding(score.column, score.segment, 1.0, (score,)), window)
                assert sql.startswith(f"-- {score.statistic} of ")
                if score.statistic == "label-agreement":
                    assert "no single statement" in sql
                elif not math.isnan(score.value):
                    assert number(pipeline, sql, score.statistic) == pytest.approx(score.value, rel=1e-5, abs=2e-5), sql
                    told.add((signal.statistic, signal.segment == WHOLE))
            (found,), _ = measure.found(pipeline.profiler.profiles, window)
            whole = Labelled.of(found[WHOLE], layout, unit)
            for name, value in shown(whole, unit).items():
                score = Score("y", name, WHOLE, value, value, value, value, z=0.0, surprise=0.0, pool="", n=1)
                again = number(pipeline, decider.observer.spelled(Finding("y", WHOLE, 1.0, (score,)), window), name)
                assert again == pytest.approx(value, rel=1e-5, abs=2e-5), name
        assert told >= {("label-bias", True), ("label-contrast", False), ("labelled-share", True)}
        assert (("auc", False) in told) is not numbers


@pytest.mark.parametrize("numbers", [False, True], ids=["0 and 1", "numbers"])
def test_a_finding_about_labels_has_all_that_one_about_inputs_has(duck: str, tmp_path: Path, numbers: bool) -> None:
    """What moved, a statement, a picture."""
    turned = day(TODAY)
    worse = f"id IN (SELECT id FROM log WHERE {inside(turned)})"
    change(
        duck,
        *(
            (NUMBERS[0].format(double="DOUBLE"), NUMBERS[1], f"UPDATE labels SET y = y * 2 WHERE {worse}")
            if numbers
            else (f"UPDATE labels SET y = 1 WHERE {worse}",)
        ),
    )
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(day(0).start, LATER)
        found = pipeline.explain(turned, stage="labels")
        assert found.verdict is Verdict.ALERT
        first = found.findings[0]
        assert first.column == "y"
        word = "label above its prediction" if numbers else "label 1"
        assert any(s.cell.endswith(word) and s.observed > s.expected for s in first.shifts), first.shifts
        assert "FROM tidegauge_line" in first.sql or "FROM tidegauge_grouped" in first.sql
        report = pipeline.report("labels", turned)
        assert report is not None
        (panel,) = [p for p in report.panels if (p.column, p.segment) == (first.column, first.segment)]
        assert sum(c.current_share for c in panel.cells) == pytest.approx(1)
        assert sum(c.reference_share for c in panel.cells) == pytest.approx(1)


def test_hostile_values_and_values_past_the_tails(warehouse: str, tmp_path: Path) -> None:
    """Quotes, per cent signs and new categories; NaN, infinities and 1e300 among the numbers."""
    window = day(30)
    hostile = "'; DROP TABLE log; --"
    doubled = hostile.replace("'", "''")
    sets = [
        f"UPDATE log SET shop = '{doubled}', amount = 1e300 WHERE id % 10 = 1 AND {inside(window)}",
        f"UPDATE log SET amount = 'NaN', plan = NULL WHERE id % 10 = 2 AND {inside(window)}",
        f"UPDATE log SET amount = '-Infinity', plan = '100 % sure' WHERE id % 10 = 3 AND {inside(window)}",
        f"UPDATE log SET amount = -1e300, plan = '' WHERE id % 10 = 4 AND {inside(window)}",
    ]
    change(warehouse, *faults(), *sets)
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(day(0).start, window.end)
        decider = pipeline.decider("inputs")
        assert decider is not None
        judgement = decider.one(window, decider.observer.observe(window), "again", decider.history(window)).judgement
        for k in range(len(decider.measure.signal_set.signals)):
            agrees(pipeline, score_of(judgement, decider.measure, k), window)


@pytest.mark.parametrize(
    ("value", "first"),
    [("30 + wait / 4", ["location", "log-spread", "mode-share"]), ("20", ["mode-share"])],
    ids=["closer together, and elsewhere", "all the same"],
)
def test_where_values_lie_says_more_than_how_many_lie_together(
    duck: str, tmp_path: Path, value: str, first: list[str]
) -> None:
    change(duck, f"UPDATE log SET wait = {value} WHERE {inside(day(TODAY))}")
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        found = pipeline.explain(day(TODAY))
    assert found.verdict is Verdict.ALERT
    assert found.findings[0].column == "wait"
    assert [s.statistic for s in found.findings[0].scores][: len(first)] == first
