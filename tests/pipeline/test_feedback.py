"""Show 6: what people answer changes exactly what it says, in both directions, and survives a store made anew."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import (
    BEGIN,
    DAYS,
    END,
    LATER,
    NULLS,
    RECASED,
    UNIT,
    a_monitor,
    at_night,
    change,
    day,
    inside,
    windows,
)
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import DELIVER
from tidegauge.core.window import Window
from tidegauge.decisions.expectation import touches
from tidegauge.decisions.feedback import Accepted, Answer, Dismissed, Rulings
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import Judgement
from tidegauge.pipeline.answering import answer
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.references.calendar import Season
from tidegauge.stages.decider import Decider
from tidegauge.stages.findings import score_of

BEGUN = 42  # days that were backfilled
AGAIN = 50  # another Tuesday
NOTHING = Rulings()


def decider_of(pipeline: Pipeline) -> Decider:
    """What decides the inputs."""
    decider = pipeline.decider("inputs")
    assert decider is not None
    return decider


def monday_of(season: Season, window: Window) -> datetime:
    """What was known at the beginning of the week."""
    return min(season.monday, window.start)


def judged(decider: Decider, number: int, rulings: Rulings, without: Sequence[Window] = ()) -> Judgement:
    """A day judged by its past, heeding what stands; `without`: as if these windows had never been."""
    window = day(number)
    past = decider.history(window)
    kept = [(w, past.record(w)) for w in past.windows if w not in without]
    return decider.judge.judge(
        window, decider.observer.observe(window).sample, History(decider.calendar, kept), rulings
    )


def signals(decider: Decider, column: str, *, others: bool = False) -> list[int]:
    """The numbers of the terms that say anything of a column, or of all that do not."""
    return [
        k for k, t in enumerate(decider.measure.signal_set.signals) if touches(t.column, t.others, (column,)) != others
    ]


def most(decider: Decider, judgement: Judgement, column: str, *, others: bool = False) -> float:
    """How strong a window were with nothing in it but a column, or but all others: above 1 is an alert."""
    some = signals(decider, column, others=others)
    columns = [k for k, c in enumerate(decider.measure.signal_set.columns) if (c == column) != others]
    return float((judgement.surprise[some].max() + judgement.columns[columns].max()) / 2 / judgement.threshold)


def same(one: Judgement, other: Judgement) -> None:
    """Two judgements that say the same of everything."""
    np.testing.assert_array_equal(one.record.z, other.record.z)
    np.testing.assert_array_equal(one.surprise, other.surprise)
    np.testing.assert_array_equal(one.scored.expected, other.scored.expected)
    np.testing.assert_array_equal(one.columns, other.columns)
    assert one.threshold == other.threshold


def lived(clean: str, folder: Path, *statements: str) -> str:
    """The shop with something changed, all of its eight weeks decided; the URL of the warehouse."""
    url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), folder / 'shop.duckdb')}"
    change(url, *statements)
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.backfill(BEGIN, END)
    return url


@pytest.fixture(scope="module")
def twice(clean: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The amounts of a Tuesday were in another unit, a week later nearly so, when a third of the waits was gone too.

    And two days after that once more.
    """
    folder = tmp_path_factory.mktemp("twice")
    wrong = (
        f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}",
        f"UPDATE log SET amount = amount * 60 WHERE {inside(day(AGAIN))}",
        f"UPDATE log SET amount = amount * 40 WHERE {inside(day(AGAIN + 2))}",
        f"UPDATE log SET wait = NULL WHERE id % 3 = 0 AND {inside(day(AGAIN))}",
    )
    return lived(clean, folder, *wrong), folder


