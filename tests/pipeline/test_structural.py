"""What a person would call impossible is told with its column first, of young logs too; the clean twin is silent."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.test_explain import agrees
from tests.pipeline.world import BEGIN, TODAY, ZONE, a_monitor, change, day, inside
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME
from tidegauge.pipeline.pipeline import Pipeline

PLAIN = {"reference: {country": "sample: 0\nreference: {country"}  # relations are not what is asked about
YOUNG = 3  # a Thursday, the fourth day
WOUNDS = {  # what is done to a day's rows, and the column that it is told of
    "all missing": ("UPDATE log SET wait = NULL WHERE {inside}", "wait"),
    "stuck": ("UPDATE log SET amount = 21.5 WHERE {inside}", "amount"),
    "one category": ("UPDATE log SET plan = 'plus' WHERE {inside}", "plan"),
    "a category gone": ("DELETE FROM log WHERE shop = 'south' AND {inside}", "shop"),
    "no rows": ("DELETE FROM log WHERE {inside}", VOLUME),
    "minus": ("UPDATE log SET amount = -amount WHERE id % 20 = 0 AND {inside}", "amount"),
    "below its floor": ("UPDATE log SET wait = -2 WHERE id % 12 = 0 AND {inside}", "wait"),
}
HERE = f"sold_at AT TIME ZONE '{ZONE}'"
FLOOR = "UPDATE log SET wait = CASE WHEN wait < 15 THEN 0 ELSE floor(wait) END"


def decided(pipeline: Pipeline, number: int) -> Decision:
    (found,) = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.window == day(number)]
    return found


@pytest.mark.parametrize("wound", WOUNDS)
def test_a_young_log_tells_of_it_with_its_column_first(duck: str, tmp_path: Path, wound: str) -> None:
    statement, column = WOUNDS[wound]
    change(duck, FLOOR, statement.format(inside=inside(day(YOUNG))))
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(YOUNG + 1).end)
        found, others = decided(pipeline, YOUNG), [decided(pipeline, k) for k in (0, 1, 2, YOUNG + 1)]
        assert found.verdict is Verdict.ALERT, found.sentence
        assert found.findings[0].column == column
        assert found.findings[0].scores[0].like, "and what it is held against"
        assert [d.verdict for d in others] == [Verdict.LEARNING] * 4
        if column != VOLUME:
            agrees(pipeline, found.findings[0].scores[0], day(YOUNG), found.findings[0].sql)


@pytest.mark.parametrize("wound", ["minus", "below its floor"])
def test_a_few_impossible_values_are_told_and_stand(warehouse: str, tmp_path: Path, wound: str) -> None:
    statement, column = WOUNDS[wound]
    many = {"12": "40", "20": "40"}
    for old, new in many.items():
        statement = statement.replace(f"% {old}", f"% {new}")
    change(warehouse, FLOOR, *(statement.format(inside=inside(day(k))) for k in range(TODAY, TODAY + 3)))
    with open_pipeline(a_monitor(warehouse, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY + 4).end)
        found = decided(pipeline, TODAY)
        assert found.verdict is Verdict.ALERT, found.sentence
        assert found.findings[0].column == column
        assert found.findings[0].scores[0].statistic == "below-floor"
        if wound == "below its floor":
            assert "lie below 0, the least that it ever had, where the 50 past days were all at 0 %" in found.sentence
            agrees(pipeline, found.findings[0].scores[0], day(TODAY), found.findings[0].sql)
        for number in (TODAY + 1, TODAY + 2):
            later = decided(pipeline, number)
            assert later.verdict is Verdict.FINE, later.sentence
            assert "still unlike what was before 26 March" in later.sentence
        assert "still unlike" not in decided(pipeline, TODAY + 3).sentence
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.first == day(TODAY)]
        assert [t.window for t in incident.turns[1:]] == [day(TODAY + 4)], "over two days after the last that had it"


def test_the_clean_twin_is_silent_from_its_first_day(duck: str, tmp_path: Path) -> None:
    """With a floor that values reach every day, shops that differ at weekends, and a first weekend."""
    change(duck, FLOOR)
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY + 5).end)
        decisions = pipeline.store.decisions.of("shop", "inputs")
        told = [s.statistic for d in decisions for f in d.findings for s in f.scores[:1]]
        young = [d.verdict for d in decisions[:20]]
    assert set(young) == {Verdict.LEARNING}
    assert not {"below-floor", "sent-again"} & set(told)


def test_a_shop_closed_at_weekends_is_missed_by_nobody(duck: str, tmp_path: Path) -> None:
    """Nor are all rows of the first Sunday, or a code of a tenth of the rows on some days and not on others."""
    closed = [f"DELETE FROM log WHERE shop = 'north' AND {inside(day(k))}" for k in (5, 6, 12, 13)]
    rare = [f"DELETE FROM log WHERE plan = 'pro' AND {inside(day(k))}" for k in (1, 8)]
    change(duck, *closed, *rare, f"DELETE FROM log WHERE {inside(day(6))}")
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(15).end)
        assert {d.verdict for d in pipeline.store.decisions.of("shop", "inputs")} == {Verdict.LEARNING}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("plan", f"dayname({HERE})"),  # another one in all rows of each day
        ("plan", f"CASE WHEN date_part('day', {HERE}) IN (7, 8) THEN 'rain' ELSE 'dry' END"),
        ("wait", f"100 - date_part('day', {HERE})"),  # days that are left: always below the last ones
    ],
)
def test_what_is_the_same_in_all_rows_of_a_day_is_no_fact_of_rows(
    duck: str, tmp_path: Path, column: str, value: str
) -> None:
    """But for the first day of rain, which is unlike all that ever was."""
    change(duck, f"UPDATE log SET {column} = {value}")
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(12).end)
        decisions = pipeline.store.decisions.of("shop", "inputs")
        told = [d for d in decisions if d.verdict is Verdict.ALERT]
    assert [d.window for d in told] == ([day(2)] if "rain" in value else []), [d.sentence for d in told]
