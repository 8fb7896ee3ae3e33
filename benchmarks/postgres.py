"""What a profile costs on PostgreSQL, in CPU seconds of the server and all its processes, against a bare scan.

    python -m benchmarks.postgres [--rounds 3]

300,000 rows × 20 columns and 50,000 × 200, each as one window, as 28, and as 1 of 28 in a table without an index. The
bare scan is count, min, max and sum of the numbers and count of the strings, of the same rows. The server is one that
the tests would start: as installed, nothing tuned.
"""

import io
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv

from benchmarks.measure import machine
from benchmarks.shapes import CARDINALITIES, number
from tests.services.postgres import MISSING, programs, running
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.warehouses.postgres import PostgresWarehouse

SHAPES = {"300k x 20": (300_000, 16, 4), "50k x 200": (50_000, 160, 40)}  # rows, numbers, strings
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = [Window(FIRST + timedelta(days=k), FIRST + timedelta(days=k + 1), "day") for k in range(28)]
MONTH = [Window(DAYS[0].start, DAYS[-1].end, "day")]
SAMPLE = 1000  # rows kept of each window, as a monitor does by default


def fill(connection: psycopg.Connection, rows: int, numbers: int, words: int) -> tuple[LogMapping, dict[str, Layout]]:
    """Write the table `log`: ids, 28 days of times, columns of the workload's families; and cut their layouts."""
    g = np.random.default_rng(7)
    micros = int(FIRST.timestamp()) * 1_000_000 + np.arange(rows) * (28 * 86_400_000_000 // rows)
    hour = (micros // 3_600_000_000 % 24).astype(np.float64)
    columns = {"id": pa.array(np.arange(rows)), "ts": pa.array(micros, pa.timestamp("us", "UTC"))}
    layouts: dict[str, Layout] = {}
    for k in range(numbers):
        values = number(k % 24, g, hour, 0)  # type: ignore[no-untyped-call]  # kept letter for letter
        layouts[f"f{k:03d}"] = cut_numeric(values[:: max(1, rows // 20_000)])
        columns[f"f{k:03d}"] = pa.array(values, mask=g.random(rows) < 0.02 if k % 2 else None)
    for k in range(words):
        known = [f"v{v:04d}" for v in range(CARDINALITIES[k % 10])]
        layouts[f"c{k:03d}"] = CategoricalLayout(tuple(known))
        columns[f"c{k:03d}"] = pa.array(np.array(known)[g.integers(0, len(known), rows)])
    text = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), text, pyarrow.csv.WriteOptions(include_header=False))
    kinds = {"id": "BIGINT", "ts": "TIMESTAMPTZ"} | {c: "FLOAT8" if c[0] == "f" else "TEXT" for c in layouts}
    connection.execute("DROP TABLE IF EXISTS log")
    connection.execute(f"CREATE TABLE log ({', '.join(f'{c} {k}' for c, k in kinds.items())})".encode())
    with connection.cursor() as cursor, cursor.copy("COPY log FROM STDIN (FORMAT csv)") as copy:
        copy.write(text.getvalue())
    connection.execute("VACUUM ANALYZE log")
    by_kind = [tuple(c for c in layouts if c[0] == letter) for letter in "fc"]
    return LogMapping('"log"', {"numeric": by_kind[0], "categorical": by_kind[1]}, time="ts", id="id"), layouts


def spent(server: int) -> float:
    """CPU seconds of a server so far: its own, of its processes, and of those that have ended."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(folder.name) == server:
                ticks += sum(map(int, words[11:15]))
            elif int(words[1]) == server:
                ticks += sum(map(int, words[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def cpu(server: int, work: Callable[[], object]) -> float:
    """CPU seconds of the server that a piece of work took."""
    start = spent(server)
    work()
    time.sleep(0.1)  # helpers of a parallel plan are counted once they have ended
    return spent(server) - start


def measure(url: str, server: int, shape: str, rounds: int) -> None:
    """Print the ratios of one shape."""
    with psycopg.connect(url, autocommit=True) as connection:
        mapping, layouts = fill(connection, *SHAPES[shape])
    parts = [p for c in mapping.columns["numeric"] for p in (f"count({c})", f"min({c})", f"max({c})", f"sum({c})")]
    parts += [f"count({c})" for c in mapping.columns["categorical"]]
    bare = f"SELECT {', '.join(f'{p} AS v{i}' for i, p in enumerate(parts))} FROM log"
    with PostgresWarehouse(url) as warehouse:
        kinds = warehouse.describe("log")
        for what, windows, sample in (
            ("one window", MONTH, 0),
            ("28 windows", DAYS, 0),
            ("28 windows with sampled rows", DAYS, SAMPLE),
            ("1 window of 28", DAYS[13:14], 0),
        ):
            run = lambda w=windows, n=sample: list(  # noqa: E731 - one expression, timed at once
                profile_windows(warehouse, kinds, mapping, layouts, {}, w, n)
            )
            pairs = [(cpu(server, lambda: warehouse.fetch(bare)), cpu(server, run)) for _ in range(rounds)]
            scan, profile = (median(p[i] for p in pairs) for i in (0, 1))
            ratio = median(b / a for a, b in pairs)
            print(f"{shape}, {what}: scan {scan:.2f} s, profile {profile:.2f} s CPU, ratio {ratio:.1f}", flush=True)


def main(words: list[str]) -> None:
    """Measure every shape."""
    rounds = int(words[words.index("--rounds") + 1]) if "--rounds" in words else 3
    binaries = programs()
    if binaries is None:
        raise SystemExit(MISSING)
    with running(binaries) as (url, server), psycopg.connect(url) as connection:
        (version,) = connection.execute("SHOW server_version").fetchone() or ("?",)
        print(f"{machine()}, PostgreSQL {version}")
        for shape in SHAPES:
            measure(url, server, shape, rounds)


if __name__ == "__main__":
    main(sys.argv[1:])
