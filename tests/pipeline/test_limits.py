"""Limits of a monitor's own: told of each window that breaks one, whatever its past; once an incident; never else."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, TODAY, a_monitor, at_night, change, day, inside
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import MonitorError
from tidegauge.core.window import VOLUME
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render

LIMITS = """limits:
- {column: wait, missing: "< 9 %", least: ">= -5", mean: "> 15"}
- {column: amount, most: "<= 2000"}
- {column: plan, unseen: "≤ 0.5 %"}
- {rows: "> 60"}
- {duplicates: "< 0.02"}
reference: {country"""
LIMITED = {"reference: {country": f"sample: 0\n{LIMITS}"}
YOUNG, MISSING, UNSEEN, MOST, TWICE, FEW, EVEN = 1, 40, 42, 44, 46, 48, 50
CHANGES = (
    f"UPDATE log SET wait = -7.5 WHERE id % 50 = 0 AND {inside(day(YOUNG))}",
    *(f"UPDATE log SET wait = NULL WHERE id % 9 = 0 AND {inside(day(k))}" for k in (MISSING, MISSING + 1)),
    f"UPDATE log SET plan = 'gold' WHERE id % 100 = 0 AND {inside(day(UNSEEN))}",
    f"UPDATE log SET amount = 2000.5 WHERE id % 200 = 0 AND {inside(day(MOST))}",
    f"INSERT INTO log SELECT * FROM log WHERE id % 40 = 0 AND {inside(day(TWICE))}",
    f"DELETE FROM log WHERE id % 4 > 0 AND {inside(day(FEW))}",
)
SAID = {
    YOUNG: ("wait", 'the limit "least >= -5" of "wait" does not hold: it is −7.5 on Tuesday 6 February 2024'),
    MISSING: ("wait", 'the limit "missing < 9 %" of "wait" does not hold: it is 1'),
    UNSEEN: ("plan", 'the limit "unseen <= 0.5 %" of "plan" does not hold: it is '),
    MOST: ("amount", 'the limit "most <= 2000" of "amount" does not hold: it is 2,000'),
    TWICE: (VOLUME, 'the limit "duplicates < 0.02" does not hold: it is 2.'),
    FEW: (VOLUME, 'the limit "rows > 60" does not hold: it is '),
}


def decisions(pipeline: Pipeline) -> dict[int, Decision]:
    found = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
    return {k: found[day(k)] for k in range(56) if day(k) in found}


def broken(decision: Decision) -> list[tuple[str, float]]:
    """What limits a decision says that do not hold, and the number."""
    return [(s.of, s.value) for f in decision.findings for s in f.scores if s.statistic.endswith("-limit")]


def test_each_broken_limit_is_told_with_its_words(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *CHANGES)
    with open_pipeline(a_monitor(warehouse, tmp_path, **LIMITED)) as pipeline:
        pipeline.backfill(BEGIN, END)
        made = decisions(pipeline)
        for k, (column, said) in SAID.items():
            assert made[k].verdict is Verdict.ALERT
            assert made[k].findings[0].column == column
            assert made[k].sentence.startswith(f"Alert: {said}"), made[k].sentence
            assert made[k].strength >= 2
        alerting = {k for k, d in made.items() if broken(d)}
        assert alerting == {*SAID, MISSING + 1}
        for k in alerting - {FEW, TWICE}:  # and the numbers are the warehouse's own
            for of, value in broken(made[k]):
                assert value == pytest.approx(by_hand(pipeline, of, k), rel=1e-6), of
        report = pipeline.report("inputs", day(MISSING), work=False)
        assert report is not None
        page = render(report)
        assert "does not hold" in page
        assert "was expected" not in page.split("does not hold", 2)[1][:200]


def by_hand(pipeline: Pipeline, of: str, k: int) -> float:
    asked = {
        "least": "min(wait)",
        "missing": "1 - count(wait) * 1.0 / count(*)",
        "unseen": "avg(CASE WHEN plan = 'gold' THEN 1.0 ELSE 0.0 END)",
        "most": "max(amount)",
    }
    number = asked[of.split('"')[1].split(maxsplit=1)[0]]
    sql = f"SELECT CAST({number} AS DOUBLE PRECISION) AS x FROM log WHERE {inside(day(k))}"
    return float(pipeline.profiler.warehouse.fetch(sql)["x"][0])


def test_limits_that_came_later_end_in_the_same_tables(duck: str, tmp_path: Path) -> None:
    change(duck, *CHANGES)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with open_pipeline(a_monitor(duck, tmp_path / "a", **LIMITED)) as pipeline:
        pipeline.backfill(BEGIN, END)
        first = decisions(pipeline)
        assert not pipeline.decide(), "and nothing is left to decide"
    plain = {"reference: {country": "sample: 0\nreference: {country"}
    with open_pipeline(a_monitor(duck, tmp_path / "b", **plain)) as pipeline:
        for k in (range(30, 56), range(30)):  # the newer half first
            pipeline.backfill(day(k[0]).start, day(k[-1]).end)
        assert not any(broken(d) for d in decisions(pipeline).values())
        evidence = {k: d.evidence for k, d in decisions(pipeline).items()}
    with open_pipeline(a_monitor(duck, tmp_path / "b", **LIMITED)) as pipeline:
        pipeline.decide()
        assert repr(decisions(pipeline)) == repr(first)  # NaN is itself to no comparison
    with open_pipeline(a_monitor(duck, tmp_path / "b", **plain)) as pipeline:
        pipeline.decide()
        assert {k: d.evidence for k, d in decisions(pipeline).items()} == evidence, "none, and none of its bytes"


def test_people_are_told_once_an_incident(duck: str, tmp_path: Path) -> None:
    change(duck, *CHANGES)
    with open_pipeline(a_monitor(duck, tmp_path, **LIMITED)) as pipeline:
        pipeline.backfill(BEGIN, day(MISSING).start)
        for k in (MISSING, MISSING + 1, MISSING + 1):
            pipeline.run(day(k), as_of=at_night(day(k)))
        asked = [i for i in pipeline.pending() if i.action == "notify"]
        assert [i.window for i in asked] == [day(MISSING)]


def test_each_of_two_limits_of_one_column_is_told(duck: str, tmp_path: Path) -> None:
    """One to be warned by and a hard one: of one kind, so both have the same statistic."""
    change(duck, *CHANGES)
    two = 'limits: [{column: wait, missing: "< 1 %"}, {column: wait, missing: "< 9 %"}]\nreference: {country'
    with open_pipeline(a_monitor(duck, tmp_path, **{"reference: {country": two})) as pipeline:
        pipeline.backfill(BEGIN, END)
        told = [of for of, _ in broken(decisions(pipeline)[MISSING])]
    assert told == ['the limit "missing < 1 %" of "wait"', 'the limit "missing < 9 %" of "wait"']


def test_a_limit_of_what_a_window_lacks_is_not_judged_and_that_is_said(duck: str, tmp_path: Path) -> None:
    change(duck, f"UPDATE log SET wait = NULL WHERE {inside(day(TODAY))}")
    with open_pipeline(a_monitor(duck, tmp_path, **LIMITED)) as pipeline:
        pipeline.backfill(BEGIN, END)
        assert [of for of, _ in broken(decisions(pipeline)[TODAY])] == ['the limit "missing < 9 %" of "wait"']
        report = pipeline.report("inputs", day(TODAY), work=False)
        assert report is not None
        assert 'The limit "mean > 15" of "wait" was not judged: the window has no such number.' in report.not_judged


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{rows: many}", 'limits.0.rows: must be <, <=, > or >= and a number, such as "> 1000", and is "many"'),
        ("{column: wait, missing: < 5}", 'is a share of rows, from 0 to 1. For percent, write "< 5 %"'),
        ("{column: wait, missing: '< 5,5 %'}", "must be <, <=, > or >= and a number"),
        ("{column: wait, missing: '< 0,055 %'}", 'has its decimals after a point, such as "< 5.5 %"'),
        ("{column: wait, mean: '< 1,5'}", "must be <, <=, > or >= and a number"),
        ("{column: wait, missing: < 120 %}", "is a share of rows, from 0 to 100 %"),
        ("{rows: '> 5 %'}", "is no share, and has no percent"),
        ("{missing: < 5 %}", "limits.0.missing: needs a column. Write it as a limit of its own"),
        ("{column: wait, rows: '> 5'}", "is of the rows, and takes no column"),
        ("{column: wait}", "says nothing that must hold"),
        ("{column: weight, missing: < 5 %}", '"weight" is not counted'),
        ("{column: plan, mean: '> 0'}", 'is not for "plan", which is listed as categorical'),
        ("{column: wait, unseen: < 1 %}", 'is not for "wait", which is listed as numeric'),
        ("{column: wait, mising: < 5 %}", "unknown key"),
    ],
)
def test_what_no_limit_may_be(written: str, said: str) -> None:
    with pytest.raises(MonitorError) as refused:
        a_monitor("duckdb:///x", Path("x"), **{"reference: {country": f"limits: [{written}]\nreference: {{country"})
    assert said.replace("limits.0", "limits[0]") in str(refused.value).replace("limits.0", "limits[0]")


def test_a_number_at_its_limit_is_told_as_it_is(duck: str, tmp_path: Path) -> None:
    """4 of 80 are 5 %, and 16 of 80 are not less than 20 %, whatever a float makes of a sum or of an angle."""
    first = f"SELECT id FROM log WHERE {inside(day(EVEN))} ORDER BY id LIMIT"
    change(
        duck,
        f"DELETE FROM log WHERE {inside(day(EVEN))} AND id NOT IN ({first} 80)",
        f"UPDATE log SET wait = CASE WHEN id NOT IN ({first} 16) THEN 20 END WHERE {inside(day(EVEN))}",
        f"UPDATE log SET amount = CASE WHEN id NOT IN ({first} 4) THEN 20 END WHERE {inside(day(EVEN))}",
    )
    change(duck, f"INSERT INTO log SELECT * FROM log WHERE {inside(day(EVEN + 2))}")
    limits = """limits:
- {column: amount, missing: "<= 5 %"}
- {column: wait, missing: "< 20 %"}
- {duplicates: "<= 50 %"}
reference: {country"""
    with open_pipeline(a_monitor(duck, tmp_path, **{"reference: {country": limits})) as pipeline:
        pipeline.backfill(BEGIN, END)
        made = decisions(pipeline)
        assert broken(made[EVEN]) == [('the limit "missing < 20 %" of "wait"', 0.2)]
        assert broken(made[EVEN + 2]) == []