@pytest.fixture(scope="module")
def forever(clean: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The amounts were in another unit from a Tuesday on, but for the last day."""
    folder = tmp_path_factory.mktemp("forever")
    since = [f"UPDATE log SET amount = amount * 100 WHERE {inside(day(n))}" for n in range(UNIT, DAYS - 1)]
    return lived(clean, folder, *since), folder


@pytest.mark.parametrize("number", [UNIT + 1, UNIT + 2, AGAIN, DAYS - 1])
def test_confirmed_is_as_if_it_had_never_been(twice: tuple[str, Path], number: int) -> None:
    """It leaves every reference, spread and tail, and nothing else does; not confirmed, it is in them."""
    url, folder = twice
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        decider = decider_of(pipeline)
        confirmed = judged(decider, number, Rulings(excluded=frozenset({day(UNIT)})))
        same(confirmed, judged(decider, number, NOTHING, without=[day(UNIT)]))
        plain = judged(decider, number, NOTHING)
        assert not np.array_equal(plain.surprise, confirmed.surprise), "it was in there before"
        for k in range(len(decider.measure.signal_set.signals)):
            assert day(UNIT).key not in score_of(confirmed, decider.measure, k).windows
        same(plain, judged(decider, number, NOTHING))


def test_dismissed_is_ordinary_for_these_columns_and_for_no_other(twice: tuple[str, Path]) -> None:
    url, folder = twice
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        decider = decider_of(pipeline)
        rest = signals(decider, "amount", others=True)
        plain = judged(decider, AGAIN, NOTHING)
        assert most(decider, plain, "amount") > 1
        assert most(decider, plain, "amount", others=True) > 1, "the waits that are gone"
        dismissed = judged(decider, AGAIN, Rulings(dismissed=(Dismissed(day(UNIT), ("amount",)),)))
        assert most(decider, dismissed, "amount") <= 1
        assert most(decider, dismissed, "amount", others=True) > 1
        np.testing.assert_array_equal(dismissed.surprise[rest], plain.surprise[rest])
        np.testing.assert_array_equal(dismissed.record.z, plain.record.z)
        other = judged(decider, AGAIN, Rulings(dismissed=(Dismissed(day(UNIT), ("shop",)),)))
        assert most(decider, other, "amount") > 1, "that was said of another column"


def test_a_dismissal_of_this_week_is_heeded_at_once(twice: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the tails that it moves were fitted before the dismissed window."""
    monkeypatch.setattr("tidegauge.decisions.judge.known_at", monday_of)
    url, folder = twice
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        decider = decider_of(pipeline)
        assert most(decider, judged(decider, AGAIN + 2, NOTHING), "amount") > 1
        heeded = judged(decider, AGAIN + 2, Rulings(dismissed=(Dismissed(day(AGAIN), ("amount",)),)))
        assert np.isfinite(heeded.threshold)
        assert most(decider, heeded, "amount") <= 1


def test_accepted_begins_a_new_normal_for_these_columns_and_for_no_other(forever: tuple[str, Path]) -> None:
    url, folder = forever
    new = tuple(day(n) for n in range(UNIT, UNIT + 2))
    accepted = Rulings(accepted=(Accepted(("amount",), day(UNIT), new),))
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        decider = decider_of(pipeline)
        amount, rest = signals(decider, "amount"), signals(decider, "amount", others=True)
        for number in (UNIT + 7, UNIT + 8, DAYS - 2):
            plain, now = (judged(decider, number, s) for s in (NOTHING, accepted))
            np.testing.assert_array_equal(now.record.z[rest], plain.record.z[rest])
            assert most(decider, now, "amount") <= 1, "the new normal is no alert"
            told = {w for k in amount for w in score_of(now, decider.measure, k).windows}
            assert told
            assert all(Window.parse(w) >= day(UNIT) for w in told), "nothing before it is a reference"
            assert any(Window.parse(w) < day(UNIT) for k in rest for w in score_of(now, decider.measure, k).windows)
        back = DAYS - 1  # on which amounts were as they had been for weeks
        assert most(decider, judged(decider, back, NOTHING), "amount") <= 1
        assert most(decider, judged(decider, back, accepted), "amount") > 1


def incident_on(pipeline: Pipeline, number: int) -> Incident:
    """The incident on the inputs that a day alerted in."""
    return next(i for i in pipeline.store.incidents.of("shop", "inputs") if day(number) in i.windows)


def say(pipeline: Pipeline, number: int, said: Answer, at: datetime) -> None:
    """Answer a day's incident."""
    answer(pipeline.store, "shop", incident_on(pipeline, number).id, said, at=at, by="ana")


def decisions(pipeline: Pipeline) -> dict[Window, Decision]:
    """The decisions on the inputs."""
    return {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}


SAID = {
    UNIT: (UNIT, Answer.CONFIRM),
    NULLS: (NULLS, Answer.DISMISS),
    NULLS + 2: (UNIT, Answer.RETRACT),
    RECASED: (RECASED, Answer.ACCEPT),
}  # after which night, of which day's incident, what


@pytest.fixture(scope="module")
def answered(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[str], list[Window]]:
    """Two weeks of nights, answered as they went: the store, its dump, the log of answers, who was told."""
    folder = tmp_path_factory.mktemp("answered")
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(BEGUN).start)
        for number in range(BEGUN, DAYS):
            window = day(number)
            pipeline.run(window, as_of=at_night(window))
            if number in SAID:
                of, said = SAID[number]
                say(pipeline, of, said, at_night(window))
        pipeline.run_due(LATER, live=False)
        told = [c.intent.window for c in pipeline.store.outbox.carried("shop") if c.intent.action == "notify"]
        return folder, pipeline.store.dump(), list(pipeline.store.feedback.export_log("shop")), told


