"""A monitor's DAG: wait for late rows → work off the windows → start what an alert asks for → note that it is done."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, get_current_context, task

from tidegauge.airflow import assets_told, note
from tidegauge.airflow.failing import at_once
from tidegauge.airflow.report_link import is_on, link_reports
from tidegauge.airflow.run_task import begins, has_run, is_live, judges, report_made, vouched, windows_of
from tidegauge.airflow.start_retraining import start_retraining
from tidegauge.airflow.timetables import schedule_of
from tidegauge.airflow.wait import WaitForWindow
from tidegauge.core.decision import Decision
from tidegauge.core.errors import ContractError
from tidegauge.core.grid import zone_of
from tidegauge.monitor.outlets import waits
from tidegauge.monitor.whole import Monitor
from tidegauge.quality.place import suite_path

RETRIES = {"retries": 2, "retry_delay": timedelta(minutes=2), "retry_exponential_backoff": 2.0}
DOC = """\
Counts the window's rows, decides whether it is like the windows that it should be like, and delivers what follows:
notices first, then reports and metrics. Labels that are due by now are judged too. **Report** leads to what it found.
"""
WAITS = "Waits until late rows have had their time (`window.wait`), without holding a worker."
FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # before any window, so that a backfill may reach back as far as it likes


def build_dag(monitor: Monitor, *, schedule: Any = None) -> DAG:  # noqa: ANN401 - whatever Airflow takes as a schedule
    """The DAG of one monitor, whose id is the monitor's name.

    It runs when the monitor's `schedule` says: by default at the end of every window. `schedule` here may be anything
    else of Airflow's. Whatever starts a run may name the window in its conf: {"window": "2013-04-01"}.

    It never catches up by itself: the sweep starts what was missed lately, and `tidegauge backfill` (one scan) or
    `airflow backfill create` works off a longer past. A backfill's alerts start nothing.
    """
    path = monitor.path.absolute()
    kind, zone, wait = monitor.window.every, monitor.window.zone, monitor.window.wait
    start = monitor.window.start
    with DAG(
        monitor.name,
        schedule=schedule_of(monitor) if schedule is None else schedule,
        start_date=datetime.combine(start, time(), zone_of(zone)) if start else FIRST,
        catchup=False,
        max_active_runs=_at_once(wait, monitor.window.length),
        default_args=RETRIES,
        tags=["tidegauge", "monitor", kind],
        doc_md=_page(monitor),
    ) as dag:
        # windows one after the other, so that hardly any decision is provisional for want of the one before
        @task(task_id=note.TASK, max_active_tis_per_dag=1, outlets=assets_told.outlets(monitor.name), doc_md=DOC)
        def work_off() -> list[dict[str, Any]]:
            from tidegauge.airflow import challengers_told, work

            context = get_current_context()
            made, found, advice = list[Decision](), list[Decision](), list[str]()
            with at_once():
                windows = windows_of(context, kind, zone)
                how = {"live": is_live(context), "new": begins(context), "clock_is_right": vouched(context)}
                last = challengers_told.of_run(windows, advice.append, judges=judges(context))
                hears = work.Hearers(made.append, found.append, last)
                due = work.work_off(path, windows, started=has_run, hears=hears, **how)
                report_made(context, monitor, made, found, advice)
                return due

        due = work_off()
        suite = suite_path(path)
        if suite.exists():
            _contract(path, suite, kind, zone) << due
        if wait:
            WaitForWindow(task_id="wait_for_rows", kind=kind, zone=zone, wait=wait, doc_md=WAITS) >> due
        if any(waits(action.name) for action in monitor.actions):
            start_retraining(path, due)
    if is_on():
        link_reports(dag)
    return dag


def _at_once(wait: timedelta, length: timedelta) -> int:
    """Runs of one monitor that may be active: those that wait for late rows, one that works, and one by hand.

    With fewer, hours whose rows have six hours to come would begin only when others have ended: later and later.
    A run that waits holds no worker, and a monitor's windows are worked off one after the other anyway.

    >>> _at_once(timedelta(hours=6), timedelta(hours=1)), _at_once(timedelta(hours=2), timedelta(days=1))
    (8, 3)
    """
    return -(-wait // length) + 2


def _contract(path: Path, suite: Path, kind: str, zone: str) -> Any:  # noqa: ANN401 - the promise of a task's result
    """The facts of the data, where a suite lies beside the monitor. Beside the actions, not before them.

    Red means that a fact does not hold; a check that itself broke is tried again first, and says so.
    """

    @task(task_id="contract", doc_md=f"Whether the facts in `{suite.name}` hold of the window.")
    def hold() -> None:
        from tidegauge.airflow import work

        with at_once(ContractError):  # the data are what they are
            work.hold_contract(path, suite, windows_of(get_current_context(), kind, zone))

    return hold()


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
