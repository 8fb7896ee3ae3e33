"""The address of a monitor's warehouse, where it is kept as an Airflow connection."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from airflow.sdk import BaseHook

from tidegauge.errors import MonitorError
from tidegauge.monitor.whole import Monitor

OURS = {"postgres": "postgresql", "postgresql": "postgresql"}  # Airflow's names of types that have a host


def source_url(monitor: Monitor) -> str | None:
    """The URL behind `source.connection`; None when the monitor gives its own. It holds a password: never log it."""
    name = monitor.source.connection
    if name is None:
        return None
    try:
        connection = BaseHook.get_connection(name)
        return _url(connection)
    except MonitorError:
        raise
    except Exception as error:  # noqa: BLE001 - each secrets backend has errors of its own, whose texts may quote secrets
        raise MonitorError(
            f'source.connection: Airflow has no usable connection "{name}" ({type(error).__name__}). '
            f"To fix this, add it under Admin → Connections, or set AIRFLOW_CONN_{name.upper()}."
        ) from None


def _url(connection: Any) -> str:  # noqa: ANN401 - the SDK's class, or the core's
    """The connection as our own kind of URL. Airflow's `get_uri` escapes a file's slashes and packs extras away."""
    kind = str(connection.conn_type)
    if kind == "duckdb":  # the file stands in host (in Airflow's form) or schema (read from a URI)
        return f"duckdb:///{connection.host or connection.schema or ':memory:'}"
    if kind not in OURS:
        raise MonitorError(
            f'source.connection: "{connection.conn_id}" is of the type {kind}, and tidegauge reads duckdb and postgres.'
        )
    login = quote(connection.login or "", safe="")
    secret = ":" + quote(connection.password, safe="") if connection.password else ""
    place = (
        f"{connection.host or ''}{f':{connection.port}' if connection.port else ''}/{quote(connection.schema or '')}"
    )
    extra = json.loads(connection.extra or "{}")
    options = urlencode({key: value for key, value in extra.items() if isinstance(value, str)})
    return f"{OURS[kind]}://{login}{secret}{'@' if login else ''}{place}{'?' if options else ''}{options}"
