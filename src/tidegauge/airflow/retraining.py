"""The retraining DAG: calls a function of the user's with what alerted, and records the candidate that it made."""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from airflow.sdk import DAG, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from tidegauge.airflow.failing import at_once
from tidegauge.airflow.names import run_id
from tidegauge.airflow.plain import plain
from tidegauge.core.errors import MonitorError, TidegaugeError
from tidegauge.core.unseen import logger, unbroken
from tidegauge.sinks.folder import write

_log = logger(__name__)
JUDGES = "Enters the candidate as a challenger, where its record names its predictions. It is judged anew each night."
Refit = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def build_retraining_dag(dag_id: str, refit: str, candidates: Path, monitors: Mapping[str, Path] | None = None) -> DAG:
    """A DAG that is only triggered. `refit` is "module:function", importable where the workers run.

    The function gets the run's conf ("window", "stage", "monitor", "incident", "key"), for one of `monitors` with a
    "snapshot" of what it may learn from, and returns a mapping that says
    what it made: at least "artefact", the path of the model's file, and its metrics. That is written, with the conf, to
    `candidates/<key>.json`. A run that is repeated finds the file and fits nothing: one key, one candidate. Where it
    says under "scores" where its predictions lie, it is entered as a challenger of its monitor (`monitors`: name →
    file). Whether a candidate goes into service is not decided here.
    """
    _parts(refit)
    with DAG(
        dag_id,
        schedule=None,
        catchup=False,
        max_active_runs=1,  # two trainings at once would only slow each other down
        tags=["tidegauge", "retraining"],
        doc_md=f"Refits with `{refit}`, once per incident, and records the candidate in `{candidates}`.",
    ) as dag:

        @task(task_id="refit", doc_md=f"Calls `{refit}` and records the candidate that it made.")
        def fit() -> str:
            run = get_current_context()["dag_run"]
            given = {"key": run.run_id} | (run.conf or {})  # by hand it may be started without a conf
            with at_once():
                from tidegauge.airflow.challengers_told import with_snapshot

                return unbroken(str(record(refit, with_snapshot(given, monitors or {}), candidates)))

        @task(task_id="judge", doc_md=JUDGES)
        def judge(place: str) -> str:
            from tidegauge.airflow import challengers_told

            with at_once():
                if not challengers_told.names_scores(Path(place)):
                    raise AirflowSkipException(f'{place} names no "scores", so nobody judges the candidate.')
                said = unbroken(challengers_told.enter(Path(place), monitors or {}))
            _log.info("%s", said)
            return said

        candidate: Any = fit()  # the promise of it
        judge(candidate)
    return dag


def record(refit: str, given: Mapping[str, Any], candidates: Path) -> Path:
    """Call the function once for a key; the path of the record."""
    place = candidates / f"{run_id('candidate', str(given['key']))}.json"
    if place.exists():
        _log.info("The candidate of %s is there already: %s", given["key"], place)
        return place
    function = load(refit)
    _hold_writable(candidates)  # before the fit, which may take hours
    made = plain(function(given))
    artefact = made.get("artefact") if isinstance(made, dict) else made
    if not isinstance(made, dict) or not isinstance(artefact, str) or not Path(artefact).exists():
        raise MonitorError(
            f'{refit} must return a mapping with "artefact", the path of the model\'s file. It returned {artefact!r}.'
        )
    # whole or not at all, so that a run that dies half-way leaves no half record for the next one to believe
    write(place, json.dumps({**given, "refit": refit, "candidate": made}, indent=2, sort_keys=True) + "\n")
    return place


def _hold_writable(candidates: Path) -> None:
    """Refuse to fit what could not be recorded: the next try would fit it again."""
    try:
        candidates.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=candidates).close()
    except OSError as error:
        raise TidegaugeError(
            f"{candidates} cannot be written ({error.strerror}), and the record of the candidate belongs there. "
            "Nothing was fitted. To fix this, set TIDEGAUGE_CANDIDATES to a folder that the workers may write."
        ) from error


def load(refit: str) -> Refit:
    """The function that "module:function" names."""
    module, name = _parts(refit)
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise MonitorError(
            f'"{refit}" cannot be imported ({error}). To fix this, put its module on the PYTHONPATH of the workers.'
        ) from error
    function: Refit = found
    return function


def _parts(refit: str) -> tuple[str, str]:
    module, colon, name = refit.partition(":")
    if not (module and colon and name.isidentifier()):
        raise MonitorError(f'"{refit}" names no function. Write module:function, such as models.delay:retrain.')
    return module, name
