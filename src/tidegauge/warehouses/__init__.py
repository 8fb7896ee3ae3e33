"""Warehouses: the engines that hold inference logs. The list below is what tests and docs enumerate."""

from tidegauge.errors import MonitorError, did_you_mean
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.files import NOTHING, Reach

WAREHOUSES = ("duckdb", "postgresql")


def open_warehouse(url: str, reach: Reach = NOTHING) -> Warehouse:
    """The warehouse behind a URL: `duckdb:///file`, `postgresql://…`. `reach`: the files that DuckDB may read."""
    scheme = url.split("://", 1)[0].split("+", 1)[0]
    if scheme == "duckdb":
        from tidegauge.warehouses.duckdb import DuckDBWarehouse

        return DuckDBWarehouse.from_url(url, reach)
    if scheme in ("postgresql", "postgres"):
        if reach != NOTHING:
            raise MonitorError(
                "only DuckDB reads files. With PostgreSQL, give a table, and no path, paths or extensions."
            )
        from tidegauge.warehouses.postgres import PostgresWarehouse

        return PostgresWarehouse.from_url(url)
    raise MonitorError(f'no warehouse is called "{scheme}". {did_you_mean(scheme, WAREHOUSES)}')
