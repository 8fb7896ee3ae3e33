"""The address of a monitor's warehouse, where it is kept as an Airflow connection."""

from airflow.sdk import BaseHook
from airflow.sdk.log import mask_secret

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import remember
from tidegauge.core.errors import MonitorError
from tidegauge.monitor.whole import Monitor
from tidegauge.warehouses import ENGINES
from tidegauge.warehouses.engine import Engine


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
    """By the connection's parts. Airflow's `get_uri` would escape a file's slashes and pack extras away."""
    try:
        connection = BaseHook.get_connection(name)
        return _engine(connection.conn_id, str(connection.conn_type)).address_of(connection)
    except MonitorError:
        raise
    except Exception as error:  # noqa: BLE001 - each secrets backend has errors of its own, whose texts may quote secrets
        raise MonitorError(
            f'source.connection: Airflow has no usable connection "{name}" ({type(error).__name__}). '
            f"To fix this, add it under Admin → Connections, or set AIRFLOW_CONN_{name.upper()}."
        ) from None


def _engine(connection: str, kind: str) -> Engine:
    """The engine that takes connections of this type."""
    for engine in ENGINES.values():
        if kind in engine.connections:
            return engine
    taken = " and ".join(engine.connections[0] for engine in ENGINES.values() if engine.connections)
    raise MonitorError(f'source.connection: "{connection}" is of the type {kind}, and tidegauge reads {taken}.')
