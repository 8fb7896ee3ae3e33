"""What a statement may do in PostgreSQL: read, by itself, in a transaction that cannot write. Names stay names."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidegauge.comparing.frames import compare
from tidegauge.core.errors import ContractError
from tidegauge.core.window import Window
from tidegauge.monitor import parse_monitor
from tidegauge.profiles.first_layouts import cut_layouts
from tidegauge.profiles.profile import profile_windows
from tidegauge.stages.contract import hold
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

if TYPE_CHECKING:
    from tidegauge.warehouses.base import Warehouse


@pytest.fixture
def elephant(postgres: str) -> Iterator[tuple[PostgresWarehouse, Any]]:
    """A database with a table and a function that writes into it, and the connection that made them."""
    url = postgres.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("CREATE TABLE log AS SELECT x, 'a'::text AS c, now() AS at FROM generate_series(1, 300) AS x")
        admin.execute("CREATE SEQUENCE numbers")
        admin.execute(
            "CREATE FUNCTION sneak() RETURNS INT LANGUAGE plpgsql AS $$ BEGIN "
            "PERFORM set_config('transaction_read_only', 'off', false); DELETE FROM log; RETURN 1; END $$"
        )
        with PostgresWarehouse(url) as warehouse:
            yield warehouse, admin
        assert admin.execute("SELECT count(*) FROM log").fetchall() == [(300,)]
        assert admin.execute("SELECT count(*) FROM pg_class WHERE relname = 'made'").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM log",
        "WITH gone AS (DELETE FROM log RETURNING x) SELECT * FROM gone",
        "SELECT * INTO made FROM log",
        "SELECT nextval('numbers')",
        "SELECT sneak()",
        "SELECT 1; DELETE FROM log",
        "SELECT 1; COMMIT; DELETE FROM log",
        "-- a comment; SELECT\nCOPY log TO '/tmp/tidegauge-made.csv'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "  -- \n DO $$ BEGIN DELETE FROM log; END $$",
        "EXPLAIN ANALYZE DELETE FROM log",
        "/* SELECT */ DELETE FROM log",
        "SET default_transaction_read_only = off",
        "",
    ],
)
def test_no_statement_writes(sql: str, elephant: tuple[PostgresWarehouse, Any]) -> None:
    """Not even after another statement has tried to open the door for it; and the warehouse goes on reading."""
    warehouse, _ = elephant
    for opener in ("default_transaction_read_only", "transaction_read_only"):
        try:
            warehouse.fetch(f"SELECT set_config('{opener}', 'off', false)")
        except ContractError as refused:
            assert "read-write mode" in str(refused)  # noqa: PT017 - one of the two is refused, and both are tried
    with pytest.raises(ContractError):
        warehouse.fetch(sql)
    assert warehouse.fetch("-- how many\nSELECT count(*) AS n FROM log")["n"][0] == 300


def test_views_are_compared_on_both_engines(
    elephant: tuple[PostgresWarehouse, Any], postgres: str, tmp_path: Path
) -> None:
    """A view's rows have no place, by which a table's are drawn."""
    _, admin = elephant
    admin.execute("CREATE VIEW shown AS SELECT x, c FROM log")
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute("CREATE VIEW shown AS SELECT range AS x, 'a' AS c FROM range(1, 301)")
    found = compare((postgres, "shown"), (f"duckdb:///{tmp_path}/log.duckdb", "shown"))
    assert (found.verdict, found.reference_rows, found.current_rows) == ("same", 300, 300)


PIECES = ['"', "'", "%", "%s", "%(x)s", "$1", "$x", "\\", ";", "--", "/*", "*/", "{{", "}}", "{%", "(", ")", "\n", ":x",
          "?", "é", "a", "B", " ", "COPY", "query", "read_csv"]  # fmt: skip
NAME = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)


START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = Window(START, START + timedelta(days=1), "day")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=NAME, columns=st.lists(NAME, min_size=5, max_size=5, unique_by=str.lower))
def test_any_name_is_a_name(table: str, columns: list[str], elephant: tuple[PostgresWarehouse, Any]) -> None:
    """Of a table and of columns in every role, on both engines: held, cut and counted, and never run."""
    warehouse, admin = elephant
    time, number, word, row_id, segment = columns
    source = {"url": "duckdb:///:memory:", "table": table}
    roles = {"time": time, "numeric": [number], "categorical": [word], "id": row_id, "segments": [segment]}
    said = {"monitor": "m", "source": source, "columns": roles, "window": {"every": "day"}}
    monitor = parse_monitor(json.dumps(said))
    with duckdb.connect(":memory:") as duck:
        pairs: list[tuple[Warehouse, Any]] = [(DuckDBWarehouse(":memory:", connection=duck), duck), (warehouse, admin)]
        for opened, made in pairs:
            quoted = [Dialect.quote(opened.dialect, n) for n in (table, *columns)]
            name, *spelled = quoted
            values = ("TIMESTAMPTZ '2024-01-01 12:00:00+00'", "x * 1.5", "'a'", "x", "'s'")
            rows = ", ".join(f"{v} AS {n}" for v, n in zip(values, spelled, strict=True))
            made.execute(f"CREATE TABLE {name} AS SELECT {rows} FROM generate_series(1, 9) AS g(x)")
            contract = hold(monitor, opened)
            assert (list(contract.kinds), contract.problems) == (columns, {})
            span = START - timedelta(days=1), START + timedelta(days=2)
            layouts, segments = cut_layouts(opened, contract.kinds, contract.mapping, *span)
            ((profile,),) = profile_windows(
                opened, contract.kinds, contract.mapping, layouts, segments, [DAY], sample=4
            )
            assert (profile.facts.rows, sorted(profile.whole), segments) == (
                9,
                sorted([number, word]),
                {segment: ("s",)},
            )
            made.execute(f"DROP TABLE {name}")
