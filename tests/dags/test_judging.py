"""Challengers are judged by live nights alone; one run tells of an advice, tried again or not; trouble fails none."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from tests.pipeline.test_challengers import DATA, MONITOR
from tidegauge.airflow import challengers_told, work
from tidegauge.airflow.retraining import build_retraining_dag
from tidegauge.airflow.run_task import judges
from tidegauge.core.errors import MonitorError
from tidegauge.core.grid import between
from tidegauge.core.window import Window
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline

FIRST = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def monitor(tmp_path: Path) -> Path:
    """Its past ends on 18 January: fourteen windows after the 5th have labels that were due a night later."""
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute(DATA)
        connection.execute("CREATE TABLE gone AS FROM good")
    (tmp_path / "my.yml").write_text(MONITOR.format(place=tmp_path))
    with open_pipeline(load_monitor(tmp_path / "my.yml"), Past.BEGINS) as pipeline:
        pipeline.backfill(FIRST, day(18).start)
    return tmp_path / "my.yml"


def day(number: int) -> Window:
    """A day of January."""
    return between("day", "UTC", FIRST + timedelta(days=number - 1), FIRST + timedelta(days=number))[0]


def record(monitor: Path, key: str, **made: object) -> Path:
    file = monitor.parent / f"{key}.json"
    candidate = {"artefact": "x", "version": key, "trained_until": "2024-01-05", **made}
    file.write_text(json.dumps({"key": key, "monitor": "delays", "candidate": candidate}))
    return file


def entered(monitor: Path, key: str, scores: str) -> str:
    """Registered, and not judged yet."""
    from tidegauge.pipeline.challengers import register

    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        return register(pipeline, record(monitor, key, scores=scores))


def night(monitor: Path, number: int) -> list[str]:
    """What a live night's run tells of challengers."""
    advice, window = list[str](), day(number)
    hears = work.Hearers(last=challengers_told.of_run([window], advice.append))
    work.work_off(monitor, [window], live=True, started=lambda _dag, _run: False, hears=hears)
    return advice


def steps(monitor: Path) -> dict[str, Any]:
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        return pipeline.store.models.of("delays")


def test_a_live_night_judges_what_waits_and_its_run_alone_tells(
    monitor: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entered(monitor, "good-one", "good")
    entered(monitor, "gone-one", "gone")
    with duckdb.connect(str(monitor.parent / "log.duckdb")) as connection:
        connection.execute("DROP TABLE gone")
    assert night(monitor, 18) == []
    assert [*steps(monitor)["good-one"]] == ["registered"], "thirteen windows: no look, and no row is read"
    caplog.set_level(logging.INFO)
    (told,) = night(monitor, 19)
    assert told.startswith("good-one: Promote the challenger. It is better: AUC +")
    assert "gone-one was not judged" in caplog.text
    after = steps(monitor)
    assert after["good-one"]["announced"] == {"window": day(19).key}
    assert [*after["gone-one"]] == ["registered"]
    assert night(monitor, 19) == [told], "tried again, it says it again"
    assert night(monitor, 20) == []
    assert night(monitor, 18) == []
    assert steps(monitor) == after


def test_a_run_that_died_between_the_look_and_its_telling_tells_it_when_tried_again(
    monitor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tidegauge.store.stored_models import Models

    entered(monitor, "good-one", "good")
    night(monitor, 18)
    put = Models.put

    def dies(self: Models, name: str, key: str, step: str, facts: Any) -> bool:  # noqa: ANN401 - any facts
        if step == "announced":
            raise KeyboardInterrupt
        return put(self, name, key, step, facts)

    monkeypatch.setattr(Models, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        night(monitor, 19)
    assert [*steps(monitor)["good-one"]] == ["registered", "look 1"]
    monkeypatch.undo()
    (told,) = night(monitor, 19)
    assert told.startswith("good-one: Promote")


def test_without_a_challenger_nothing_is_asked_or_stored(monitor: Path) -> None:
    assert night(monitor, 18) == night(monitor, 19) == []
    assert steps(monitor) == {}


@pytest.mark.parametrize(
    ("kind", "conf", "does"),
    [
        ("scheduled", {}, True),
        ("manual", {}, True),
        ("manual", {"live": False}, False),
        ("backfill", {}, False),
        ("backfill", {"live": True}, False),
    ],
)
def test_only_live_runs_judge_and_no_backfill(kind: str, conf: dict[str, Any], *, does: bool) -> None:
    run = SimpleNamespace(conf=conf, run_type=kind)
    assert judges(cast("Any", {"dag_run": run})) is does


def test_the_retraining_dag_enters_its_candidate(monitor: Path) -> None:
    """After the fit; where the record names no scores there is nothing to judge, and another's monitor is named."""
    dag = build_retraining_dag("again", "tests.dags.refits:mean", monitor.parent, {"delays": monitor})
    assert dag.get_task("judge").upstream_task_ids == {"refit"}
    good = record(monitor, "good-one", scores="good")
    assert challengers_told.names_scores(good)
    assert not challengers_told.names_scores(record(monitor, "plain"))
    night(monitor, 18)
    said = challengers_told.enter(good, {"delays": monitor})
    assert said == "good-one (waiting): It has 13 of 14 mature windows that neither model was trained on."
    assert challengers_told.enter(good, {"delays": monitor}) == said
    with pytest.raises(MonitorError, match='"delays" is no monitor in TIDEGAUGE_MONITORS'):
        challengers_told.enter(good, {"others": monitor})
    night(monitor, 19)
    assert challengers_told.enter(good, {"delays": monitor}).startswith("good-one (promote): Promote the challenger.")
