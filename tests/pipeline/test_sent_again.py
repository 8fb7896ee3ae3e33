"""An earlier window's rows that come once more are told as what they are, and what only looks alike is not."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, DAYS, END, LATER, TODAY, a_monitor, change, day, inside
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render

PLAIN = {"reference: {country": "sample: 0\nreference: {country"}  # relations are not what is asked about
LATEST = 30  # a clock change comes after it, with a day of 23 hours


def again(number: int, of: int) -> list[str]:
    """A day's rows are those of another, with their times put off and ids of their own."""
    seconds = int((day(number).start - day(of).start).total_seconds())
    put_off = f"INTERVAL '{seconds} seconds'"
    columns = f"id + 1000000 * {number}, sold_at + {put_off}, logged + {put_off}, amount, wait, shop, plan, score"
    return [
        f"DELETE FROM log WHERE {inside(day(number))}",
        f"INSERT INTO log SELECT {columns} FROM log WHERE {inside(day(of))}",
    ]


def decided(pipeline: Pipeline, number: int) -> Decision:
    (found,) = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.window == day(number)]
    return found


def facts(pipeline: Pipeline) -> list[int]:
    """The days that the fact leads."""
    told = {d.window for d in pipeline.store.decisions.of("shop", "inputs") for s in first(d) if s == "sent-again"}
    return [k for k in range(DAYS) if day(k) in told]


def first(decision: Decision) -> list[str]:
    return [s.statistic for f in decision.findings[:1] for s in f.scores[:1]]


def test_last_weeks_file_is_told_to_the_row(warehouse: str, tmp_path: Path) -> None:
    change(warehouse, *again(TODAY, TODAY - 7))
    with open_pipeline(a_monitor(warehouse, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        found = decided(pipeline, TODAY)
        assert found.verdict is Verdict.ALERT
        assert found.findings[0].column == VOLUME
        said = f"Alert: the {found.rows} rows of Tuesday 26 March 2024 are those of Tuesday 19 March 2024, to the row."
        assert found.sentence.startswith(said)
        assert found.findings[0].sql.startswith("-- sent-again of __volume__ in ")
        assert found.strength > 1
        assert facts(pipeline) == [TODAY], "and no other day is"
        report = pipeline.report("inputs", day(TODAY), work=False)
        assert report is not None
        assert said.removeprefix("Alert: ") in render(report).replace("&#39;", "'")
        assert not [i for i in pipeline.store.incidents.of("shop", "inputs") if i.first == day(TODAY) and i.alerts > 1]


def test_two_weeks_in_a_row_are_told_each_and_make_one_incident(duck: str, tmp_path: Path) -> None:
    change(duck, *again(TODAY, TODAY - 7), *again(TODAY + 1, TODAY - 6))
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, END)
        assert facts(pipeline) == [TODAY, TODAY + 1]
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.first == day(TODAY)]
        assert incident.alerts == 2


@pytest.mark.parametrize(("number", "told"), [(3, False), (12, False), (15, True)])
def test_a_young_log_tells_of_it_once_its_days_have_differed(
    duck: str, tmp_path: Path, number: int, told: bool
) -> None:
    """A log whose weeks are all alike repeats itself on its eighth day: two weeks show that this one does not."""
    change(duck, *again(number, number - 1))
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(number + 1).end)
        assert decided(pipeline, number).verdict is (Verdict.ALERT if told else Verdict.LEARNING)
        assert decided(pipeline, number + 1).verdict is Verdict.LEARNING
        assert facts(pipeline) == ([number] if told else [])


def test_one_changed_row_is_another_file(duck: str, tmp_path: Path) -> None:
    change(duck, *again(TODAY, TODAY - 7))
    change(duck, f"UPDATE log SET shop = 'west' WHERE id = (SELECT min(id) FROM log WHERE {inside(day(TODAY))} "
                 "AND shop <> 'west')")  # fmt: skip
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        assert facts(pipeline) == []


@pytest.mark.parametrize("every", [1, 7], ids=["the same rows every day", "and every week"])
def test_a_log_that_repeats_itself_is_left_alone(duck: str, tmp_path: Path, every: int) -> None:
    """What repeats itself before anything may be told is the log's way."""
    change(duck, *[s for k in range(every, LATEST) for s in again(k, k % every)])
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(LATEST).start)
        assert facts(pipeline) == []


def test_what_begins_to_repeat_itself_is_one_event(duck: str, tmp_path: Path) -> None:
    """The same file every day from some day on."""
    change(duck, *[s for k in range(LATEST - 6, LATEST) for s in again(k, LATEST - 7)])
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(LATEST).start)
        assert facts(pipeline) == list(range(LATEST - 6, LATEST))
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if VOLUME in i.columns]
    assert incident.alerts == 6


def test_any_order_of_days_ends_in_the_same(duck: str, tmp_path: Path) -> None:
    """And the day that was sent again may come before the one whose rows it holds."""
    change(duck, *again(TODAY, TODAY - 7))
    dumps = []
    for name, order in (("in order", (TODAY - 7, TODAY)), ("the later one first", (TODAY, TODAY - 7))):
        (tmp_path / name).mkdir()
        with open_pipeline(a_monitor(duck, tmp_path / name, **PLAIN)) as pipeline:
            pipeline.backfill(BEGIN, day(TODAY - 7).start)
            pipeline.backfill(day(TODAY - 6).start, day(TODAY).start)
            for number in order:
                pipeline.backfill(day(number).start, day(number).end)
            pipeline.run_due(LATER, live=False)  # labels too
            dumps.append(pipeline.store.dump())
            assert facts(pipeline) == [TODAY]
    assert dumps[0] == dumps[1]
