"""Where the report of a run is, and the link to it on each of our tasks."""

import os
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseOperatorLink
from airflow.sdk.configuration import conf

if TYPE_CHECKING:
    from airflow.sdk import DAG, BaseOperator
    from airflow.sdk.types import TaskInstanceKey

PREFIX = "/tidegauge"
SWITCH = "TIDEGAUGE_PAGES"


def is_on() -> bool:
    """Whether Airflow's page shows ours: unless the switch says off."""
    return os.environ.get(SWITCH, "").strip().lower() not in ("off", "0", "false", "no")


def base() -> str:
    """Where our pages begin in Airflow's: behind a proxy's prefix, if base_url has one."""
    return urlsplit(conf.get("api", "base_url", fallback="") or "").path.rstrip("/") + PREFIX


def report_of_run(dag_id: str, run_id: str) -> str:
    """The address that leads to the report of a run's window."""
    return f"{base()}/run/{quote(dag_id, safe='')}/{quote(run_id, safe=':')}"


class ReportLink(BaseOperatorLink):
    """The link "Report" on a task. Airflow works it out when the task has ended."""

    @property
    def name(self) -> str:
        return "Report"

    def get_link(self, operator: "BaseOperator", *, ti_key: "TaskInstanceKey") -> str:  # noqa: ARG002 - Airflow's own
        return report_of_run(ti_key.dag_id, ti_key.run_id)


def link_reports(dag: "DAG") -> None:
    """Put the link on every task of a DAG. Not on every task of everybody's, as a plugin's own links would be."""
    for each in dag.tasks:
        each.operator_extra_links = [*each.operator_extra_links, ReportLink()]
