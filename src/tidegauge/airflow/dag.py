"""A monitor's DAG: wait for late rows → work off the windows → start what an alert asks for → note that it is done."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, get_current_context, task

from tidegauge.airflow.failing import at_once
from tidegauge.airflow.run_task import begins, has_run, is_live, vouched, windows_of
from tidegauge.airflow.timetables import timetable
from tidegauge.airflow.wait import WaitForWindow
from tidegauge.core.errors import ContractError
from tidegauge.core.grid import zone_of
from tidegauge.monitor.outlets import waits
from tidegauge.monitor.whole import Monitor
from tidegauge.quality.place import suite_path

RETRIES = {"retries": 2, "retry_delay": timedelta(minutes=2), "retry_exponential_backoff": 2.0}
FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # before any window, so that a backfill may reach back as far as it likes


def build_dag(monitor: Monitor, *, schedule: Any = None) -> DAG:  # noqa: ANN401 - whatever Airflow takes as a schedule
    """The DAG of one monitor, whose id is the monitor's name.

    By default it runs at the end of every window. `schedule` may be anything else of Airflow's: for runs when data
    lands, partitioned assets (`PartitionedAssetTimetable`), whose partition keys name windows. Whatever starts a run
    may name the window in its conf: {"window": "2013-04-01"}.

    It never catches up by itself: the sweep starts what was missed lately, and `tidegauge backfill` (one scan) or
    `airflow backfill create` works off a longer past. A backfill's alerts start nothing.
    """
    path = monitor.path.absolute()
    kind, zone, wait = monitor.window.every, monitor.window.zone, monitor.window.wait
    start = monitor.window.start
    with DAG(
        monitor.name,
        schedule=timetable(kind, zone) if schedule is None else schedule,
        start_date=datetime.combine(start, time(), zone_of(zone)) if start else FIRST,
        catchup=False,
        max_active_runs=2,  # one that waits for late rows, and one by hand that need not wait for it
        default_args=RETRIES,
        tags=["tidegauge"],
        doc_md=_page(monitor),
    ) as dag:
        # windows one after the other, so that hardly any decision is provisional for want of the one before
        @task(task_id="monitor", max_active_tis_per_dag=1)
        def work_off() -> list[dict[str, Any]]:
            from tidegauge.airflow import work

            context = get_current_context()
            with at_once():
                windows = windows_of(context, kind, zone)
                how = {"live": is_live(context), "new": begins(context), "clock_is_right": vouched(context)}
                return work.work_off(path, windows, started=has_run, **how)

        due = work_off()
        suite = suite_path(path)
        if suite.exists():
            _contract(path, suite, kind, zone) << due
        if wait:
            WaitForWindow(task_id="wait_for_rows", kind=kind, zone=zone, wait=wait) >> due
        if any(waits(action.name) for action in monitor.actions):
            _retrain(path, due)
    return dag


def _contract(path: Path, suite: Path, kind: str, zone: str) -> Any:  # noqa: ANN401 - the promise of a task's result
    """The facts of the data, where a suite lies beside the monitor. Beside the actions, not before them.

    Red means that a fact does not hold; a check that itself broke is tried again first, and says so.
    """

    @task(task_id="contract")
    def hold() -> None:
        from tidegauge.airflow import work

        with at_once(ContractError):  # the data are what they are
            work.hold_contract(path, suite, windows_of(get_current_context(), kind, zone))

    return hold()


def _retrain(path: Path, due: Any) -> None:  # noqa: ANN401 - the promise of a task's result
    """One run of the retraining DAG for each intent that is due; usually none, and then neither task starts."""
    started = TriggerDagRunOperator.partial(
        task_id="retrain",
        # Without a date: two runs of one DAG may not share one, and a retraining is about a window, not about now.
        logical_date=None,
        skip_when_already_exists=True,
    ).expand_kwargs(due)

    # All must have succeeded: with nothing to start, `retrain` is skipped and this with it. A run that was there
    # already is skipped too, and the next night's `monitor` finds it.
    @task(task_id="settle", trigger_rule="all_success")
    def settle(triggers: list[dict[str, Any]]) -> None:
        from tidegauge.airflow import work

        with at_once():
            work.settle(path, [trigger["trigger_run_id"] for trigger in triggers])

    started >> settle(due)


def _page(monitor: Monitor) -> str:
    """What Airflow's page says about the DAG."""
    return (
        f"Watches `{monitor.source.table or monitor.source.path}`, one {monitor.window.every} at a time "
        f"({monitor.window.zone}), as `{monitor.path.name}` says.\n\n"
        'To look at a window again, trigger it with `{"window": "2013-04-01"}`: a local date or time, or a window key. '
        "One that has not ended is refused. "
        "Rows that are the same give the same decision, and nobody is told twice.\n\n"
        f"A monitor without a history fails until `tidegauge backfill {monitor.path.name}` has read its past, or a run "
        'with `{"new": true}` began without one.'
    )
