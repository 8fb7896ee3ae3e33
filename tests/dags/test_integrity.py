"""The DAGs of a folder of monitors: they load, quickly, with nothing heavy, and survive serialisation."""

import os
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidegauge.core.errors import MonitorError
from tidegauge.core.grid import containing
from tidegauge.monitor import Monitor
from tidegauge.monitor.read import parse_monitor

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
    asking = MONITOR.format(name="hourly", every="hour").replace("retrain_it", "retrain_it, approve: true")
    (tmp_path / "hourly.yaml").write_text(asking)
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
    ours = {"nightly", "hourly", "tidegauge-sweep", "tidegauge-answer", "tidegauge-approval", "retrain_it"}
    assert set(bag.dags) == ours | {"load-inference-log", "after-an-alert"}
    assert {stat.file for stat in bag.dagbag_stats} == {"tidegauge_dags.py", "loader_dag.py", "follower_dag.py"}
    assert sum(stat.duration.total_seconds() for stat in bag.dagbag_stats) < 5
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


def test_every_task_says_what_it_is_for_and_leads_to_its_report(bag: object) -> None:
    from airflow.dag_processing.dagbag import DagBag

    assert isinstance(bag, DagBag)
    for name in ("nightly", "tidegauge-sweep", "tidegauge-answer", "tidegauge-approval", "retrain_it"):
        assert all(task.doc_md for task in bag.dags[name].tasks), name
    for task in bag.dags["nightly"].tasks:
        assert "Report" in [link.name for link in task.operator_extra_links], task.task_id
    assert {"tidegauge", "monitor", "day"} <= set(bag.dags["nightly"].tags)


def test_the_pages_are_off_by_one_setting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "from tidegauge.airflow.plugin import TidegaugePlugin as P\n"
        "print(P.fastapi_apps, P.external_views, P.listeners)"
    )
    for said, shown in (("off", False), ("", True)):
        monkeypatch.setenv("TIDEGAUGE_PAGES", said)
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ.copy(), capture_output=True, text=True, check=True
        )
        assert (done.stdout.strip().endswith("[] [] []")) is not shown
    monkeypatch.setenv("TIDEGAUGE_PAGES", "off")
    from tidegauge.airflow.monitors_folder import build_dags

    tasks = build_dags(str(folder))["nightly"].tasks
    assert not any(link.name == "Report" for task in tasks for link in task.operator_extra_links)


def test_installing_is_all_that_the_plugin_needs() -> None:
    """The entry point that the running Airflow of the tests is given is the one that the package declares."""
    from tests.services.airflow_server import ENTRY_POINTS

    declared = tomllib.loads((DAGS.parent / "pyproject.toml").read_text())["project"]["entry-points"]
    lines = [f"{name} = {what}" for name, what in declared["airflow.plugins"].items()]
    assert ENTRY_POINTS.splitlines() == ["[airflow.plugins]", *lines]


def test_a_broken_monitor_does_not_take_the_others_along(folder: Path) -> None:
    """It becomes a DAG that says what is wrong; so does a second monitor of the same name."""
    from tidegauge.airflow.monitors_folder import build_dags

    (folder / "wrong.yml").write_text(MONITOR.format(name="wrong", every="dya"))
    (folder / "twice.yml").write_text(MONITOR.format(name="nightly", every="day"))
    dags = build_dags(str(folder))
    ours = {"tidegauge-sweep", "tidegauge-answer", "tidegauge-approval"}
    assert set(dags) == {"nightly", "hourly", *ours, "wrong-does-not-read", "twice-does-not-read"}
    page = dags["wrong-does-not-read"].doc_md
    assert page
    assert "wrong.yml:6: window.every" in page
    assert 'called "nightly" too' in str(dags["twice-does-not-read"].doc_md)


