"""The DAGs of a folder of monitors: they load, quickly, with nothing heavy, and survive serialisation."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidegauge.core.errors import MonitorError

DAGS = Path(__file__).parents[2] / "dags"
MONITOR = """
monitor: {name}
store: sqlite:///store.db
source: {{url: "duckdb:///warehouse.duckdb", table: inference_log}}
columns: {{id: id, time: at, prediction: score, numeric: [x]}}
window: {{every: {every}, zone: America/New_York, wait: 2 hours}}
actions: [{{retrain: {{dag: retrain_it}}}}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two monitors, something that is none, and the environment that names them."""
    (tmp_path / "nightly.yml").write_text(MONITOR.format(name="nightly", every="day"))
    (tmp_path / "hourly.yaml").write_text(MONITOR.format(name="hourly", every="hour"))
    (tmp_path / "values.yml").write_text("image: tidegauge\n")
    monkeypatch.setenv("TIDEGAUGE_MONITORS", str(tmp_path))
    monkeypatch.setenv("TIDEGAUGE_RETRAINING", "retrain_it=some.module:refit")
    return tmp_path


@pytest.fixture
def bag(folder: Path, airflow_database: None) -> object:
    """What Airflow's DAG processor makes of dags/."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(DAGS), bundle_path=DAGS)


def test_dags_load(bag: object) -> None:
    """No error, the DAGs that are meant, in little time: files are read every 30 seconds."""
    from airflow.dag_processing.dagbag import DagBag

    assert isinstance(bag, DagBag)
    assert bag.import_errors == {}
    assert set(bag.dags) == {"nightly", "hourly", "tidegauge-sweep", "tidegauge-answer", "retrain_it"}
    assert [stat.file for stat in bag.dagbag_stats] == ["tidegauge_dags.py"]
    assert bag.dagbag_stats[0].duration.total_seconds() < 5
    tasks = ["monitor", "retrain", "settle", "wait_for_rows"]
    assert [sorted(bag.dags[d].task_ids) for d in ("nightly", "tidegauge-sweep")] == [
        tasks,
        ["check", "deliver", "start"],
    ]
    assert bag.dags["nightly"].get_task("wait_for_rows").downstream_task_ids == {"monitor"}


def test_dags_survive_serialisation(bag: object) -> None:
    """What the scheduler reads is what was written, and says the same a second time."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    assert isinstance(bag, DagBag)
    for dag in bag.dags.values():
        once = DagSerialization.to_dict(dag)
        back = DagSerialization.from_dict(once)
        assert back.dag_id == dag.dag_id
        assert set(back.task_ids) == set(dag.task_ids)
        assert DagSerialization.to_dict(dag) == once


def test_a_broken_monitor_does_not_take_the_others_along(folder: Path) -> None:
    """It becomes a DAG that says what is wrong; so does a second monitor of the same name."""
    from tidegauge.airflow.monitors_folder import build_dags

    (folder / "wrong.yml").write_text(MONITOR.format(name="wrong", every="dya"))
    (folder / "twice.yml").write_text(MONITOR.format(name="nightly", every="day"))
    dags = build_dags(str(folder))
    ours = {"tidegauge-sweep", "tidegauge-answer"}
    assert set(dags) == {"nightly", "hourly", *ours, "wrong-does-not-read", "twice-does-not-read"}
    page = dags["wrong-does-not-read"].doc_md
    assert page
    assert "wrong.yml:6: window.every" in page
    assert 'called "nightly" too' in str(dags["twice-does-not-read"].doc_md)


def test_errors_say_what_to_set(folder: Path) -> None:
    """A folder that is not there, a retraining that is not written as it must be."""
    from tidegauge.airflow.monitors_folder import build_dags

    with pytest.raises(MonitorError, match="TIDEGAUGE_MONITORS is not set"):
        build_dags("")
    with pytest.raises(MonitorError, match="nowhere is no folder"):
        build_dags("/nowhere")
    with pytest.raises(MonitorError, match='"retrain_it" is not dag_id=module:function'):
        build_dags(str(folder), "retrain_it")
    with pytest.raises(MonitorError, match='"some.module" names no function'):
        build_dags(str(folder), "retrain_it=some.module")


def test_reading_the_file_imports_nothing_heavy(folder: Path) -> None:
    """The DAG processor pays for module-level imports every 30 seconds and once a task."""
    heavy = [
        "pandas",
        "numpy",
        "scipy",
        "sklearn",
        "duckdb",
        "great_expectations",
        "pyarrow",
        "tidegauge.pipeline.pipeline",
    ]
    code = (
        "import sys, runpy, airflow.sdk, airflow.providers.standard.operators.trigger_dagrun\n"
        "import airflow.providers.standard.triggers.temporal\n"
        "before = set(sys.modules)\n"
        f"runpy.run_path({str(DAGS / 'tidegauge_dags.py')!r})\n"
        f"sys.exit(any(m in sys.modules and m not in before for m in {heavy!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ.copy(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
