"""Show 9: a column cut from weeks of one sentinel sees, once cut again, a shift of one interquartile range.

And what was decided before stays what it was, however the windows come: in one backfill, night by night, with a gap
that is filled late, with a kill between the cut and the windows that it counts again, in a replay.
"""

import multiprocessing
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.pipeline.outgrown import BEGIN, DAYS, FIRST, POINT, STRETCH, VALUES, WIDTH, YAML, a_monitor, day, write
from tests.pipeline.world import change, inside
from tidegauge.cli import main
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import Window
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import later
from tidegauge.replay.replay import replay
from tidegauge.stages import inputs, recutting
from tidegauge.store.codec import write as as_json

SHIFTED = 90  # the day on which every amount is higher by one interquartile range
END = 95  # days that most tests go to


@dataclass(frozen=True)
class Grown:
    """A warehouse, and a store that has seen all of it in one backfill."""

    url: str
    folder: Path

    def open(self, folder: Path | None = None, sample: int = 0) -> Any:  # noqa: ANN401 - a context
        return open_pipeline(a_monitor(self.url, folder or self.folder, sample))

    @property
    def dump(self) -> list[str]:
        with self.open() as pipeline:
            return lines(pipeline)


def lines(pipeline: Pipeline) -> list[str]:
    return pipeline.store.dump().splitlines()


def make(url: str, folder: Path) -> Grown:
    change(url, f"UPDATE log SET amount = amount + {WIDTH} WHERE {inside(day(SHIFTED))}")
    made = Grown(url, folder)
    with made.open() as pipeline:
        pipeline.backfill(BEGIN, day(END).start)
    return made


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    folder = tmp_path_factory.mktemp("grown")
    return make(write("duckdb", folder), folder)


def decided(pipeline: Pipeline) -> dict[Window, Decision]:
    return {d.window: d for d in pipeline.store.decisions.of("grown", "inputs")}