def test_answers_survive_a_store_made_anew(
    faulty: str, answered: tuple[Path, str, list[str], list[Window]], tmp_path: Path
) -> None:
    """From the warehouse and the log: the log first, or the past first; the same bytes, and nobody is told."""
    _, expected, log, _ = answered
    for folder in (tmp_path / "log first", tmp_path / "past first"):
        folder.mkdir()
        with open_pipeline(a_monitor(faulty, folder)) as pipeline:
            if folder.name == "log first":
                assert pipeline.store.feedback.import_log("shop", log) == (len(SAID), 0, 0)
                pipeline.backfill(BEGIN, END)
            else:
                pipeline.backfill(BEGIN, END)
                assert pipeline.store.feedback.import_log("shop", log) == (len(SAID), 0, 0)
                assert [d.window for d in pipeline.decide()] == [day(n) for n in range(UNIT + 1, DAYS)]
            pipeline.run_due(LATER, live=False)
            assert pipeline.store.dump().splitlines() == expected.splitlines()
            assert pipeline.store.outbox.carried("shop") == []
            assert list(pipeline.store.feedback.export_log("shop")) == log


def test_an_answer_changes_no_earlier_decision(
    faulty: str, answered: tuple[Path, str, list[str], list[Window]], settled: tuple[Path, str]
) -> None:
    """Up to the first answer the decisions are, byte for byte, those of a store in which nobody said anything."""
    with open_pipeline(a_monitor(faulty, answered[0])) as a, open_pipeline(a_monitor(faulty, settled[0].parent)) as b:
        heeded, plain = decisions(a), decisions(b)
        for number in range(DAYS):
            assert (heeded[day(number)] == plain[day(number)]) == (number <= UNIT)
        alerts = [n for n in range(DAYS) if heeded[day(n)].verdict is Verdict.ALERT]
        assert {UNIT, NULLS, RECASED} <= set(alerts)


def test_a_replayed_window_heeds_what_had_been_said_then(
    faulty: str, answered: tuple[Path, str, list[str], list[Window]]
) -> None:
    """And nothing that was said later: the same bytes as on its night."""
    with open_pipeline(a_monitor(faulty, answered[0])) as pipeline:
        decider, stored = decider_of(pipeline), decisions(pipeline)
        blobs = pipeline.store.decisions.score_blobs("shop", "inputs", windows())
        for number in (UNIT, UNIT + 1, NULLS + 1, NULLS + 3, RECASED + 1, DAYS - 1):
            w = day(number)
            again = decider.one(w, decider.observer.observe(w), stored[w].evidence, decider.history(w))
            assert (repr(again.decision), again.blob) == (repr(stored[w]), blobs[w])  # NaN is itself to no comparison


