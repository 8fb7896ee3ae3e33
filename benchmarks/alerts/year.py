"""The year of real flights without a fault, scored by the demo's model, and the demo's monitor on a copy in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tidegauge.monitor import Monitor, parse_monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.stages.profiler import Profiler
from tidegauge.store.store import Store
from tidegauge.warehouses.duckdb import DuckDBWarehouse

LOG, STORE = "inference_log", "tidegauge.db"
WAREHOUSE = "flights.duckdb"
FIRST, LAST = datetime(2013, 4, 1, 4, tzinfo=UTC), datetime(2014, 1, 1, 5, tzinfo=UTC)


def prepare(home: Path) -> None:
    """Make the warehouse where it is not there."""
    from examples.flights import build, faults

    home.mkdir(parents=True, exist_ok=True)
    if not (home / WAREHOUSE).exists():
        faults.FAULTS.clear()
        build.build(home)


def monitor_of(store: Path) -> Monitor:
    """The demo's monitor without its labels, sinks and actions, so that the inputs have all of its budget."""
    import yaml

    text = (Path(__file__).parents[2] / "examples" / "flights" / "flights.yml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    content |= {"store": f"sqlite:///{store}", "source": content["source"] | {"url": "duckdb:///:memory:"}}
    for key in ("labels", "sinks", "actions"):
        content.pop(key)
    return parse_monitor(json.dumps(content, default=str), "flights.yml")


@contextmanager
def opened(home: Path, store: str = STORE) -> Iterator[tuple[Pipeline, duckdb.DuckDBPyConnection]]:
    """A pipeline on a copy of the log in memory, which may be changed; its store lies in `home`."""
    monitor = monitor_of(home / store)
    with duckdb.connect(":memory:") as duck, Store.open(monitor.expanded_store()) as kept:
        duck.execute("SET TimeZone = 'UTC'")
        duck.execute(f"ATTACH '{home / WAREHOUSE}' AS made (READ_ONLY)")
        duck.execute(f"CREATE TABLE {LOG} AS SELECT * FROM made.{LOG}")
        duck.execute("DETACH made")
        yield Pipeline(Profiler(monitor, DuckDBWarehouse(":memory:", connection=duck), kept)), duck