def test_what_airflow_does_not_take_and_names_of_other_dags_break_one_monitor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One schedule that Airflow refuses took every DAG away; a monitor called as the sweep replaced it, unsaid."""
    from tidegauge.airflow import monitors_folder
    from tidegauge.airflow.dag import build_dag

    def refusing(monitor: Monitor) -> Any:  # noqa: ANN401 - a DAG
        if monitor.name == "odd":
            raise ValueError("asset name cannot be just whitespace")
        return build_dag(monitor)

    monkeypatch.setattr(monitors_folder, "build_dag", refusing)
    for name in ("odd", "tidegauge-sweep", "refit"):
        (folder / f"{name}-file.yml").write_text(MONITOR.format(name=name, every="day"))
    dags = monitors_folder.build_dags(str(folder), "refit=examples.flights.model:refit")
    assert {"nightly", "hourly", "tidegauge-sweep", "refit", "odd-file-does-not-read"} <= set(dags)
    assert "just whitespace" in str(dags["odd-file-does-not-read"].doc_md)
    for name in ("tidegauge-sweep", "refit"):
        assert "is the name of another DAG" in str(dags[f"{name}-file-does-not-read"].doc_md)


@pytest.mark.parametrize("on", ["{asset: '   '}", f"{{asset: {'a' * 1501}}}", "{asset: rows, uri: 'airflow://x'}"])
def test_assets_that_airflow_refuses_are_refused_in_the_file(on: str) -> None:
    text = MONITOR.format(name="odd", every="day") + f"schedule: {{on: {on}}}\n"
    with pytest.raises(MonitorError, match=r"schedule\.on\.(asset|uri)"):
        parse_monitor(text, "odd.yml")


def test_the_sweep_is_red_of_a_monitor_that_does_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The DAG in its place is new, so paused, and says it to nobody; where no monitor reads, there is a sweep too."""
    from airflow.sdk.exceptions import AirflowFailException

    from tidegauge.airflow.monitors_folder import build_dags
    from tidegauge.airflow.sweep import StartOrSay

    (tmp_path / "wrong.yml").write_text(MONITOR.format(name="wrong", every="dya"))
    dags = build_dags(str(tmp_path))
    assert set(dags) == {"tidegauge-sweep", "wrong-does-not-read"}
    run = SimpleNamespace(conf={}, data_interval_end=None, run_after=datetime.now(UTC))
    monkeypatch.setattr("tidegauge.airflow.sweep.get_current_context", lambda: {"dag_run": run})
    check: Any = dags["tidegauge-sweep"].get_task("check")
    (found,) = check.python_callable()
    assert found["trigger_dag_id"] == "wrong-does-not-read"
    with pytest.raises(AirflowFailException, match=r"wrong\.yml:6: window\.every"):
        StartOrSay(task_id="start", **found).execute({})


def test_nobody_waits_for_a_triggerer_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """It wakes who waits for late rows; where none runs the scheduler does, and a run may say that it will not wait."""
    from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

    from tidegauge.airflow.wait import GRACE, WaitForWindow

    wait = WaitForWindow(task_id="wait_for_rows", kind="hour", zone="UTC", wait=timedelta(hours=3))
    last = containing("hour", "UTC", datetime.now(UTC) - timedelta(hours=1))

    def context(**more: object) -> Any:  # noqa: ANN401 - Airflow's own
        conf = {"window": last.key, **more}
        run = SimpleNamespace(
            conf=conf, partition_key=None, data_interval_start=None, data_interval_end=None, run_type="manual"
        )
        return {"dag_run": run}

    with pytest.raises(TaskDeferred) as held:
        wait.execute(context())
    assert held.value.timeout is not None
    left = last.end + timedelta(hours=3) - datetime.now(UTC)
    assert abs(held.value.timeout - left - GRACE) < timedelta(minutes=1)
    wait.execute(context(wait=False))
    with pytest.raises(AirflowFailException, match='conf: "wait" is true or false'):
        wait.execute(context(wait="no"))


def test_a_run_by_hand_passes_one_that_waits(folder: Path) -> None:
    """Two runs at once, and one task at a time that works."""
    from tidegauge.airflow.monitors_folder import build_dags

    dag = build_dags(str(folder))["nightly"]
    assert dag.max_active_runs == 3
    assert dag.get_task("monitor").max_active_tis_per_dag == 1


@pytest.mark.parametrize(("wait", "most"), [("0 hours", 2), ("1 hour", 3), ("6 hours", 8), ("90 minutes", 4)])
def test_hours_that_wait_do_not_hold_up_those_that_follow(folder: Path, tmp_path: Path, wait: str, most: int) -> None:
    """Each hour's run waits as long as late rows may come; with two at once, six hours of that were ten hours late."""
    from tidegauge.airflow.dag import build_dag
    from tidegauge.monitor import load_monitor

    text = (folder / "nightly.yml").read_text()
    file = tmp_path / "hourly.yml"
    file.write_text(text.replace("every: day", "every: hour").replace("wait: 2 hours", f"wait: {wait}"))
    assert build_dag(load_monitor(file)).max_active_runs == most


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
