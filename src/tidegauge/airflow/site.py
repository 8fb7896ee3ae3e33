"""The routes behind Airflow's page. Each asks Airflow first whether this user may read that DAG.

An app that a plugin mounts is open to anybody, and so is a folder mounted in it; so there is neither a route without a
guard nor a folder here, not even for an address that does not exist. What a page says is what the task's log says and
more, so it takes the same right: to read the logs of the DAG's tasks.
"""

import os
from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from airflow.models import DagRun
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from tidegauge.airflow import shown
from tidegauge.airflow.files import by_dag, folder_of
from tidegauge.airflow.resolve import resolve
from tidegauge.core.errors import MonitorError, NoHistory, StoreError, TidegaugeError, WindowError
from tidegauge.core.unseen import in_one_line
from tidegauge.core.window import Window
from tidegauge.monitor.whole import Monitor

MAY_READ = Depends(requires_access_dag("GET", DagAccessEntity.TASK_LOGS))
HEADERS = {
    "Cache-Control": "no-store",  # whoever sits at this browser next may not be allowed to read it
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

# no page of its own about its routes, which would be one without a guard
app = FastAPI(title="tidegauge", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)


def _monitor(dag_id: str) -> Monitor:
    """The monitor that a DAG is of."""
    monitor = by_dag(folder_of(os.environ.get("TIDEGAUGE_MONITORS", ""))).get(dag_id)
    if monitor is None:
        raise WindowError(f"{dag_id} is no monitor's DAG: no file in TIDEGAUGE_MONITORS is of a monitor of that name.")
    if isinstance(monitor, str):
        raise MonitorError(monitor)
    return monitor


def _windows(monitor: Monitor, run_id: str, session: Session) -> Sequence[Window]:
    """The windows of a run, by the rule by which its tasks find them."""
    run: Any = session.scalar(select(DagRun).where(DagRun.dag_id == monitor.name, DagRun.run_id == run_id))
    if run is None:
        raise WindowError(f"{monitor.name} has no such run.")
    return resolve(
        monitor.window.every,
        monitor.window.zone,
        conf=run.conf,
        partition_key=run.partition_key,
        extras=[event.extra or {} for event in run.consumed_asset_events],
        interval=(run.data_interval_start, run.data_interval_end),
    )


def _answer(make: Callable[[], str]) -> Response:
    """A page, or one that says why there is none."""
    try:
        return HTMLResponse(make(), headers=HEADERS)
    except (NoHistory, WindowError) as error:
        return _none(error, 404)
    except (MonitorError, StoreError) as error:
        return _none(error, 503)
    except TidegaugeError as error:
        return _none(error, 500)


def _none(error: TidegaugeError, status: int) -> Response:
    return HTMLResponse(shown.nothing(in_one_line(error)), status, headers=HEADERS)


@app.get("/pages/index.html", dependencies=[MAY_READ])
def monitors(user: GetUserDep) -> Response:
    """All monitors whose DAGs the user may read."""
    readable = get_auth_manager().get_authorized_dag_ids(user=user, method="GET")
    folder = os.environ.get("TIDEGAUGE_MONITORS", "")
    return _answer(lambda: shown.monitors(by_dag(folder_of(folder)), readable))


@app.get("/pages/{dag_id}/index.html", dependencies=[MAY_READ])
def pages(dag_id: str) -> Response:
    """All pages of a monitor."""
    return _answer(lambda: shown.pages_of(_monitor(dag_id)))


@app.get("/pages/{dag_id}/{name}", dependencies=[MAY_READ])
def page(dag_id: str, name: str, session: SessionDep, run: str = "") -> Response:
    """One report; `run`: the run that led there, whose other pages it names."""

    def make() -> str:
        monitor = _monitor(dag_id)
        return shown.page(monitor, name, _windows(monitor, run, session) if run else (), run)

    return _answer(make)


@app.get("/run/{dag_id}/{run_id}", dependencies=[MAY_READ])
def of_run(dag_id: str, run_id: str, session: SessionDep) -> Response:
    """Leads to the report of a run's window."""
    try:
        monitor = _monitor(dag_id)
        name = shown.first_page(monitor, _windows(monitor, run_id, session))
    except (NoHistory, WindowError) as error:
        return _none(error, 404)
    except TidegaugeError as error:
        return _none(error, 503)
    place = f"../../pages/{quote(dag_id, safe='')}/{name}?run={quote(run_id, safe='')}"
    return RedirectResponse(place, 307, headers=HEADERS)


@app.api_route("/{rest:path}", methods=EVERY_METHOD, dependencies=[MAY_READ])
def no_such_page(rest: str, request: Request, user: Annotated[GetUserDep, "asked for"]) -> Response:  # noqa: ARG001
    """Nothing else is here; but who may not ask learns not even that."""
    return HTMLResponse(shown.nothing("There is no such page."), 404, headers=HEADERS)
