"""Let Airflow's scheduler run the nights, and wait for it and for the retrainings that it started."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from examples.flights.local_airflow import LocalAirflow
from examples.flights.when import NIGHTS

NIGHTLY = "flights-delay"  # the monitor's name is its DAG's id
RETRAINING = "retrain_flights"
Runs = Sequence[dict[str, Any]]


def live_through(airflow: LocalAirflow, *, patience: float, say: Callable[[str], None]) -> Runs:
    """Unpause the DAGs, wait until every night has its run, and return the runs of the retraining DAG.

    Raises RuntimeError when a run fails or `patience` (seconds) is over.
    """
    until = time.monotonic() + patience
    _unpause(airflow, (RETRAINING, NIGHTLY), until)
    told = 0
    while True:
        nights, retrainings = _runs(airflow, NIGHTLY), _runs(airflow, RETRAINING)
        _no_failure(airflow, [*nights, *retrainings])
        done = [run for run in nights if run["state"] == "success"]
        if len(done) > told:
            told = len(done)
            started = f", {len(retrainings)} retraining started" if retrainings else ""
            say(
                f"  {told:2} of {NIGHTS} nights, the last {max(str(run['logical_date']) for run in done)[:10]}{started}"
            )
        if told >= NIGHTS and all(run["state"] == "success" for run in retrainings):
            return retrainings
        _patient(until, f"only {told} of {NIGHTS} nights were done", airflow)


def _unpause(airflow: LocalAirflow, dags: Sequence[str], until: float) -> None:
    """As soon as the DAG processor has read them. The sweep stays paused: it asks about today, and this is 2013."""
    while True:
        known = {dag["dag_id"] for dag in airflow.ask("GET", "/dags")["dags"]}
        if known.issuperset(dags):
            break
        errors = airflow.ask("GET", "/importErrors")["import_errors"]
        if errors:
            raise RuntimeError(f"Airflow cannot read {errors[0]['filename']}:\n{errors[0]['stack_trace']}")
        _patient(until, f"the DAGs {', '.join(sorted(set(dags) - known))} did not appear", airflow)
    for dag in dags:
        airflow.ask("PATCH", f"/dags/{dag}", {"is_paused": False})


def _runs(airflow: LocalAirflow, dag: str) -> Runs:
    runs: Runs = airflow.ask("GET", f"/dags/{dag}/dagRuns?limit=100&order_by=id")["dag_runs"]
    return runs


def _no_failure(airflow: LocalAirflow, runs: Runs) -> None:
    for run in runs:
        if run["state"] == "failed":
            raise RuntimeError(
                f"the run {run['dag_run_id']} of {run['dag_id']} failed; its logs are in "
                f"{airflow.home / 'logs' / ('dag_id=' + run['dag_id']) / ('run_id=' + run['dag_run_id'])}"
            )


def _patient(until: float, sentence: str, airflow: LocalAirflow) -> None:
    """A short rest; RuntimeError when time is up or a part of Airflow has ended."""
    airflow.check()
    if time.monotonic() > until:
        waiting = airflow.ask("GET", "/dags/~/dagRuns/~/taskInstances?state=up_for_retry")["task_instances"]
        tasks = ", ".join(f"{task['dag_id']}.{task['task_id']} of {task['dag_run_id']}" for task in waiting)
        failed = f"; failed and to be tried again: {tasks}" if tasks else ""
        raise RuntimeError(f"{sentence} when the time was up{failed}. The logs are in {airflow.home / 'logs'}")
    time.sleep(0.5)
