"""Warehouses: the engines that hold inference logs. One file and one line here to add one.

The schemes that a monitor may name, the types of Airflow connection that it may take, and what opens an address are all
read from this list, as are tests and docs.
"""

import os
from collections.abc import Mapping

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import MonitorError, WarehouseError, did_you_mean
from tidegauge.core.plugins import Plugins
from tidegauge.core.registry import Registry
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDB
from tidegauge.warehouses.engine import READS_FILES, Engine
from tidegauge.warehouses.file_items import NOTHING, Reach
from tidegauge.warehouses.postgres import Postgres
from tidegauge.warehouses.spark import Spark

_PLUGINS = Plugins("tidegauge.warehouses")
ENGINES: Registry[Engine] = Registry(
    "warehouse",
    [
        DuckDB(),
        Postgres(),
        Spark(),
    ],
    plugins=_PLUGINS,
    base=Engine,
)


def engine_named(scheme: str) -> Engine | None:
    """The engine whose addresses have this scheme."""
    return next((engine for engine in ENGINES.values() if scheme in engine.names), None)


def schemes() -> list[str]:
    """All that the address of a warehouse may begin with."""
    return [name for engine in ENGINES.values() for name in engine.names]


def file_readers() -> str:
    """Those that read files, by what people call them."""
    return " and ".join(engine.title for engine in ENGINES.values() if engine.can(READS_FILES))


def readers() -> str:
    """The same, as a sentence says it: "DuckDB reads files"."""
    return f"{file_readers()} {'read' if ' and ' in file_readers() else 'reads'} files"


def warehouse_address(
    text: str, what: str = "the warehouse", *, environment: Mapping[str, str] | None = os.environ
) -> Address:
    """The address of a warehouse that a text means, read when all engines have said whose addresses are files."""
    schemes()
    return read_address(text, what, environment=environment)


def _no_engine(address: Address) -> str:
    called = "so" if address.given else f'"{address.engine}"'  # what the environment holds may be anything
    why = _PLUGINS.why_not(address.engine) or did_you_mean(address.engine, schemes())
    return f"no warehouse is called {called}. {why}"


def open_warehouse(url: Address | str, reach: Reach = NOTHING) -> Warehouse:
    """The warehouse behind an address: `duckdb:///file`, `postgresql://…`. In a text, ${NAME} is nothing special.

    `reach`: the files that it may read, where it is an engine that reads files.
    """
    address = warehouse_address(url, environment=None) if isinstance(url, str) else url
    engine = engine_named(address.engine)
    if engine is None:
        raise MonitorError(_no_engine(address))
    if reach != NOTHING and not engine.can(READS_FILES):
        raise MonitorError(f"only {readers()}. With {engine.title}, give a table, and no path, paths or extensions.")
    try:
        return engine.connect(address, reach)
    except ModuleNotFoundError as e:
        if not engine.driver or (e.name or "").partition(".")[0] != engine.driver:
            raise
        raise WarehouseError(
            f"a warehouse in {engine.title} needs the {engine.driver} driver. To fix this, install {engine.extra}"
        ) from None
