"""The address of a monitor's warehouse, where it is kept as an Airflow connection."""

import json
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.log import mask_secret

from tidegauge.addresses.address import Address
from tidegauge.addresses.hidden import remember
from tidegauge.errors import MonitorError
from tidegauge.monitor.whole import Monitor

OURS = {"postgres": "postgresql", "postgresql": "postgresql"}  # Airflow's names of types that have a host


def source_address(monitor: Monitor) -> Address:
    """The address of the warehouse, behind `source.connection` or the monitor's own. Airflow's log hides its secrets.

    Our own sentences hold none; this is for whatever else writes into a task's log.
    """
    address = _of_connection(monitor.source.connection) if monitor.source.connection else monitor.source.expanded_url()
    remember(address.hidden)
    for secret in address.hidden | monitor.expanded_store().hidden:
        mask_secret(secret)
    return address


def _of_connection(name: str) -> Address:
    try:
        connection = BaseHook.get_connection(name)
        return _address(connection)
    except MonitorError:
        raise
    except Exception as error:  # noqa: BLE001 - each secrets backend has errors of its own, whose texts may quote secrets
        raise MonitorError(
            f'source.connection: Airflow has no usable connection "{name}" ({type(error).__name__}). '
            f"To fix this, add it under Admin → Connections, or set AIRFLOW_CONN_{name.upper()}."
        ) from None


def _address(connection: Any) -> Address:  # noqa: ANN401 - the SDK's class, or the core's
    """The connection's parts. Airflow's `get_uri` would escape a file's slashes and pack extras away."""
    kind = str(connection.conn_type)
    if kind == "duckdb":  # the file stands in host (in Airflow's form) or schema (read from a URI)
        return Address("duckdb", path=connection.host or connection.schema or "")
    if kind not in OURS:
        raise MonitorError(
            f'source.connection: "{connection.conn_id}" is of the type {kind}, and tidegauge reads duckdb and postgres.'
        )
    extra = json.loads(connection.extra or "{}")
    return Address(
        OURS[kind],
        user=connection.login or None,
        password=connection.password or None,
        host=connection.host or "",
        port=str(connection.port or ""),
        path=connection.schema or "",
        query=tuple((key, value) for key, value in extra.items() if isinstance(value, str)),
        given=True,
        # a URI whose password was not escaped has a piece of it for a host: only Airflow's name of it may be shown
        alias=f'{OURS[kind]} by the Airflow connection "{connection.conn_id}"',
    )
