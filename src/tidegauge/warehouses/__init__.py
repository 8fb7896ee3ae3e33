"""Warehouses: the engines that hold inference logs. The list below is what tests and docs enumerate."""

from tidegauge.addresses.address import Address
from tidegauge.addresses.reading import read_address
from tidegauge.errors import MonitorError, did_you_mean
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.files import NOTHING, Reach

WAREHOUSES = ("duckdb", "postgresql")


def open_warehouse(url: Address | str, reach: Reach = NOTHING) -> Warehouse:
    """The warehouse behind an address: `duckdb:///file`, `postgresql://…`. In a text, ${NAME} is nothing special.

    `reach`: the files that DuckDB may read.
    """
    address = read_address(url, "the warehouse", environment=None) if isinstance(url, str) else url
    scheme = address.engine
    if scheme == "duckdb":
        from tidegauge.warehouses.duckdb import DuckDBWarehouse

        return DuckDBWarehouse.from_address(address, reach)
    if scheme == "postgresql":
        if reach != NOTHING:
            raise MonitorError(
                "only DuckDB reads files. With PostgreSQL, give a table, and no path, paths or extensions."
            )
        from tidegauge.warehouses.postgres import PostgresWarehouse

        return PostgresWarehouse.from_address(address)
    called = "so" if address.given else f'"{scheme}"'  # what the environment holds may be anything
    raise MonitorError(f"no warehouse is called {called}. {did_you_mean(scheme, WAREHOUSES)}")
