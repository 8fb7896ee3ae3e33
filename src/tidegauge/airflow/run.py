"""A run's context, as Airflow hands it to a task, asked for its windows."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Context, get_current_context

from tidegauge.airflow.resolve import resolve
from tidegauge.nouns import Window


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
    run = context["dag_run"]
    kind = getattr(run.run_type, "value", run.run_type)  # an enumeration whose text depends on who made it
    return bool((run.conf or {}).get("live", kind != "backfill"))


def _extras(context: Context) -> list[Mapping[str, Any]]:
    """The extras of all events that triggered the run."""
    events = context.get("triggering_asset_events") or {}
    return [event.extra or {} for asset in events for event in events[asset]]


def has_run(dag_id: str, run: str) -> bool:
    """Whether Airflow has a run of that id. Only a running task can ask: it has no access to Airflow's database."""
    instance: Any = get_current_context()["ti"]
    return bool(instance.get_dr_count(dag_id=dag_id, run_ids=[run]))
