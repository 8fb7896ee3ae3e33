"""Warehouses: the engines that hold inference logs. The list below is what tests and docs enumerate."""

from tidegauge.errors import MonitorError, did_you_mean
from tidegauge.warehouses.base import Warehouse

WAREHOUSES = ("duckdb", "postgresql")


def open_warehouse(url: str) -> Warehouse:
    """The warehouse behind a URL: `duckdb:///file`, `postgresql://…`."""
    scheme = url.split("://", 1)[0].split("+", 1)[0]
    if scheme == "duckdb":
        from tidegauge.warehouses.duckdb import DuckDBWarehouse

        return DuckDBWarehouse.from_url(url)
    if scheme in ("postgresql", "postgres"):
        from tidegauge.warehouses.postgres import PostgresWarehouse

        return PostgresWarehouse.from_url(url)
    raise MonitorError(f'no warehouse is called "{scheme}". {did_you_mean(scheme, WAREHOUSES)}')