def test_an_answer_of_the_past_decides_again_and_tells_nobody(
    faulty: str, answered: tuple[Path, str, list[str], list[Window]], tmp_path: Path
) -> None:
    """Given late (--at), it counts as if it had been given then, and taken back it is as if it had not been."""
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, END)
        before = decisions(pipeline)
        at = at_night(day(UNIT))
        say(pipeline, UNIT, Answer.CONFIRM, at)
        again = pipeline.decide(live=[day(n) for n in range(DAYS)])
        assert [d.window for d in again] == [day(n) for n in range(UNIT + 1, DAYS)]
        confirmed = decisions(pipeline)
        say(pipeline, UNIT, Answer.RETRACT, at + timedelta(hours=1))
        pipeline.decide()
        after = decisions(pipeline)
        for number in range(UNIT + 2, DAYS):
            w = day(number)
            told = {k for f in confirmed[w].findings for s in f.scores for k in s.windows}
            assert day(UNIT).key not in told
            assert (after[w].strength, repr(after[w].findings)) == (before[w].strength, repr(before[w].findings))
        assert [c for c in pipeline.store.outbox.carried("shop") if c.intent.action != DELIVER] == []


@pytest.fixture(scope="module")
def quiet(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """The nights of the faults with a planned silence over the first of them."""
    silence = f"{{from: {day(UNIT).start:%Y-%m-%d}, to: {day(UNIT + 2).start:%Y-%m-%d}, why: prices go to cents}}"
    changes = {"budget: 1 per month": f"budget: 1 per month, silences: [{silence}]"}
    with open_pipeline(a_monitor(faulty, tmp_path_factory.mktemp("quiet"), **changes)) as pipeline:
        pipeline.backfill(BEGIN, day(BEGUN).start)
        for number in range(BEGUN, NULLS + 1):
            pipeline.run(day(number))
        yield pipeline


def test_a_planned_silence_is_judged_and_told_to_nobody(quiet: Pipeline) -> None:
    alert = decisions(quiet)[day(UNIT)]
    assert alert.verdict is Verdict.ALERT
    assert alert.findings[0].column == "amount"
    assert alert.silenced == "prices go to cents"
    said = "Silenced by the monitor (alerts.silences): prices go to cents. Nobody was told, nothing was started."
    assert alert.notes[-1] == said
    silenced = {d.window for d in decisions(quiet).values() if d.silenced}
    assert silenced == {day(UNIT), day(UNIT + 1)}
    carried = [c.intent for c in quiet.store.outbox.carried("shop")]
    assert {i.action for i in carried if i.window in silenced} == {DELIVER}, "it is shown, and nothing else"
    assert day(NULLS) in {i.window for i in carried if i.action == "notify"}
    assert not [i for i in quiet.store.incidents.of("shop") if silenced & set(i.windows)]


def test_what_is_silenced_is_no_reference(quiet: Pipeline) -> None:
    decider = decider_of(quiet)
    gone = frozenset((day(UNIT), day(UNIT + 1)))
    for number in (UNIT + 2, NULLS):
        found = decisions(quiet)[day(number)]
        expected = judged(decider, number, NOTHING, without=sorted(gone))
        assert found.strength == pytest.approx(expected.strength)
        assert not {w.key for w in gone} & {k for f in found.findings for s in f.scores for k in s.windows}


def test_a_silence_of_next_week_decides_nothing_again(faulty: str, settled: tuple[Path, str], tmp_path: Path) -> None:
    """One over the past decides from there on again, and tells nobody."""
    shutil.copy(settled[0], tmp_path / "store.db")

    def again(silenced: Window) -> list[Window]:
        start, end = (f"{t:%Y-%m-%dT%H:%M}+00:00" for t in (silenced.start, silenced.end))
        silence = f"silences: [{{from: {start}, to: {end}, why: a deploy}}]"
        changes = {"budget: 1 per month": f"budget: 1 per month, {silence}"}
        with open_pipeline(a_monitor(faulty, tmp_path, **changes)) as pipeline:
            made = pipeline.decide(live=[day(n) for n in range(DAYS)])
            assert [c for c in pipeline.store.outbox.carried("shop") if c.intent.action != DELIVER] == []
        return [d.window for d in made]

    last = day(DAYS - 1)
    assert again(Window(last.end, last.end + timedelta(days=1), "day")) == []
    assert again(day(UNIT)) == [day(n) for n in range(UNIT, DAYS)]
