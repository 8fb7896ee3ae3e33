"""The sweep: one DAG for all monitors, which starts runs for windows that nobody worked on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Context, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from tidegauge.airflow.dag import FIRST, RETRIES
from tidegauge.airflow.failing import HOPELESS, unbroken_errors
from tidegauge.airflow.names import SWEEP
from tidegauge.airflow.timetables import timetable
from tidegauge.core.errors import NoHistory, SinkError, TidegaugeError
from tidegauge.core.unseen import in_one_line, logger
from tidegauge.monitor.whole import Monitor

_log = logger(__name__)
DELIVERS = "Tries again what could not be delivered before."
STARTS: dict[str, Any] = {
    "task_id": "start",
    "logical_date": None,
    "skip_when_already_exists": True,
    "doc_md": "Starts the run of a window, or is red for a monitor that could not be looked at.",
    "map_index_template": "{{ task.trigger_dag_id }}{% if task.conf %}, {{ task.conf['window'] }}{% endif %}",
}


def build_sweep_dag(
    monitors: Sequence[Monitor], dag_id: str = SWEEP, *, broken: Mapping[str, str] | None = None
) -> DAG:
    """Every hour, a run for every window that was due and that nobody worked on.

    A scheduler that was down, a burst of events of which Airflow made one run, a run that somebody deleted: each
    leaves a window that only the store can tell is missing. One task looks through all monitors, since a task costs
    more than the question. A window is started once by the sweep; if that run fails it stays red for a person to see,
    and is not started again every hour.

    `broken`: the DAG of a monitor that does not read → why. It is new, so paused: the sweep is red in its place.
    """
    unread = [{"trigger_dag_id": dag, "trouble": why} for dag, why in (broken or {}).items()]
    paths = {monitor.name: monitor.path.absolute() for monitor in monitors}
    with DAG(
        dag_id,
        schedule=timetable("hour", "UTC"),
        start_date=FIRST,
        catchup=False,
        max_active_runs=1,
        default_args=RETRIES,
        tags=["tidegauge"],
        doc_md="Starts a run for every window that was due and that nobody worked on; delivers what failed before.",
    ) as dag:

        @task(task_id="check", doc_md="Looks, in every store, for windows that were due and that nobody worked on.")
        @unbroken_errors()
        def check() -> list[dict[str, Any]]:
            from tidegauge.airflow import work

            run = get_current_context()["dag_run"]
            until = run.data_interval_end or run.run_after  # noted in the run, so that a retry asks the same question
            found, failed, hopeless = list[dict[str, Any]](), list(unread), len(unread)  # another try finds the same
            for one in unread:
                _log.error("%s does not read: %s", one["trigger_dag_id"], one["trouble"])
            for name, path in paths.items():
                try:
                    found += work.sweep(path, until)
                except TidegaugeError as error:  # one monitor's trouble is not the others'
                    _log.error("%s: %s", name, in_one_line(error))
                    failed.append({"trigger_dag_id": name, "trouble": f"{name}: {in_one_line(error)}"})
                    hopeless += isinstance(error, HOPELESS)
            if failed and not found and not hopeless:
                raise TidegaugeError(" ".join(one["trouble"] for one in failed))
            return found + failed

        deliver = task(task_id="deliver", doc_md=DELIVERS)(_deliver)
        deliver({name: str(path) for name, path in paths.items()})
        StartOrSay.partial(**STARTS).expand_kwargs(check())
    return dag


class StartOrSay(TriggerDagRunOperator):
    """Starts a run; for a monitor that could not be looked at it is red instead, and says why.

    So no monitor's trouble stays in a log that nobody reads because another monitor had windows to start, and where
    there is no trouble no task more is run.
    """

    def __init__(self, *, trouble: str = "", **kwargs: Any) -> None:  # noqa: ANN401 - Airflow's own
        super().__init__(**kwargs)
        self.trouble = trouble

    @unbroken_errors()
    def execute(self, context: Context) -> None:
        """Start the run, or say what the trouble is."""
        if self.trouble:
            raise AirflowFailException(self.trouble)  # the next hour's sweep looks again
        super().execute(context)


@unbroken_errors()
def _deliver(paths: dict[str, str]) -> None:
    """Deliver what is due of every monitor; fail while something is given up."""
    from tidegauge.airflow import work

    failed: list[str] = []
    for name, path in paths.items():
        try:
            work.deliver_due(Path(path))
        except NoHistory:
            continue  # nothing was ever asked for, and `check` says that there is no history
        except SinkError as error:
            failed.append(in_one_line(error))
        except TidegaugeError as error:  # one monitor's trouble is not the others'
            failed.append(f"{name}: {in_one_line(error)}")
    if failed:
        raise AirflowFailException(" ".join(failed))  # in an hour it is looked at again
