"""Labels cut from weeks of one sentinel see, once cut again, a shift of one interquartile range; as inputs do."""

from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.outgrown import POINT, day
from tests.pipeline.outgrown_labels import BEGIN, KINDS, SHIFTED, a_monitor, write
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.window import Window
from tidegauge.pipeline.pipeline import Pipeline

END = 95  # days that these tests go to


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
        assert {d.verdict for d in quiet} == {Verdict.FINE}, "new cells are no news"
        assert any("counted anew since" in note for note in found[day(POINT)].notes)
        assert not any("counted anew" in note for note in found[day(POINT - 1)].notes)
