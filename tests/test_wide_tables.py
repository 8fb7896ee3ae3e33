"""More columns than one statement counts: several do, and leave what one would have left, of one state of the rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import duckdb
import numpy as np
import psycopg
import pytest

from tidegauge.core.grid import between
from tidegauge.profiles import query
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import Profile, profile_windows
from tidegauge.profiles.query import MOST_COUNTED, profile_queries
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

START = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = between("hour", "UTC", START, START + timedelta(hours=3))
NUMBERS = tuple(f"x{k}" for k in range(2 * MOST_COUNTED))
WORDS = ("place", "kind")
MAPPING = LogMapping(
    "wide", {"numeric": NUMBERS, "categorical": WORDS}, time="moment", id="id", prediction=NUMBERS[-1], segments=WORDS
)
SEGMENTS = dict.fromkeys(WORDS, ("a", "b"))


def make(run: "duckdb.DuckDBPyConnection | psycopg.Connection") -> None:
    """Every column with values of its own, missing ones among them."""
    values = ", ".join(
        f"CASE WHEN (i * {2 * k + 1}) % 11 = 0 THEN NULL ELSE ((i * {k + 3}) % 101) / 7.0 END AS x{k}"
        for k in range(len(NUMBERS))
    )
    step = "i * INTERVAL '30 seconds'" if isinstance(run, psycopg.Connection) else "to_seconds(30 * i)"
    sql = (
        f"CREATE TABLE wide AS SELECT i AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' + {step} AS moment, {values}, "
        "chr(CAST(97 + i % 3 AS INTEGER)) AS place, 'a' AS kind FROM generate_series(0, 299) AS t(i)"
    )
    if isinstance(run, psycopg.Connection):
        run.execute(sql.encode())
    else:
        run.execute(sql)


@pytest.fixture(params=["duckdb", "postgres"])
def wide(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """The table on either engine."""
    if request.param == "duckdb":
        connection = duckdb.connect(":memory:")
        make(connection)
        yield DuckDBWarehouse(":memory:", connection=connection)
        return
    url = request.getfixturevalue("postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as made:
        make(made)
    with PostgresWarehouse(url) as warehouse:
        yield warehouse


def cut() -> dict[str, Layout]:
    """One layout a column."""
    sample = np.arange(101) / 7.0
    return {name: cut_numeric(sample) for name in NUMBERS} | {n: CategoricalLayout(("a", "b")) for n in WORDS}


def profiled(warehouse: Warehouse) -> list[Profile]:
    """All windows, with a sample of their rows."""
    kinds = warehouse.describe("wide")
    return [p for some in profile_windows(warehouse, kinds, MAPPING, cut(), SEGMENTS, HOURS, 20) for p in some]


def test_several_statements_leave_what_one_would(wide: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts, segments, the sample, and every column's cells, byte for byte."""
    kinds = wide.describe("wide")
    asked = profile_queries(wide.dialect, kinds, MAPPING, cut(), SEGMENTS, HOURS, 20)
    assert len(asked) == 3
    assert [q.sql.count("count(DISTINCT id)") for q in asked] == [1, 0, 0], "rows are asked about once"
    several = profiled(wide)
    monkeypatch.setattr(query, "MOST_COUNTED", 10**6)
    assert len(profile_queries(wide.dialect, kinds, MAPPING, cut(), SEGMENTS, HOURS, 20)) == 1
    assert several == profiled(wide)
    assert [p.facts.rows for p in several] == [120, 120, 60]
    assert all(set(p.whole) == set(MAPPING.counted) for p in several)
    assert all(sum(p.whole["x0"].counts) == p.facts.rows for p in several)


def test_a_column_that_nobody_counts_is_read_by_nobody(wide: Warehouse) -> None:
    """Without segments and a sample, a statement reads the columns that it counts, and no others."""
    kinds = wide.describe("wide")
    first, *rest = profile_queries(wide.dialect, kinds, MAPPING, cut(), {}, HOURS)
    for one, other in pairwise([first, *rest]):
        mine = [name for name in NUMBERS if f'"{name}"' in one.sql]
        assert mine
        assert not [name for name in mine if f'"{name}"' in other.sql]


def test_on_postgres_what_is_asked_together_is_of_one_state_of_the_rows(postgres: str) -> None:
    """Whoever writes in between; and a statement that is refused takes nothing else with it."""
    url = postgres.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as other, PostgresWarehouse(url) as warehouse:
        other.execute("CREATE TABLE t AS SELECT 1 AS x")
        ask = "SELECT count(*) AS n FROM t"
        with warehouse.together():
            assert warehouse.fetch(ask)["n"][0] == 1
            other.execute("INSERT INTO t VALUES (2)")
            with pytest.raises(Exception, match="refused"), warehouse.together():
                warehouse.fetch("SELECT 1 / 0 AS n")
            assert warehouse.fetch(ask)["n"][0] == 1
        assert warehouse.fetch(ask)["n"][0] == 2


def test_on_postgres_nobody_is_connected_to_for_nothing() -> None:
    """A verb that turns out to need no row gets on while the server is down."""
    with PostgresWarehouse("postgresql://127.0.0.1:1/none") as warehouse, warehouse.together():
        pass
