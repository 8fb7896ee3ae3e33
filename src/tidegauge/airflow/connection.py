"""The address of a monitor's warehouse, where it is kept as an Airflow connection."""

from airflow.sdk import BaseHook

from tidegauge.errors import MonitorError
from tidegauge.monitor.whole import Monitor

# Airflow writes schemes with its own names for databases.
SCHEMES = {"postgres": "postgresql"}


def source_url(monitor: Monitor) -> str | None:
    """The URL behind `source.connection`; None when the monitor gives its own. It holds a password: never log it."""
    name = monitor.source.connection
    if name is None:
        return None
    try:
        uri = BaseHook.get_connection(name).get_uri()
    except Exception as error:  # noqa: BLE001 - each secrets backend has errors of its own, and their texts may quote the address
        raise MonitorError(
            f'source.connection: Airflow has no usable connection "{name}" ({type(error).__name__}). '
            f"To fix this, add it under Admin → Connections, or set AIRFLOW_CONN_{name.upper()}."
        ) from None
    scheme, separator, rest = uri.partition("://")
    return SCHEMES.get(scheme, scheme) + separator + rest
