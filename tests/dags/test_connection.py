"""A warehouse's address from an Airflow connection, and what is said when there is none."""

import json
from pathlib import Path

import duckdb
import pytest

from tidegauge.airflow.connection import source_address
from tidegauge.core.errors import MonitorError
from tidegauge.monitor import parse_monitor
from tidegauge.warehouses import open_warehouse

MONITOR = """
monitor: m
source: {connection: log_db, table: log}
columns: {time: at, numeric: [x]}
window: {every: day}
"""
MINE = parse_monitor(MONITOR)
POSTGRES = {"conn_type": "postgres", "host": "db", "login": "me", "password": "p@s/s:%", "schema": "logs", "port": 5433}


PARTS = {"host": "db", "port": "5433", "user": "me", "password": "p@s/s:%", "dbname": "logs"}


@pytest.mark.parametrize(
    ("connection", "parts"),
    [
        ("postgres://me:p%40s%2Fs%3A%25@db:5433/logs", PARTS),
        (json.dumps(POSTGRES), PARTS),
        (json.dumps(POSTGRES | {"extra": {"sslmode": "require", "more": {"a": 1}}}), PARTS | {"sslmode": "require"}),
    ],
)
def test_a_connection_is_an_address(connection: str, parts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As a URI or as JSON, with secrets that need escaping elsewhere; here they stay as they are."""
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", connection)
    address = source_address(MINE)
    assert address.libpq() == parts
    assert str(address) == 'postgresql by the Airflow connection "log_db"'
    assert "p@s" not in repr(address)


@pytest.mark.parametrize(
    "connection", ["duckdb:////data/log.duckdb", json.dumps({"conn_type": "duckdb", "host": "/data/log.duckdb"})]
)
def test_a_connection_may_be_a_file(connection: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", connection)
    address = source_address(MINE)
    assert address.opened() == "/data/log.duckdb"


def test_the_address_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that exists is found through its connection."""
    file = tmp_path / "log.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE log AS SELECT now() AS at, 1.5 AS x")
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", f"duckdb:///{file}")
    with open_warehouse(source_address(MINE)) as warehouse:
        assert set(warehouse.describe("log")) == {"at", "x"}


def test_what_is_wrong_is_said_without_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection; one of a type that nobody reads."""
    with pytest.raises(MonitorError, match='Airflow has no usable connection "log_db".*set AIRFLOW_CONN_LOG_DB'):
        source_address(MINE)
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", "mysql://me:hidden@db/logs")
    with pytest.raises(MonitorError, match="is of the type mysql, and tidegauge reads duckdb and postgres") as error:
        source_address(MINE)
    assert "hidden" not in str(error.value)
    assert (
        source_address(parse_monitor(MONITOR.replace("connection: log_db", "url: 'duckdb:///x'"))).place
        == "duckdb:///x"
    )
