"""A log of every awkward value, and its labels, the same in DuckDB, PostgreSQL and Spark."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import psycopg

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric

NUMBERS = ("normal", "heavy", "tiny", "f32", "dec", "big", "small", "boo", "pred")
TEXTS = ("uni", "carrier")
WORDS = [
    "AA",
    "ß",
    "ss",
    "é",
    "e\u0301",
    "日本",
    "😀",
    "",
    " ",
    "a ",
    "A",
    "a",
    "O'Brien",
    'q"x',
    "%s",
    "\\",
    "\\n",
    "${x}",
]
#  local clocks over both changes: of an hour, and of half an hour; the day of the change in UTC, and which zone
CLOCKS = {
    "new_york": ("America/New_York", ("2013-11-02T22:00", "2013-03-09T22:00")),
    "lord_howe": ("Australia/Lord_Howe", ("2013-04-06T08:00", "2013-10-05T08:00")),
}
HOURS = 24  # from there on


def frame(rows: int) -> pd.DataFrame:
    """Rows of four days around the night of 3 November 2013, of the types that Python has."""
    r = np.random.default_rng(7)
    normal = r.normal(5, 2, rows)
    for share, value in ((0.02, np.nan), (0.02, np.inf), (0.02, -np.inf), (0.01, -0.0), (0.01, 5e-324), (0.01, -1e308)):
        normal[r.random(rows) < share] = value
    heavy = r.pareto(1.1, rows)
    heavy[r.random(rows) < 0.01] = 1.7e308
    heavy[r.random(rows) < 0.2] = 0
    tiny = r.normal(0, 1, rows) * 1e-310
    words = np.array(WORDS, dtype=object)
    uni = words[np.minimum(r.zipf(1.6, rows) - 1, len(words) - 1)].copy()
    rare = r.random(rows) < 0.05
    uni[rare] = [f"r{v}ü" for v in r.integers(0, 500, int(rare.sum()))]
    uni[r.random(rows) < 0.03] = None
    carrier = np.array(["AA", "UA", "DL", "WN", None], dtype=object)[r.integers(0, 5, rows)]
    begin = np.datetime64("2013-11-01T04:00:00", "us")
    happened = begin + r.integers(0, 97 * 3600 * 10**6, rows).astype("timedelta64[us]")
    spread = np.arange(rows) * (HOURS * 3600 * 10**6 // rows)
    clocks = {
        f"{name}_{k}": np.datetime64(start, "us") + spread.astype("timedelta64[us]")
        for name, (_, starts) in CLOCKS.items()
        for k, start in enumerate(starts)
    }
    return pd.DataFrame(
        {
            "id": np.arange(rows), "ts": happened, "ing": happened + np.timedelta64(90, "s"), "normal": normal,
            "heavy": heavy, "tiny": tiny, "f32": r.normal(0, 1, rows).astype(np.float32),
            "dec": np.round(r.normal(1e6, 1e3, rows), 3), "big": r.integers(-(2**62), 2**62, rows),
            "small": r.poisson(3, rows).astype(np.int16), "boo": r.random(rows) < 0.3, "pred": r.beta(2, 5, rows),
            "uni": uni, "carrier": carrier, "y": (r.random(rows) < 0.3).astype(float), **clocks,
        }
    )  # fmt: skip


def write(folder: Path, rows: int) -> duckdb.DuckDBPyConnection:
    """The two tables in a database in memory, and as Parquet in a folder."""
    data = frame(rows)
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("data", data)
    local = ", ".join(
        f"CAST(timezone('{zone}', timezone('UTC', {name}_{k})) AS TIMESTAMP) AS {name}_{k}"
        for name, (zone, starts) in CLOCKS.items()
        for k in range(len(starts))
    )
    connection.execute(
        "CREATE TABLE log AS SELECT id, timezone('UTC', ts) AS ts, timezone('UTC', ing) AS ing, "
        "CASE WHEN id % 17 <> 0 THEN coalesce(normal, CAST('NaN' AS DOUBLE)) END AS normal, heavy, tiny, f32, "
        "CAST(dec AS DECIMAL(18, 3)) AS dec, big, small, CASE WHEN id % 11 <> 0 THEN boo END AS boo, pred, uni, "
        f"carrier, {local} FROM data"
    )
    connection.execute(
        "CREATE TABLE labels AS "
        "SELECT id, y, timezone('UTC', ts + INTERVAL 2 HOUR) AS known FROM data WHERE id % 3 = 0 "
        "UNION ALL SELECT id, 1 - y, timezone('UTC', ts + INTERVAL 40 HOUR) FROM data WHERE id % 7 = 0 "
        "UNION ALL SELECT id, CAST('NaN' AS DOUBLE), timezone('UTC', ts) FROM data WHERE id % 31 = 0"
    )
    for table in ("log", "labels"):
        connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return connection


def copy_to(postgres: psycopg.Connection, duck: duckdb.DuckDBPyConnection) -> None:
    """The same tables in PostgreSQL, in a schema of their own."""
    postgres.execute("DROP SCHEMA IF EXISTS awkward CASCADE")
    postgres.execute("CREATE SCHEMA awkward")
    types = {"DOUBLE": "DOUBLE PRECISION", "FLOAT": "REAL", "VARCHAR": "TEXT"}
    for table in ("log", "labels"):
        columns = duck.execute(f"DESCRIBE {table}").fetchall()
        spelled = ", ".join(f"{name} {types.get(kind, kind)}" for name, kind, *_ in columns)
        postgres.execute(f"CREATE TABLE awkward.{table} ({spelled})".encode())
        with postgres.cursor().copy(f"COPY awkward.{table} FROM STDIN".encode()) as copy:
            for row in duck.execute(f"SELECT * FROM {table}").fetchall():
                copy.write_row(row)


def cut(duck: duckdb.DuckDBPyConnection) -> Mapping[str, Layout]:
    """A layout of each column, from half of the rows, so that the other half surprises it."""
    half = duck.execute("SELECT * FROM log WHERE id % 2 = 0").df()
    out: dict[str, Layout] = {}
    for name in NUMBERS:
        values = half[name].to_numpy(dtype=np.float64, na_value=np.nan)
        out[name] = cut_numeric(values[~np.isnan(values)])
    for name in TEXTS:
        out[name] = CategoricalLayout(tuple(half[name].dropna().unique()[:12]))
    return out
