"""Show 6: however the windows come, whatever is run again, the final state is the same and nobody hears twice."""

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, DAYS, END, LATER, NULLS, UNIT, a_monitor, at_night, change, day, inside, windows
from tests.store.looking_back import past_decisions, past_revisions
from tidegauge.core.decision import Verdict
from tidegauge.core.intent import DELIVER, Intent
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incident_of
from tidegauge.pipeline.pipeline import Pipeline

LONG_AGO = 42  # days that were backfilled before the first night
NIGHTS = range(LONG_AGO, DAYS)


def canonical(pipeline: Pipeline) -> list[str]:
    """The final state in lines, once all labels are in."""
    pipeline.run_due(LATER, live=False)
    return pipeline.store.dump().splitlines()


def final(settled: tuple[Path, str]) -> list[str]:
    """What it should be."""
    return settled[1].splitlines()


def asked(pipeline: Pipeline) -> list[Intent]:
    """Everything that was ever asked for but deliveries."""
    return [c.intent for c in pipeline.store.outbox.carried(pipeline.monitor.name) if c.intent.action != DELIVER]


def nobody_hears_twice(pipeline: Pipeline) -> None:
    """Each event in the final state has led to at most one notice and one retraining."""
    name, told = pipeline.monitor.name, Counter[tuple[str, str]]()
    for intent in asked(pipeline):
        stage = intent.payload["stage"]
        decision = pipeline.store.decisions.get(name, stage, intent.window)
        assert decision is not None
        incident = incident_of(decision, pipeline.store.incidents.of(name, stage))
        if incident is not None:
            told[intent.action, incident.id] += 1
    assert set(told.values()) <= {1}, told


def nights(pipeline: Pipeline, some: Iterable[Window], *, live: bool = True) -> None:
    """Run some windows, one by one."""
    for window in some:
        pipeline.run(window, live=live, as_of=at_night(window))


