"""Labels cut from weeks of one sentinel see, once cut again, a shift of one interquartile range; as inputs do."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.outgrown import BEGIN, POINT, day
from tests.pipeline.outgrown_labels import KINDS, SHIFTED, a_monitor, write
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import VOLUME, Window
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.replay.replay import replay
from tidegauge.stages import inputs
from tidegauge.stages import labels as stage
from tidegauge.store.codec import write as as_json

END = 83  # days that these tests go to


def run(kind: str, folder: Path) -> tuple[Path, Path]:
    path = write(kind, folder)
    with open_pipeline(a_monitor(path, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(END).start)
    return path, folder


@pytest.fixture(scope="module", params=KINDS)
def grown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path]:
    return request.param, *run(request.param, tmp_path_factory.mktemp(request.param))


def decided(pipeline: Pipeline) -> dict[Window, Decision]:
    return {d.window: d for d in pipeline.store.decisions.of("grown", "labels")}


def test_a_change_of_labels_is_seen_after_weeks_that_said_nothing(grown: tuple[str, Path, Path]) -> None:
    kind, path, folder = grown
    with open_pipeline(a_monitor(path, folder)) as pipeline:
        versions = pipeline.profiler.label_versions()
        assert versions is not None
        assert [since for since, _ in versions.later] == [day(POINT).start]
        found = decided(pipeline)
        alert = found[day(SHIFTED)]
        assert alert.verdict is Verdict.ALERT
        score = alert.findings[0].scores[0]
        assert score.cells == versions.newest.cells
        if kind in ("numbers", "zeros"):
            assert score.value - score.expected == pytest.approx(6.0, rel=0.2)
        quiet = [d for w, d in found.items() if day(POINT) <= w != day(SHIFTED)]
        # labels that were none for weeks, because they were neither 0 nor 1, are there again: that is told
        told = [f for d in quiet if d.verdict is not Verdict.FINE for f in d.findings if f.column != VOLUME]
        assert not told, "new cells are no news"
        assert any("counted anew since" in note for note in found[day(POINT)].notes)
        assert not any("counted anew" in note for note in found[day(POINT - 1)].notes)


def only(*kinds: str) -> pytest.MarkDecorator:
    """Of the logs that there are, those by which this is shown: a backfill takes seconds."""
    return pytest.mark.parametrize("grown", kinds, indirect=True, scope="module")


@only("zeros")
def test_it_was_not_seen_in_the_first_cells(
    grown: tuple[str, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards the test above: without the cut there is nothing to see but that labels are there again."""
    kind, path, _ = grown
    monkeypatch.setattr(stage, "outgrown_labels", lambda *_: [])
    monkeypatch.setattr(inputs, "outgrown", lambda *_: iter(()))
    with open_pipeline(a_monitor(path, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(END).start)
        found = decided(pipeline)[day(SHIFTED)].findings
    assert all(s.statistic == "labelled-share" for f in found for s in f.scores), kind


@only("numbers", "scores")
def test_night_by_night_what_was_decided_before_stays_and_ends_in_the_same_tables(
    grown: tuple[str, Path, Path], tmp_path: Path
) -> None:
    kind, path, folder = grown
    with open_pipeline(a_monitor(path, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(POINT - 3).start)
        stood = {w: as_json(d) for w, d in decided(pipeline).items()}
        for number in range(POINT - 3, POINT + 3):
            pipeline.backfill(BEGIN, day(number).end + timedelta(days=2))
            versions = pipeline.profiler.label_versions()
            assert versions is not None
            # the cells of scores are cut with the inputs, a day before the labels of that stretch are all due
            assert bool(versions.later) is (number >= POINT - (3 if kind == "scores" else 2)), number
        pipeline.backfill(BEGIN, day(END).start)
        now = {w: as_json(d) for w, d in decided(pipeline).items()}
        assert stood.items() <= now.items()
        with open_pipeline(a_monitor(path, folder)) as other:
            assert pipeline.store.dump() == other.store.dump()


@only("scores")
def test_a_replay_says_the_same_before_at_and_after_the_point(grown: tuple[str, Path, Path]) -> None:
    _, path, folder = grown
    with open_pipeline(a_monitor(path, folder)) as pipeline:
        found = replay(pipeline, day(POINT - 2).start, day(END).start)
    assert found.same.different == ()
    assert found.same.other == found.same.unknown == 0


def test_performance_and_explanation_are_told_across_the_point(grown: tuple[str, Path, Path]) -> None:
    """Numbers of periods that hold windows of both times, statements in the cells that a score was read in."""
    kind, path, folder = grown
    with open_pipeline(a_monitor(path, folder)) as pipeline:
        decider = pipeline.decider("labels")
        assert decider is not None
        figures = decider.observer.figures
        assert figures is not None
        both = figures.together([day(POINT - 1), day(POINT)])
        assert both.labelled == sum(figures.counted(day(n)).labelled for n in (POINT - 1, POINT))
        finding = pipeline.explain(day(SHIFTED), stage="labels").findings[0]
        score = finding.scores[0]
        found = pipeline.profiler.warehouse.fetch(finding.sql.removesuffix(";"))
        assert float(found[score.statistic][0]) == pytest.approx(score.value, rel=1e-3), kind
        assert pipeline.sensitivity(day(SHIFTED - 1), stage="labels") is not None
        assert pipeline.report("labels", day(SHIFTED)) is not None
