"""The plugin that shows reports inside Airflow: a tab at a run and at a task, an entry in the menu, a note on the run.

An entry point of this package (`airflow.plugins`), so that installing is all. TIDEGAUGE_PAGES=off leaves it out.
Every process of Airflow loads it; what makes pages is imported by the API server, when somebody looks at the first one.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from tidegauge.airflow import note
from tidegauge.airflow.report_link import PREFIX, base, is_on


class Late:
    """The app, imported with the first request: the other processes of Airflow never need it."""

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """One request."""
        from tidegauge.airflow.site import app

        await app(scope, receive, send)


def _apps() -> list[dict[str, Any]]:
    return [{"app": Late(), "url_prefix": PREFIX, "name": "tidegauge"}]


def _views() -> list[dict[str, Any]]:
    of_run = f"{base()}/run/{{DAG_ID}}/{{RUN_ID}}"
    return [
        {"name": "Drift", "href": f"{base()}/pages/index.html", "destination": "nav", "url_route": "tidegauge"},
        {"name": "Report", "href": of_run, "destination": "dag_run", "url_route": "tidegauge-run"},
        {"name": "Report", "href": of_run, "destination": "task_instance", "url_route": "tidegauge-task"},
    ]


class TidegaugePlugin(AirflowPlugin):
    """What Airflow takes from us."""

    name = "tidegauge"
    fastapi_apps = _apps() if is_on() else []
    external_views = _views() if is_on() else []
    listeners = [note] if is_on() else []
