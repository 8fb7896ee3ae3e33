"""Let Airflow's scheduler run the nights, and wait for it and for the retrainings that it started."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from examples.flights.local_airflow import LocalAirflow
from examples.flights.when import NIGHTS

NIGHTLY = "flights-delay"  # the monitor's name is its DAG's id
RETRAINING = "retrain_flights"
Runs = Sequence[dict[str, Any]]


class Moving:
    """Whether something still moves: `saw` what is, and it is `stuck` when that has been the same for too long.

    >>> moving = Moving(patience=60)
    >>> moving.saw("one night"), moving.stuck
    (None, False)
    """

    def __init__(self, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._seen: object = None
        self._since = clock()

    def saw(self, state: object) -> None:
        """Take note of what is; what differs from before has moved."""
        if state != self._seen:
            self._seen, self._since = state, self._clock()

    @property
    def stuck(self) -> bool:
        """Whether nothing has moved for as long as one is patient."""
        return self._clock() - self._since > self._patience


def live_through(airflow: LocalAirflow, *, patience: float, say: Callable[[str], None]) -> Runs:
    """Unpause the DAGs, wait until every night has its run, and return the runs of the retraining DAG.

    A busy machine may take as long as it likes, as long as something moves. Raises RuntimeError when a run fails, or
    when nothing has moved for `patience` seconds.
    """
    moving = Moving(patience)
    _unpause(airflow, (RETRAINING, NIGHTLY), moving)
    told = 0
    while True:
        try:
            nights, retrainings = _runs(airflow, NIGHTLY), _runs(airflow, RETRAINING)
            moving.saw(_pulse(airflow, [*nights, *retrainings]))
        except OSError as error:  # too busy to answer in time: asked again
            _patient(moving, f"only {told} of {NIGHTS} nights were done, and Airflow did not answer ({error})", airflow)
            continue
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
        _patient(moving, f"only {told} of {NIGHTS} nights were done", airflow)


def _pulse(airflow: LocalAirflow, runs: Runs) -> object:
    """All that moves while nights are lived through: the states of runs and tasks, and how much their logs hold."""
    tasks = airflow.ask("GET", "/dags/~/dagRuns/~/taskInstances?limit=100&order_by=id")["task_instances"]
    states = [(task["id"], task["state"], task["try_number"]) for task in tasks]
    logs = [file.stat().st_size for file in (airflow.home / "logs").glob("dag_id=*/**/*.log")]
    return [(run["dag_run_id"], run["state"]) for run in runs], states, sum(logs)


def _unpause(airflow: LocalAirflow, dags: Sequence[str], moving: Moving) -> None:
    """As soon as the DAG processor has read them. The sweep stays paused: it asks about today, and this is 2013."""
    while True:
        known, errors = set[str](), []
        with suppress(OSError):  # too busy to answer in time: asked again
            known = {dag["dag_id"] for dag in airflow.ask("GET", "/dags")["dags"]}
            errors = airflow.ask("GET", "/importErrors")["import_errors"]
        if known.issuperset(dags):
            break
        if errors:
            raise RuntimeError(f"Airflow cannot read {errors[0]['filename']}:\n{errors[0]['stack_trace']}")
        moving.saw(sorted(known))
        _patient(moving, f"the DAGs {', '.join(sorted(set(dags) - known))} did not appear", airflow)
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


def _patient(moving: Moving, sentence: str, airflow: LocalAirflow) -> None:
    """A short rest; RuntimeError when nothing moves any more or a part of Airflow has ended."""
    airflow.check()
    if moving.stuck:
        waiting: Runs = []
        with suppress(OSError):
            waiting = airflow.ask("GET", "/dags/~/dagRuns/~/taskInstances?state=up_for_retry")["task_instances"]
        tasks = ", ".join(f"{task['dag_id']}.{task['task_id']} of {task['dag_run_id']}" for task in waiting)
        failed = f"; failed and to be tried again: {tasks}" if tasks else ""
        raise RuntimeError(f"{sentence} when nothing moved any more{failed}. The logs are in {airflow.home / 'logs'}")
    time.sleep(0.5)
