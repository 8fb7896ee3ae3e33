"""A column that comes with other types or not at all: it is named, and everything else goes on."""

from datetime import timedelta
from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, TODAY, a_monitor, change, day
from tidegauge.core.decision import Verdict
from tidegauge.monitor import load_monitor
from tidegauge.warehouses.postgres import PostgresWarehouse


def test_categories_that_turn_into_other_numbers_are_broken(duck: str, tmp_path: Path) -> None:
    change(
        duck, "ALTER TABLE log ALTER COLUMN plan TYPE VARCHAR", "UPDATE log SET plan = CAST(hash(plan) % 3 AS VARCHAR)"
    )
    change(duck, "ALTER TABLE log ALTER COLUMN plan TYPE BIGINT")
    monitor = a_monitor(duck, tmp_path)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).start)
        assert pipeline.check() == []
    change(duck, "ALTER TABLE log ALTER COLUMN plan TYPE DOUBLE")
    with open_pipeline(monitor) as pipeline:
        (said,) = pipeline.check()
        assert said.startswith('column "plan" held whole numbers (')
        assert "and is DOUBLE now" in said
        made = {d.window: d for d in pipeline.run(day(TODAY))}
    decision = made[day(TODAY)]
    assert decision.verdict is Verdict.BROKEN
    assert "plan" in decision.sentence
    assert "the other columns were checked" in decision.sentence


def test_a_file_that_lacks_a_column_stops_no_window(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE log AS SELECT i AS id, TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (i * 432) AS ts, "
        "50 + (i * 7919 % 1000) / 100.0 AS amount, ((i * 7919) % 1000) / 1000.0 AS score FROM range(0, 8000) t(i)"
    )
    for d in range(40):
        what = "id, ts, score" if d >= 38 else "*"
        made.execute(
            f"COPY (SELECT {what} FROM log WHERE CAST(ts AS DATE) = DATE '2024-01-01' + {d}) "
            f"TO '{tmp_path}/data/{d:02}.parquet'"
        )
    file = tmp_path / "m.yml"
    file.write_text(
        f"monitor: m\nsource: {{path: '{tmp_path}/data/*.parquet', zone: UTC}}\n"
        "columns: {time: ts, id: id, prediction: score, numeric: [amount]}\nwindow: {every: day, zone: UTC}\n"
    )
    with open_pipeline(load_monitor(file)) as pipeline:
        first = pipeline.profiler.first_window().start
        decided = {(d.window.start - first).days + 1: d for d in pipeline.backfill(first, first + timedelta(days=40))}
    good = [d for number, d in decided.items() if number <= 38]
    assert len(good) == 38
    assert all(d.verdict in (Verdict.FINE, Verdict.LEARNING) for d in good)
    assert decided[39].verdict in (Verdict.ALERT, Verdict.BROKEN)
    assert "amount" in decided[39].sentence


def test_a_materialised_view_is_a_table(postgres: str) -> None:
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (a INT, b NUMERIC(9, 2), c TIMESTAMPTZ, d TEXT[], e VARCHAR(9))")
        connection.execute("CREATE MATERIALIZED VIEW m AS SELECT * FROM t")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
    with PostgresWarehouse(postgres) as warehouse:
        assert warehouse.describe("m") == warehouse.describe("t") == warehouse.describe("v")
        assert {"public.m", "public.v", "public.t"} <= set(warehouse.tables())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1e400", float("inf")),
        ("-1e400", float("-inf")),
        ("1e-400", 0.0),
        ("NaN", float("nan")),
        ("0", 0.0),
        ("-1.5", -1.5),
        ("1e305", 1e305),
        ("-3e-310", -3e-310),
    ],
)
def test_a_numeric_beyond_a_double(postgres: str, text: str, read: float) -> None:
    with PostgresWarehouse(postgres) as warehouse:
        number = warehouse.dialect.as_number("CAST(%(text)s AS NUMERIC)", "numeric")
        (found,) = warehouse.fetch(f"SELECT {number} AS x", {"text": text})["x"]
    assert found == pytest.approx(read, nan_ok=True, rel=1e-15, abs=0)