@pytest.fixture(scope="module")
def begun(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store after the backfill that a monitor begins with; copy it."""
    folder = tmp_path_factory.mktemp("begun")
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(LONG_AGO).start)
    return folder / "store.db"


@pytest.fixture
def going_on(begun: Path, tmp_path: Path) -> Path:
    """A folder with a copy of that store."""
    shutil.copy(begun, tmp_path / "store.db")
    return tmp_path


def test_what_only_a_replay_has_profiled_waits_for_its_run(faulty: str, going_on: Path) -> None:
    """Deciding again, as after an answer, and a backfill up to the day before leave it alone: its run may tell."""
    with open_pipeline(a_monitor(faulty, going_on)) as pipeline:
        nights(pipeline, windows()[LONG_AGO:UNIT])
        pipeline.profile([day(UNIT)])
        assert pipeline.decide(first=()) == []
        assert pipeline.backfill(BEGIN, day(UNIT).start) == []
        nights(pipeline, [day(UNIT)])
        assert {i.window for i in asked(pipeline)} == {day(UNIT)}


def test_rerunning_any_window_changes_nothing(faulty: str, settled: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copy(settled[0], tmp_path / "store.db")
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        for number in (DAYS - 1, 0, UNIT, 20, NULLS, UNIT):
            assert pipeline.run(day(number), as_of=LATER) == []
        assert pipeline.profile(windows(), again=True) == DAYS
        assert pipeline.decide(live=windows()) == []
        assert pipeline.decide("labels", live=windows()) == []
        assert pipeline.backfill(BEGIN, END, again=True) == []
        assert pipeline.store.dump(outbox=True) == settled[1]


def test_night_by_night_ends_like_a_backfill(faulty: str, settled: tuple[Path, str], going_on: Path) -> None:
    with open_pipeline(a_monitor(faulty, going_on)) as pipeline:
        nights(pipeline, (day(n) for n in NIGHTS))
        assert canonical(pipeline) == final(settled)
        nobody_hears_twice(pipeline)
        once = asked(pipeline)
        nights(pipeline, (day(n) for n in NIGHTS))
        assert asked(pipeline) == once
        told = {i.window for i in once if i.action == "notify"}
        assert {day(UNIT), day(NULLS)} <= told
        assert day(UNIT + 1) not in told, "the second day of an incident is told to nobody"


def test_every_window_from_the_first_night_on(faulty: str, settled: tuple[Path, str], tmp_path: Path) -> None:
    """Without any backfill, each night alone."""
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        nights(pipeline, windows(), live=False)
        assert canonical(pipeline) == final(settled)


@example(order=list(reversed(NIGHTS)))  # the second day of an incident before its first
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(order=st.permutations(list(NIGHTS)))
def test_any_order_ends_in_the_same_state(
    faulty: str, settled: tuple[Path, str], begun: Path, tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    shutil.copy(begun, folder / "store.db")
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        nights(pipeline, (day(n) for n in order))
        assert canonical(pipeline) == final(settled)
        nobody_hears_twice(pipeline)


def test_the_last_window_first(faulty: str, settled: tuple[Path, str], tmp_path: Path) -> None:
    """An empty store that meets the newest window first, and a backfill then."""
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        nights(pipeline, [day(DAYS - 1), day(30)])
        pipeline.backfill(BEGIN, END)
        assert canonical(pipeline) == final(settled)
        assert asked(pipeline) == []


def test_a_gap_is_filled_later_without_a_notice(faulty: str, settled: tuple[Path, str], going_on: Path) -> None:
    gap = [day(LONG_AGO), day(NULLS - 1)]
    with open_pipeline(a_monitor(faulty, going_on)) as pipeline:
        nights(pipeline, (day(n) for n in NIGHTS if day(n) not in gap))
        assert pipeline.missing(END) == gap
        before = {d.window: d for d in pipeline.store.decisions.of("shop", "inputs")}
        for window, decision in before.items():
            assert decision.provisional == (window > gap[0])
            said = [note for note in decision.notes if note.startswith("Provisional")]
            assert len(said) == decision.provisional
        assert "2 earlier days are missing" in " ".join(before[day(DAYS - 1)].notes)
        told = asked(pipeline)
        pipeline.backfill(BEGIN, END)
        assert asked(pipeline) == told
        after = pipeline.store.decisions.of("shop", "inputs")
        assert not any(d.provisional for d in after)
        assert all(d.evidence != before[d.window].evidence for d in after if d.window > gap[0] and d.window not in gap)
        assert canonical(pipeline) == final(settled)
        nobody_hears_twice(pipeline)


def test_late_rows_make_a_new_revision_and_a_new_decision_without_a_notice(duck: str, tmp_path: Path) -> None:
    """Some of a day's rows come after its run; the next night sees them, and says nothing of that day."""
    late, next_night = day(40), day(41)
    change(duck, f"CREATE TABLE late AS SELECT * FROM log WHERE {inside(late)} AND id % 4 = 0")
    change(duck, f"DELETE FROM log WHERE {inside(late)} AND id % 4 = 0")
    monitor = a_monitor(duck, tmp_path)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, late.start)
        pipeline.run(late)
        (first,) = [d for d in pipeline.store.decisions.of("shop", "inputs") if d.window == late]
        told = asked(pipeline)
    change(duck, "INSERT INTO log SELECT * FROM late")
    with open_pipeline(monitor) as pipeline:
        made = pipeline.run(next_night)
        assert [d.window for d in made if d.stage == "inputs"] == [late, next_night]
        assert made[0].rows > first.rows
        assert made[0].verdict is Verdict.FINE
        assert len(past_revisions(pipeline.store, monitor.source_key, "inputs", late)) == 2
        assert [d for _, d in past_decisions(pipeline.store, "shop", "inputs", late)] == [first, made[0]]
        assert asked(pipeline) == told
        delivered = [c.intent for c in pipeline.store.outbox.carried("shop") if c.intent.action == DELIVER]
        shown = [i.window for i in delivered if i.payload["stage"] == "inputs"]
        assert first.verdict is not Verdict.FINE, "what is decided otherwise is shown again, and nobody is told"
        assert Counter(shown) == {late: 2, next_night: 1}
    with open_pipeline(a_monitor(duck, tmp_path / "fresh")) as pipeline:  # all rows there from the beginning
        pipeline.backfill(BEGIN, next_night.end)
        pipeline.run_due(LATER, live=False)
        expected = pipeline.store.dump()
    with open_pipeline(monitor) as pipeline:
        pipeline.run_due(LATER, live=False)
        assert pipeline.store.dump().splitlines() == expected.splitlines()
