"""What a night costs beside its own statements: how often the DuckDB file and the store are opened."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, TODAY, a_monitor, day
from tidegauge.actions.delivering import deliver
from tidegauge.monitor import Monitor
from tidegauge.store.store import Store
from tidegauge.warehouses.duckdb import DuckDBWarehouse


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions for which the file was opened."""
    found: list[str] = []
    once = DuckDBWarehouse._open

    def opened(self: DuckDBWarehouse) -> object:
        found.append(self.path)
        return once(self)

    monkeypatch.setattr(DuckDBWarehouse, "_open", opened)
    return found


@pytest.fixture
def connections() -> Iterator[list[object]]:
    """Every connection that is made to a store."""
    found: list[object] = []

    def made(*parts: object) -> None:
        found.append(parts[0])

    event.listen(Engine, "connect", made)
    yield found
    event.remove(Engine, "connect", made)


def one_night(monitor: Monitor, number: int) -> None:
    """As Airflow does it: all windows are held first, then run, then what is due is delivered."""
    with open_pipeline(monitor) as pipeline:
        pipeline.hold([day(number)])
        pipeline.run(day(number))
        deliver(pipeline)


def test_a_rerun_opens_the_file_for_its_contract_and_its_watermarks(
    tonight: Monitor, openings: list[str], connections: list[object]
) -> None:
    """Nobody opens it to ask what time it is, and one opening answers whether a table is there and what is in it."""
    one_night(tonight, TODAY)
    openings.clear()
    connections.clear()
    one_night(tonight, TODAY)
    assert len(openings) == 2
    assert len(connections) == 1


def test_the_time_is_asked_for_without_the_file(tonight: Monitor, openings: list[str]) -> None:
    with open_pipeline(tonight) as pipeline:
        pipeline.clock.last()
        pipeline.hold([day(1)])
        pipeline.clock.cut(BEGIN, day(TODAY).end)
    assert openings == []


def test_what_has_ended_once_has_ended(clean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run holds its windows, and so does each that is profiled with them; a server is asked what time it is once."""
    with open_pipeline(a_monitor(clean, tmp_path)) as pipeline:
        asked, now = [], pipeline.profiler.warehouse.now

        def asking() -> object:
            asked.append(1)
            return now()

        monkeypatch.setattr(pipeline.profiler.warehouse, "now", asking)
        pipeline.hold([day(3), day(4)])
        pipeline.run(day(3))
        pipeline.run(day(4))
        pipeline.clock.cut(BEGIN, day(5).end)
        assert len(asked) == 1
        pipeline.hold([day(6)])
        assert len(asked) == 2


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_store_that_is_there_is_opened_on_one_connection(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, connections: list[object]
) -> None:
    url = request.getfixturevalue("postgres") if engine == "postgres" else f"sqlite:///{tmp_path}/store.db"
    Store.open(url).close()
    connections.clear()
    Store.open(url, make=False).close()
    assert len(connections) == 1


def test_a_server_is_asked_when_somebody_wants_to_know(postgres: str) -> None:
    """Opening a pipeline for what the store knows costs no connection to its warehouse."""
    from tidegauge.warehouses.postgres import PostgresWarehouse

    plain = postgres.replace("+psycopg", "")
    with PostgresWarehouse(postgres) as warehouse, psycopg.connect(plain, autocommit=True) as other:
        mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        assert other.execute(mine).fetchone() == (1,)
        warehouse.now()
        assert other.execute(mine).fetchone() == (2,)
