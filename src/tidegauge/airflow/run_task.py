"""A run's context, as Airflow hands it to a task, asked for its windows."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import Context, get_current_context

from tidegauge.airflow import assets_told, note
from tidegauge.airflow.conf import checked
from tidegauge.airflow.resolve import resolve
from tidegauge.core.decision import Decision
from tidegauge.core.window import Window
from tidegauge.monitor.whole import Monitor


def windows_of(context: Context, kind: str, zone: str) -> tuple[Window, ...]:
    """The windows that the run of this context is about."""
    run = context["dag_run"]
    return resolve(
        kind,
        zone,
        conf=run.conf,
        partition_key=run.partition_key,
        extras=_extras(context),
        interval=(run.data_interval_start, run.data_interval_end),
    )


def is_live(context: Context) -> bool:
    """Whether alerts of this run may page and retrain: not in a backfill, unless its conf says {"live": true}."""
    return _flag(context, "live", otherwise=not _is_backfill(context))


def judges(context: Context) -> bool:
    """Whether this run judges the challengers that wait: a live one that is no backfill, whatever its conf says."""
    return is_live(context) and not _is_backfill(context)


def begins(context: Context) -> bool:
    """Whether this run may begin a monitor's history: a backfill, or a run whose conf says {"new": true}."""
    return _flag(context, "new", otherwise=_is_backfill(context))


def vouched(context: Context) -> bool:
    """Whether somebody says that the clock is right, however long ago the newest row is: {"clock_is_right": true}."""
    return _flag(context, "clock_is_right", otherwise=False)


def is_patient(context: Context) -> bool:
    """Whether this run waits for late rows: {"wait": false} goes on with what is there."""
    return _flag(context, "wait", otherwise=True)


def report_made(
    context: Context,
    monitor: Monitor,
    made: Sequence[Decision],
    found: Sequence[Decision] = (),
    advice: Sequence[str] = (),
) -> None:
    """Leave what was decided for the run's note, and tell those who follow the monitor; never from a backfill.

    `found`: what was decided before on the same rows. It was told then, unless the try that decided it died before its
    end; so it is told only by a task that is tried again. `advice`: what is to become of challengers.
    """
    run, task = context["dag_run"], context["ti"]
    if made or found or advice:
        said = note.note_of([*made, *found], monitor.window.zone, run.dag_id, run.run_id, advice)
        task.xcom_push(note.KEY, said)
    if judges(context):
        told = [*made, *found] if task.try_number > 1 else made
        assets_told.tell(context["outlet_events"], monitor.name, told)


def _is_backfill(context: Context) -> bool:
    kind = context["dag_run"].run_type
    return bool(getattr(kind, "value", kind) == "backfill")  # an enumeration whose text depends on who made it


def _flag(context: Context, name: str, *, otherwise: bool) -> bool:
    """A yes or no of the run's conf. Nothing else is taken for one: the text "false" would be a yes."""
    return bool(checked(context["dag_run"].conf).get(name, otherwise))


def _extras(context: Context) -> list[Mapping[str, Any]]:
    """The extras of all events that triggered the run."""
    events = context.get("triggering_asset_events") or {}
    return [event.extra or {} for asset in events for event in events[asset]]


def has_run(dag_id: str, run: str) -> bool:
    """Whether Airflow has a run of that id. Only a running task can ask: it has no access to Airflow's database."""
    instance: Any = get_current_context()["ti"]
    return bool(instance.get_dr_count(dag_id=dag_id, run_ids=[run]))