def cut(pipeline: Pipeline) -> dict[str, str]:
    """Column → the id of its newest cells, of the first cut."""
    versions = pipeline.profiler.profiles.versions()
    return {c: found[0].layout.cuts[-1].id for c, found in versions.cut.items()}


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_a_shift_of_one_interquartile_range_is_seen(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if engine == "duckdb":
        made = request.getfixturevalue("grown")
    else:
        made = make(write(request.getfixturevalue("postgres"), tmp_path), tmp_path)
    with made.open() as pipeline:
        assert sorted(cut(pipeline)) == ["amount", "fee", "plan"], "those without values at first; not the others"
        found = decided(pipeline)
        alert = found[day(SHIFTED)]
        assert alert.verdict is Verdict.ALERT
        assert alert.findings[0].column == "amount"
        score = alert.findings[0].scores[0]
        assert (score.statistic, score.cells) == ("location", cut(pipeline)["amount"])
        assert score.value - score.expected == pytest.approx(WIDTH, rel=0.2)
        quiet = [d for w, d in found.items() if day(POINT) <= w != day(SHIFTED)]
        assert {d.verdict for d in quiet} == {Verdict.FINE}, "new cells are no news"
        assert any("had outgrown its cells" in note for note in found[day(POINT)].notes)
        assert not any(
            "had outgrown" in note for d in (day(POINT - 1), day(POINT + STRETCH)) for note in found[d].notes
        )


def test_it_was_not_seen_in_the_first_cells(grown: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the test above: without the cut there is nothing to see."""
    monkeypatch.setattr(inputs, "outgrown", lambda *_: iter(()))
    with grown.open(tmp_path) as pipeline:
        pipeline.backfill(BEGIN, day(END).start)
        assert pipeline.profiler.profiles.versions().cut == {}
        assert decided(pipeline)[day(SHIFTED)].verdict is Verdict.FINE


@pytest.fixture(scope="module")
def before(grown: Grown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that ends some days before the point."""
    folder = tmp_path_factory.mktemp("before")
    with grown.open(folder) as pipeline:
        pipeline.backfill(BEGIN, day(POINT - 4).start)
    return folder


@pytest.fixture
def going_on(before: Path, tmp_path: Path) -> Path:
    shutil.copy(before / "store.db", tmp_path / "store.db")
    return tmp_path


def test_what_was_decided_before_stays_what_it_was(grown: Grown, going_on: Path) -> None:
    """To the byte, and on the same evidence: cells that come later say nothing of it."""
    with grown.open(going_on) as pipeline:
        stood = {w: as_json(d) for w, d in decided(pipeline).items()}
        profiles = [line for line in lines(pipeline) if '"profiles"' in line]
        pipeline.backfill(BEGIN, day(END).start)
        now = {w: as_json(d) for w, d in decided(pipeline).items()}
        assert stood.items() <= now.items()
        assert set(profiles) <= set(lines(pipeline)), "nor is any window before the point counted again"
        assert lines(pipeline) == grown.dump
    with grown.open() as pipeline:
        assert stood.items() <= {w: as_json(d) for w, d in decided(pipeline).items()}.items()


def test_night_by_night_ends_in_the_same_tables(grown: Grown, going_on: Path) -> None:
    with grown.open(going_on) as pipeline:
        for number in range(POINT - 4, POINT + 3):
            pipeline.run(day(number))
            assert bool(pipeline.profiler.profiles.versions().cut) is (number >= POINT - 1), (
                "as soon as the stretch is complete"
            )
        pipeline.run(day(POINT + 2))
        assert pipeline.decide() == []
        pipeline.backfill(BEGIN, day(END).start)
        assert lines(pipeline) == grown.dump


def test_a_gap_that_is_filled_late_cuts_late_and_ends_in_the_same_tables(grown: Grown, going_on: Path) -> None:
    with grown.open(going_on) as pipeline:
        for number in (POINT - 4, POINT - 3, POINT - 1, POINT + 1, POINT, POINT + 5):
            pipeline.run(day(number))
        assert pipeline.profiler.profiles.versions().cut == {}, "nobody looks at half a stretch"
        counted = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        pipeline.run(day(POINT - 2))
        again = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        assert {w for w in counted if counted[w] != again[w]} == {day(POINT), day(POINT + 1), day(POINT + 5)}
        pipeline.backfill(BEGIN, day(END).start)
        assert lines(pipeline) == grown.dump


def test_killed_between_the_cut_and_the_windows_that_it_counts_again(grown: Grown, going_on: Path) -> None:
    child = multiprocessing.get_context("fork").Process(target=_cut_and_die, args=(grown, going_on))
    child.start()
    child.join(240)
    assert child.exitcode == -signal.SIGKILL
    with grown.open(going_on) as pipeline:
        assert pipeline.profiler.profiles.versions().cut, "the cut was kept"
        known = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        assert recutting.to_recount(pipeline.profiler, known), "and windows are counted in the old cells"
        pipeline.decide()  # somebody decides meanwhile, on what there is
        assert decided(pipeline)[day(POINT)].verdict is Verdict.FINE
        pipeline.backfill(BEGIN, day(END).start)
        known = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        assert recutting.to_recount(pipeline.profiler, known) == []
        assert lines(pipeline) == grown.dump


def _cut_and_die(grown: Grown, folder: Path) -> None:
    """In a child: a backfill that dies as soon as a cut is stored."""

    def examine(*asked: Any) -> bool:  # noqa: ANN401 - whatever it is given
        if recutting.examine(*asked):
            os.kill(os.getpid(), signal.SIGKILL)
        return False

    with pytest.MonkeyPatch.context() as patch, grown.open(folder) as pipeline:
        patch.setattr(inputs, "examine", examine)
        pipeline.backfill(BEGIN, day(POINT + 10).start)


def test_a_replay_says_the_same_before_at_and_after_the_point(grown: Grown) -> None:
    with grown.open() as pipeline:
        found = replay(pipeline, day(POINT - 3).start, day(END).start)
    assert found.same.different == ()
    assert found.same.other == found.same.unknown == 0
    assert found.same.same == END - POINT + 3
    assert [a.window for a in found.alerts] == [day(SHIFTED)]


def test_a_replay_cuts_by_itself_what_was_never_profiled(grown: Grown, tmp_path: Path) -> None:
    with grown.open(tmp_path) as pipeline:
        found = replay(pipeline, day(POINT + STRETCH).start, day(END).start)
        assert [a.window for a in found.alerts] == [day(SHIFTED)]
        assert sorted(cut(pipeline)) == ["amount", "fee", "plan"]


def test_two_at_once_come_to_one_cut(grown: Grown, going_on: Path) -> None:
    """The second one finds that somebody has looked, and keeps what was found."""
    with grown.open(going_on) as pipeline, grown.open(going_on) as other:
        pipeline.backfill(BEGIN, day(POINT - 1).start)
        known = other.store.profiles.revisions(other.monitor.source_key, "inputs")
        assert list(recutting.outgrown(other.profiler, known)) == []
        pipeline.run(day(POINT - 1))
        first = pipeline.store.recuts.of(pipeline.monitor.source_key)
        recutting.examine(other.profiler, day(STRETCH).start, day(POINT).start)
        assert other.store.recuts.of(other.monitor.source_key) == first
        assert cut(other) == cut(pipeline)


def test_windows_of_both_times_compare_in_the_first_cells(grown: Grown) -> None:
    """What a later window was counted in splits the first cells: its counts there are sums."""
    with grown.open() as pipeline:
        old, new = pipeline.profiler.profiles.cells([day(POINT - 1), day(POINT)])
        name = later("amount", cut(pipeline)["amount"])
        assert name in new
        assert name not in old
        assert new["amount"].rows == new[name].rows
        assert set(new["amount"].codes.tolist()) == set(old["amount"].codes.tolist()), "where normal amounts lie"
        total = Cells.total([old["amount"], new["amount"]])
        assert total.rows == old["amount"].rows + new["amount"].rows


def test_rows_that_are_gone_from_the_warehouse_are_not_counted_as_none(grown: Grown, going_on: Path) -> None:
    """A warehouse keeps its rows for a month: a window that can't be counted again stays as it was."""
    copy = going_on / "short.duckdb"
    shutil.copy(grown.url.removeprefix("duckdb:///"), copy)
    with open_pipeline(a_monitor(grown.url, going_on), url=f"duckdb:///{copy}") as pipeline:
        for number in (POINT - 4, POINT - 3, POINT - 1, POINT):
            pipeline.run(day(number))
        known = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
    change(f"duckdb:///{copy}", f"DELETE FROM log WHERE {inside(day(POINT))}")
    with open_pipeline(a_monitor(grown.url, going_on), url=f"duckdb:///{copy}") as pipeline:
        pipeline.run(day(POINT - 2))
        again = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        assert pipeline.profiler.profiles.versions().cut
        assert again[day(POINT)] == known[day(POINT)]


def test_status_and_explain_tell_of_it(grown: Grown) -> None:
    file = grown.folder / "grown.yaml"
    file.write_text(YAML.format(url=grown.url, folder=grown.folder, start=FIRST, sample=0), encoding="utf-8")

    def output(*words: str) -> str:
        return " ".join(CliRunner().invoke(main, words).output.split())

    since = "amount (2024-03-04), fee (2024-03-04), plan (2024-03-04)"
    assert f"Cut again, having outgrown their cells: {since}" in output("status", str(file))
    note = '"amount" had outgrown its cells and is counted in new ones since 2024-03-04'
    assert note in output("explain", str(file), day(POINT).key)
    assert note not in output("explain", str(file), day(POINT - 1).key)
    assert "location of amount in" in output("explain", str(file), day(SHIFTED).key, "--sql"), "over the new cells"


def test_the_days_lie_as_these_tests_mean_them() -> None:
    first, second = recutting.stretches("day", "America/New_York", day(0).start, day(POINT).start)
    assert first == (day(0).start, day(STRETCH).start)
    assert second == (day(STRETCH).start, day(POINT).start)
    assert VALUES > STRETCH
    assert END <= DAYS
