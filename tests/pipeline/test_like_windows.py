"""What a page and a sentence say of a change for good: like windows were so, known before it came; and it is there yet.

One shop whose plans change for good, whose sensor sticks for two days and which has a day without rows.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, END, a_monitor, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.core.incident import Severity
from tidegauge.core.window import VOLUME
from tidegauge.pipeline.aftermath import Aftermath, aftermaths
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render
from tidegauge.reports.report import Point, Report

FOR_GOOD, STUCK, EMPTY = 42, 37, 33  # days; the first is a Monday
HOLIDAYS = (13, 14, 15)  # one and the days beside it: they are like no other


@pytest.fixture(scope="module")
def shop(clean: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("told")
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), folder / 'shop.duckdb')}"
    change(
        url,
        f"UPDATE log SET plan = 'plus' WHERE plan = 'free' AND id % 2 = 0 AND sold_at >= '{day(FOR_GOOD).start}'",
        *(f"UPDATE log SET wait = 21.5 WHERE {inside(day(n))}" for n in (STUCK, STUCK + 1)),
        f"DELETE FROM log WHERE {inside(day(EMPTY))}",
    )
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, END)
        yield pipeline


def page(shop: Pipeline, number: int) -> Report:
    found = shop.report("inputs", day(number), work=False)
    assert found is not None
    return found


def points(report: Report, column: str) -> tuple[Point, ...]:
    return next(p.series for p in report.panels if p.column == column)


def test_a_sentence_says_what_like_windows_were(shop: Pipeline) -> None:
    decision = shop.explain(day(FOR_GOOD))
    score = decision.findings[0].scores[0]
    assert decision.verdict is Verdict.ALERT
    assert decision.findings[0].column == "plan"
    assert "past Mondays: share of" in decision.sentence
    assert "where these lay between" in decision.sentence
    assert score.like == "5 past Mondays", "the sixth was a holiday"
    assert score.least <= score.most
    assert not score.least <= score.value <= score.most


def test_the_band_is_drawn_before_the_value_was_known(shop: Pipeline) -> None:
    """The band of a day is the same on its own page and on every later one, whatever came; and it is its Mondays'."""
    last = page(shop, FOR_GOOD)
    series = {p.window_start: p for p in points(last, "plan")}
    values = {p.window_start: p.value for p in points(last, "plan")}
    seen = 0
    for number in range(30, FOR_GOOD + 1):
        alike = [values[day(n).start] for n in range(number - 7, -1, -7) if n not in HOLIDAYS]
        alike = [v for v in alike if v == v][:8]  # noqa: PLR0124 - the day without rows has none
        point = series[day(number).start]
        if len(alike) < 3:
            continue
        seen += 1
        assert (point.low, point.high) == pytest.approx((min(alike), max(alike))), number
    assert seen > 8
    score = last.decision.findings[0].scores[0]
    assert (points(last, "plan")[-1].low, points(last, "plan")[-1].high) == (score.least, score.most)


def test_a_fine_day_has_no_ring(shop: Pipeline) -> None:
    alerts = {d.window.start for d in shop.store.decisions.of("shop", "inputs") if d.verdict is Verdict.ALERT}
    ringed = {p.window_start for p in points(page(shop, FOR_GOOD), "plan") if p.alerted}
    assert day(FOR_GOOD).start in ringed
    assert ringed <= alerts


def test_the_edge_of_an_alert_is_small_print_only(shop: Pipeline) -> None:
    made = render(page(shop, FOR_GOOD))
    assert 'class="lead small quiet">Expected was' in made
    assert "within its band" not in made
    assert "The edge of an alert, for this number alone:" in made
    assert made.count("times what makes") == 0


def test_a_stuck_sensor_is_severe_and_said_on_its_second_day_too(shop: Pipeline) -> None:
    for number in (STUCK, STUCK + 1):
        decision = shop.explain(day(number))
        if decision.verdict is Verdict.ALERT:
            assert "of the rows lie in one narrow range of values, where" in decision.sentence
    incident = next(
        i for i in shop.store.incidents.of("shop", "inputs") if "wait" in i.columns and day(STUCK) in i.windows
    )
    assert incident.severity is Severity.HIGH
    assert aftermaths(shop.deciding, [incident])[incident.id] is Aftermath.BACK


def test_no_rows_are_told_beside_what_like_windows_had(shop: Pipeline) -> None:
    found = page(shop, EMPTY)
    assert "has no rows at all, where the" in found.decision.sentence
    assert found.decision.findings[0].column == VOLUME
    series = points(found, VOLUME)
    assert series[-1].value == 0 < series[-1].low
    assert "None of" not in render(found)


def test_a_change_for_good_is_quiet_and_still_there(shop: Pipeline) -> None:
    incident = next(i for i in shop.store.incidents.of("shop", "inputs") if i.columns[0] == "plan")
    assert incident.windows[-1] <= day(FOR_GOOD + 1), "it falls silent"
    assert incident.is_open, "for what it told of stands"


def test_a_sensor_that_is_still_stuck_is_not_called_like_the_past(duck: str, tmp_path: Path) -> None:
    """It may be fine because the window before was so too; the sentence and the page say it of both."""
    stuck = [day(STUCK + n) for n in range(4)]
    change(duck, *(f"UPDATE log SET amount = 21.5, wait = 9 WHERE {inside(w)}" for w in stuck))
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, stuck[-1].end)
        made = [pipeline.explain(w) for w in stuck]
    assert made[0].verdict is Verdict.ALERT
    for decision in made:
        assert "100 % of the rows lie in one narrow range of values" in decision.sentence, decision.sentence
    assert [d for d in made if d.verdict is Verdict.FINE], "or this test is of nothing"


def test_a_column_that_is_still_missing_is_not_called_like_the_past(duck: str, tmp_path: Path) -> None:
    """Nothing is found of it: it is what the window before was. The sentence says that, and what the others were."""
    gone = [day(STUCK + n) for n in range(4)]
    change(duck, *(f"UPDATE log SET wait = NULL WHERE {inside(w)}" for w in gone))
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, gone[-1].end)
        first, *later = (pipeline.explain(w) for w in gone)
    assert first.verdict is Verdict.ALERT
    assert [d for d in later if d.verdict is Verdict.FINE], "or this test is of nothing"
    for decision in later:
        assert "100 % of its values are missing" in decision.sentence, decision.sentence
        if decision.verdict is Verdict.FINE:
            assert "is like the window before, and not like the " in decision.sentence
