"""The tasks that start what an alert asks for: one run of the retraining DAG for each intent that is due."""

from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import task

from tidegauge.airflow.failing import at_once

STARTS = "Starts the retraining DAG, once for each incident that asks for it; the run's id is the incident's key."
NOTES = "Notes that the retrainings were started, so that no later night starts them again."


def start_retraining(path: Path, due: Any) -> None:  # noqa: ANN401 - the promise of a task's result
    """One run of the retraining DAG for each intent that is due; usually none, and then neither task starts."""
    started = TriggerDagRunOperator.partial(
        task_id="retrain",
        # Without a date: two runs of one DAG may not share one, and a retraining is about a window, not about now.
        logical_date=None,
        skip_when_already_exists=True,
        doc_md=STARTS,
        map_index_template="{{ task.trigger_dag_id }}, {{ task.conf['window'] }}",
    ).expand_kwargs(due)

    # All must have succeeded: with nothing to start, `retrain` is skipped and this with it. A run that was there
    # already is skipped too, and the next night's `monitor` finds it.
    @task(task_id="settle", trigger_rule="all_success", doc_md=NOTES)
    def settle(triggers: list[dict[str, Any]]) -> None:
        from tidegauge.airflow import work

        with at_once():
            work.settle(path, [trigger["trigger_run_id"] for trigger in triggers])

    started >> settle(due)
