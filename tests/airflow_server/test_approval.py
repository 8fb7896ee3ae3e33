"""A retraining that waits for a person, in a running Airflow: one yes starts one, a no and no answer start none."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.airflow_server.conftest import MONITOR, NIGHT, START, Live, midnight
from tests.begun import open_pipeline
from tidegauge.airflow.names import APPROVAL
from tidegauge.monitor import load_monitor

QUICK = """
from datetime import timedelta
import time
from pathlib import Path
from tidegauge.airflow.approval import build_approval_dag
from tidegauge.monitor import load_monitor

quick = build_approval_dag([load_monitor(Path("{file}"))], "quick-approval", within=timedelta(seconds=20))
"""


@pytest.fixture(scope="module")
def asked(live: Live) -> Path:
    """A monitor whose retraining a person approves; and the DAG that asks, with little patience."""
    file = live.home / "asked.yml"
    text = MONITOR.format(home=live.home).replace("monitor: small", "monitor: asked").replace("store.db", "asked.db")
    file.write_text(text.replace("stage: inputs", "stage: inputs, approve: true"))
    with open_pipeline(load_monitor(file)) as pipeline:
        pipeline.backfill(midnight(START), midnight(NIGHT))
    (live.airflow.dags / "quick.py").write_text(QUICK.format(file=file))
    live.airflow.until(lambda: live.airflow.call("GET", f"/dags/{APPROVAL}"), "the DAG that asks is there")
    live.airflow.call("PATCH", f"/dags/{APPROVAL}", {"is_paused": False})
    live.airflow.call("PATCH", "/dags/retrain_small", {"is_paused": False})
    return file


def _answer(live: Live, run_id: str, said: str) -> dict[str, Any]:
    """Answer a question, when it is asked; the question."""
    place = f"/dags/{APPROVAL}/dagRuns/{run_id}/taskInstances/approve"
    live.airflow.until(lambda: live.airflow.call("GET", place)["state"] == "awaiting_input", "the question is asked")
    time.sleep(10)  # Airflow 3.3.2 takes an answer that comes before it has parked the task for a failure of it
    asked: dict[str, Any] = live.airflow.call("GET", f"{place}/-1/hitlDetails")
    live.airflow.call("PATCH", f"{place}/-1/hitlDetails", {"chosen_options": [said], "params_input": {}})
    return asked


def _runs(live: Live, dag: str) -> list[str]:
    return [run["dag_run_id"] for run in live.airflow.call("GET", f"/dags/{dag}/dagRuns")["dag_runs"]]


def _states(live: Live, dag: str, run_id: str) -> dict[str, str]:
    found = live.airflow.call("GET", f"/dags/{dag}/dagRuns/{run_id}/taskInstances")["task_instances"]
    return {ti["task_id"]: ti["state"] for ti in found}


def test_one_yes_starts_one_retraining(live: Live, asked: Path) -> None:
    airflow = live.airflow
    airflow.ended("asked", airflow.trigger("asked", {"window": "2013-03-29"}))
    (run_id,) = _runs(live, APPROVAL)
    assert run_id not in _runs(live, "retrain_small"), "nothing begins before somebody has said so"
    question = _answer(live, run_id, "Approve")
    assert question["subject"] == "asked: start retrain_small?"
    assert "| `x` |" in question["body"]
    assert "[The report](/tidegauge/pages/asked/2013-03-29T04-00-00Z-inputs.html)" in question["body"]
    assert airflow.ended(APPROVAL, run_id)["state"] == "success"
    started = airflow.ended("retrain_small", run_id)
    assert started["state"] == "success"
    assert "question" not in started["conf"]
    assert started["conf"]["monitor"] == "asked"
    airflow.ended("asked", airflow.trigger("asked", {"window": "2013-03-29"}))
    assert _runs(live, APPROVAL) == [run_id], "nobody is asked twice"
    assert _runs(live, "retrain_small").count(run_id) == 1


def test_no_and_no_answer_start_none(live: Live, asked: Path) -> None:
    airflow = live.airflow
    before = _runs(live, "retrain_small")
    conf = {"monitor": "asked", "dag": "retrain_small", "key": "k", "question": "[x](http://elsewhere)"}
    refused = airflow.trigger(APPROVAL, conf)
    _answer(live, refused, "Reject")
    airflow.ended(APPROVAL, refused)
    assert _states(live, APPROVAL, refused) == {"approve": "success", "start": "skipped"}
    late = airflow.trigger("quick-approval", conf)
    airflow.ended("quick-approval", late)
    assert _states(live, "quick-approval", late) == {"approve": "success", "start": "skipped"}
    assert _runs(live, "retrain_small") == before


def test_nothing_but_a_retraining_that_a_monitor_asks_for_can_be_started(live: Live, asked: Path) -> None:
    run_id = live.airflow.trigger(APPROVAL, {"monitor": "asked", "dag": "small", "key": "k", "question": "?"})
    _answer(live, run_id, "Approve")
    assert live.airflow.ended(APPROVAL, run_id)["state"] == "failed"
    assert run_id not in _runs(live, "small")
