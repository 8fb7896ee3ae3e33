"""Rows that come hours later than on days alike are told and named; clock changes and older profiles are not."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, TODAY, ZONE, a_monitor, change, day, inside
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME
from tidegauge.decisions.feedback import Answer
from tidegauge.pipeline.answering import answer
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.hour_counts import by_the_clock
from tidegauge.reports.rendering import render
from tidegauge.stages.stored_profiles import HOURS

PLAIN = {"reference: {country": "sample: 0\nreference: {country"}  # relations are not what is asked about
LOCAL = f"(sold_at AT TIME ZONE '{ZONE}')"
PART = f"(extract(epoch FROM {LOCAL} - date_trunc('day', {LOCAL})) / 86400.0)"
MOMENT = f"INTERVAL '1 second' * (28800 + floor(39600 * power({PART}, 1.5)))"
OPEN = (  # a shop that is open from eight to seven, and fuller in the morning
    f"UPDATE log SET sold_at = (date_trunc('day', {LOCAL}) + {MOMENT}) AT TIME ZONE '{ZONE}'",
    "UPDATE log SET logged = sold_at + INTERVAL '3 seconds'",
)
CHANGED = 34  # the day of 23 hours
UNTIL = TODAY + 5


def later(hours: int, *days: int) -> list[str]:
    """All rows of some days say that they happened hours later."""
    put = f"sold_at = sold_at + INTERVAL '{hours} hours', logged = logged + INTERVAL '{hours} hours'"
    return [f"UPDATE log SET {put} WHERE {inside(day(k))}" for k in sorted(days, reverse=hours > 0)]


def decided(pipeline: Pipeline, number: int) -> Decision:
    (found,) = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.window == day(number)]
    return found


def alerting(pipeline: Pipeline) -> list[int]:
    """The days that an alert tells of their clock."""
    known = {d.window for d in pipeline.store.decisions.of("shop", "inputs") if "clock-shift" in first(d)}
    return [k for k in range(UNTIL + 1) if day(k) in known and decided(pipeline, k).verdict is Verdict.ALERT]


def first(decision: Decision) -> list[str]:
    return [s.statistic for f in decision.findings[:1] for s in f.scores[:1]]


@pytest.mark.parametrize(("hours", "words"), [(4, "4 hours later"), (-5, "5 hours earlier"), (-1, "1 hour earlier")])
def test_a_clock_that_is_off_is_told_named_and_stands(warehouse: str, tmp_path: Path, hours: int, words: str) -> None:
    change(warehouse, *OPEN, *later(hours, TODAY, TODAY + 1, TODAY + 2))
    with open_pipeline(a_monitor(warehouse, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(UNTIL).end)
        found = decided(pipeline, TODAY)
        said = f"the rows of Tuesday 26 March 2024 come {words} than on other Tuesdays"
        assert found.verdict is Verdict.ALERT
        assert found.sentence.startswith(f"Alert: {said}"), found.sentence
        assert (found.findings[0].column, found.findings[0].scores[0].value) == (VOLUME, abs(hours))
        assert found.findings[0].scores[0].like == "6 past Tuesdays", "without that beside a holiday"
        assert [c.name for c in found.causes] == ["wrong-clock"]
        ahead = f"{words.rsplit(' ', 1)[0]} {'ahead' if hours > 0 else 'behind'}"
        assert f"Likely cause: the clock of the rows is {ahead}, as by another time zone." in found.sentence
        assert alerting(pipeline) == [TODAY], "and on no other day, that of 23 hours among them"
        for k in (TODAY + 1, TODAY + 2):
            assert "still unlike what was before 26 March" in decided(pipeline, k).sentence, decided(pipeline, k)
        assert "still unlike" not in decided(pipeline, UNTIL).sentence
        report = pipeline.report("inputs", day(TODAY), work=False)
        assert report is not None
        assert said in render(report)


def test_a_day_that_was_taken_to_be_usual_is_no_fault_any_more(duck: str, tmp_path: Path) -> None:
    change(duck, *OPEN, *later(-5, *range(TODAY, UNTIL + 1)))
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        (incident,) = [i for i in pipeline.store.incidents.of("shop", "inputs") if i.first == day(TODAY)]
        answer(pipeline.store, "shop", incident.id, Answer.ACCEPT, at=day(TODAY).end, by="me", note="we moved")
        pipeline.backfill(BEGIN, day(UNTIL).end)
        assert [k for k in range(TODAY + 1, UNTIL + 1) if "clock-shift" in first(decided(pipeline, k))] == []


def test_profiles_of_an_older_form_stay_and_are_not_counted_again(duck: str, tmp_path: Path) -> None:
    """Nothing is told by them, and nothing else of their decisions is another."""
    change(duck, *OPEN, *later(-5, TODAY))
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY - 1).end)
        before = [decided(pipeline, k) for k in range(TODAY)]
        with pipeline.store.database.writing("as it was before") as connection:
            kind = text(f"DELETE FROM profiles WHERE kind = (SELECT id FROM names WHERE text = '{HOURS}')")
            assert connection.execute(kind).rowcount == TODAY
    with open_pipeline(a_monitor(duck, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        assert alerting(pipeline) == []
        hours = pipeline.profiler.profiles.hours([day(k) for k in range(TODAY + 1)])
        assert [*hours] == [day(TODAY)], "the new day has its hours, and no past day was read again"
        assert [decided(pipeline, k) for k in range(TODAY)] == before


def test_hours_are_counted_from_the_windows_start(duck: str, tmp_path: Path) -> None:
    change(duck, *OPEN)
    with open_pipeline(a_monitor(duck, tmp_path, **PLAIN)) as pipeline:
        some = [day(k) for k in (CHANGED - 1, CHANGED, CHANGED + 1)]
        pipeline.backfill(some[0].start, some[-1].end)
        hours = pipeline.profiler.profiles.hours(some)
        rows = [pipeline.profiler.profiles.rows(w) for w in some]
    assert [int(h.codes.min()) for h in hours.values()] == [8, 7, 8], "one hour is not there"
    assert [h.rows for h in hours.values()] == rows
    assert [int(np.flatnonzero(by_the_clock(w, hours[w], ZONE))[0]) for w in some] == [8, 8, 8]


@pytest.mark.parametrize(("zone", "begin"), [("UTC", ZONE), (ZONE, "UTC")])
def test_an_hour_that_people_put_their_clocks_by_is_not_told(duck: str, tmp_path: Path, zone: str, begin: str) -> None:
    """Rows by the clock of New York in days of UTC, or by UTC in days of New York; the clock changes on day 34."""
    local = f"(sold_at AT TIME ZONE '{begin}')"
    opened = [s.replace(LOCAL, local).replace(f"ZONE '{ZONE}'", f"ZONE '{begin}'") for s in OPEN]
    change(duck, *opened)
    changes = {**PLAIN, f"zone: {ZONE}": f"zone: {zone}"}
    with open_pipeline(a_monitor(duck, tmp_path, **changes)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).end)
        decisions = pipeline.store.decisions.of("shop", "inputs")
        assert len(decisions) > CHANGED
        assert [d.window for d in decisions if "clock-shift" in first(d)] == []
