"""Addresses that are kept as Airflow connections: of a monitor's warehouse, and of receivers on the web."""

import json
from collections.abc import Mapping
from dataclasses import replace

from airflow.sdk import BaseHook, Connection
from airflow.sdk.log import mask_secret

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.hidden import remember
from tidegauge.core.addresses.kept_address import KeptAddress
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import MonitorError
from tidegauge.monitor.whole import Monitor
from tidegauge.warehouses import ENGINES
from tidegauge.warehouses.engine import Engine
from tidegauge.warehouses.lake import are_keys

WEB = ("http", "https")
# what HttpHook takes of an extra for settings of its own, and not for headers
SETTINGS = frozenset({"timeout", "allow_redirects", "proxies", "stream", "verify", "cert", "max_redirects"})


def source_address(monitor: Monitor) -> Address:
    """The address of the warehouse, behind `source.connection` or the monitor's own. Airflow's log hides its secrets.

    Our own sentences hold none; this is for whatever else writes into a task's log.
    """
    kept = monitor.source.connection
    address = _of_connection(kept) if kept else monitor.source.expanded_url()
    if are_keys(address) and monitor.source.path is None:
        raise MonitorError(
            f'source.connection: "{kept}" holds keys to files, and source.table names none. Give the files as '
            "source.path, such as s3://bucket/log/*.parquet."
        )
    remember(address.hidden)
    for secret in address.hidden | monitor.expanded_store().hidden:
        mask_secret(secret)
    return address


def web_address(name: str, what: str, path: str = "") -> KeptAddress:
    """Where a receiver on the web is, by the parts that Airflow's own HttpHook reads; `what` names it in a file.

    The host may hold a whole address, https://host/path; else the schema is http or https, and the path is `path`. A
    login and a password ask as HTTP does, and the texts in the extra are headers, but for those that HttpHook takes for
    settings.
    """
    connection = _connection(name, what)
    if connection.conn_type not in WEB:
        raise MonitorError(
            f'{what}: "{name}" is of the type {connection.conn_type}, and a receiver is of the type http.'
        )
    place, own = _place_and_path(connection)
    path = own or path
    try:
        address = read_address(f"{place}/{path}", what, environment=None, scheme="http")
    except MonitorError:
        raise MonitorError(f'{what}: the host of the Airflow connection "{name}" is no address of the web.') from None
    address = replace(
        address,
        user=connection.login or None,
        password=connection.password or None,
        private=(path,),  # it may hold a token
        alias=f'http by the Airflow connection "{name}"',
    )
    found = KeptAddress(what, address, _headers(connection, what))
    for secret in found.secret:
        mask_secret(secret)
    return found


def _place_and_path(connection: Connection) -> tuple[str, str]:
    """What a connection's parts spell: scheme, host and port, and the path behind them, if any."""
    host, schema = connection.host or "", connection.schema or ""
    behind = "" if schema in WEB else schema  # a URI's path
    scheme, _, rest = host.rpartition("://")
    where, _, path = rest.partition("/")
    begin = scheme or (connection.conn_type if behind else schema or "http")
    port = f":{connection.port}" if connection.port else ""
    return f"{begin}://{where}{port}", path or behind


def _headers(connection: Connection, what: str) -> Mapping[str, str]:
    """The headers that a connection's extra holds."""
    try:
        extra = dict(json.loads(connection.extra or "{}"))
    except (ValueError, TypeError):
        name = connection.conn_id
        raise MonitorError(f'{what}: the extra of the Airflow connection "{name}" is no object of JSON.') from None
    found = {key: value for key, value in extra.items() if isinstance(value, str) and key not in SETTINGS}
    if wrong := [key for key, value in found.items() if not (key + value).isprintable()]:
        raise MonitorError(
            f'{what}: the extra of the Airflow connection "{connection.conn_id}" holds what no header may: '
            f"a line's end, in the {len(wrong)} of them that are not printable."
        )
    return found


def _of_connection(name: str) -> Address:
    """By the connection's parts. Airflow's `get_uri` would escape a file's slashes and pack extras away."""
    connection = _connection(name, "source.connection")
    return _engine(connection.conn_id, str(connection.conn_type)).address_of(connection)


def _connection(name: str, what: str) -> Connection:
    try:
        return BaseHook.get_connection(name)
    except Exception as error:  # noqa: BLE001 - each secrets backend has errors of its own, whose texts may quote secrets
        raise MonitorError(
            f'{what}: Airflow has no usable connection "{name}" ({type(error).__name__}). '
            f"To fix this, add it under Admin → Connections, or set AIRFLOW_CONN_{name.upper()}."
        ) from None


def _engine(connection: str, kind: str) -> Engine:
    """The engine that takes connections of this type."""
    for engine in ENGINES.values():
        if kind in engine.connections:
            return engine
    taken = " and ".join(engine.connections[0] for engine in ENGINES.values() if engine.connections)
    raise MonitorError(f'source.connection: "{connection}" is of the type {kind}, and tidegauge reads {taken}.')
