"""A pipeline by another tuning: other evidence, other verdicts, the shipped ones untouched. What a night imports."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.world import BEGIN, END, a_monitor
from tidegauge.core.decision import Verdict
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import Pipeline, open_pipeline
from tidegauge.replay.course import open_track
from tidegauge.replay.ways import others
from tidegauge.tuning.tuning import SHIPPED, Tuning

STRICT = SHIPPED.but(
    {"decisions.threshold.least": 40.0, "relations.residuals.known": 0.0, "relations.pairs.least": 9.0}
)


@pytest.fixture(scope="module")
def folder(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the faulty weeks were decided by the shipped tuning."""
    made = tmp_path_factory.mktemp("tuned")
    with open_pipeline(a_monitor(faulty, made), Past.BEGINS) as pipeline:
        pipeline.backfill(BEGIN, END)
    return made


def opened(faulty: str, folder: Path, tuning: Tuning) -> Iterator[Pipeline]:
    """The pipeline of that store by a tuning."""
    with open_pipeline(a_monitor(faulty, folder), Past.PROFILED, tuning=tuning) as pipeline:
        yield pipeline


def test_an_equal_tuning_decides_nothing_anew_and_another_all_of_it(faulty: str, folder: Path) -> None:
    for tuning in (SHIPPED, Tuning()):
        for pipeline in opened(faulty, folder, tuning):
            assert not pipeline.decide()
    for pipeline in opened(faulty, folder, STRICT):
        store, name = pipeline.store, pipeline.monitor.name
        decider = pipeline.decider("inputs")
        assert decider is not None
        before = store.decisions.evidences(name, "inputs")
        stale, evidence = decider.stale(store.profiles.revisions(pipeline.monitor.source_key, "inputs"), before)
        assert set(stale) == set(before)
        assert not set(evidence.values()) & set(before.values())


def test_a_verdict_follows_the_tuning_and_comes_back_with_it(faulty: str, folder: Path) -> None:
    for pipeline in opened(faulty, folder, SHIPPED):
        shipped = {
            d.window: (d.verdict, d.strength) for d in pipeline.store.decisions.of(pipeline.monitor.name, "inputs")
        }
        incidents = pipeline.store.incidents.of(pipeline.monitor.name, "inputs")
        assert Verdict.ALERT in {verdict for verdict, _ in shipped.values()}
    for pipeline in opened(faulty, folder, STRICT):
        assert pipeline.decide()
        strict = {d.window: d for d in pipeline.store.decisions.of(pipeline.monitor.name, "inputs")}
        assert any(strict[w].verdict is Verdict.FINE for w, (verdict, _) in shipped.items() if verdict is Verdict.ALERT)
        assert pipeline.store.incidents.of(pipeline.monitor.name, "inputs") != incidents
    for pipeline in opened(faulty, folder, SHIPPED):
        pipeline.decide()
        again = {
            d.window: (d.verdict, d.strength) for d in pipeline.store.decisions.of(pipeline.monitor.name, "inputs")
        }
        assert again == shipped
        assert pipeline.store.incidents.of(pipeline.monitor.name, "inputs") == incidents


def test_a_night_imports_neither_scipy_nor_pandas(clean: str, tmp_path: Path) -> None:
    """Each costs more than all that a night imports: profile, decide, show, and the weekly sensitivity."""
    program = f"""
import sys
from pathlib import Path
from tests.pipeline.nights import work
from tests.begun import open_pipeline
from tests.pipeline.world import a_monitor, day
folder = Path({str(tmp_path)!r})
work({clean!r}, folder, 40, [40, 41])
with open_pipeline(a_monitor({clean!r}, folder)) as pipeline:
    assert pipeline.report("inputs", day(41)) is not None
print(*({{m.partition(".")[0] for m in sys.modules}} & {{"scipy", "pandas", "sklearn", "duckdb"}}))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["duckdb"]


def test_a_replay_judges_by_it_too_and_in_every_other_way(faulty: str, folder: Path) -> None:
    for pipeline in opened(faulty, folder, STRICT):
        track = open_track(pipeline, "inputs", others(pipeline.monitor))
        assert track is not None
        assert len(track.runs) > 3
        assert all(run.decider.tuning is STRICT for run in track.runs)
