"""Descriptors of texts: the same on DuckDB, on PostgreSQL and in Python, row by row, and what the usual eight cost.

    python -m benchmarks.texts FOLDER [--fuzzed 10000] [--rows 100000]

FOLDER: JSON files; every string in them with a blank in it is a text, once (CLINC150 and XQuAD, which are not part of
the project). Beside them so many hostile texts (`tests/families/hostile_texts.py`). The cost is CPU seconds of the
process that works, for the usual eight of so many real texts, without the scan (the sum of their lengths); one thread.
"""

import argparse
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from benchmarks.measure import machine
from tests.families.hostile_texts import hostile_texts
from tests.services.postgres import MISSING, programs, running
from tidegauge.monitor.parts import Columns
from tidegauge.profiles.descriptors import DESCRIPTORS, USUAL, column_of
from tidegauge.stages.deriving import derive
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

MOST = {"DuckDB": 0.3, "PostgreSQL": 1.5}  # CPU seconds per 100,000 rows for eight
KINDS = {"id": "INTEGER", "t": "VARCHAR"}


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Every string in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def real_texts(folder: Path) -> list[str]:
    """The texts of a folder's JSON files, each once, in order."""
    files = sorted(folder.glob("*.json"))
    found = (s for f in files for s in strings(json.loads(f.read_text(encoding="utf-8"))))
    return list(dict.fromkeys(s for s in found if " " in s.strip()))


def item(warehouse: Warehouse, descriptors: Sequence[str]) -> str:
    """The table of texts with these descriptors, as a FROM item."""
    columns = Columns.model_validate({"time": "at", "text": [{"column": "t", "descriptors": [*descriptors]}]})
    return derive(warehouse, warehouse.dialect.table("texts"), KINDS, columns).table


def differing(name: str, warehouse: Warehouse, texts: Sequence[str | None]) -> int:
    """How many rows are not what Python says, over all descriptors."""
    quote, rows = warehouse.dialect.quote, 0
    listed = ", ".join(f"{quote(column_of('t', d))} AS c{k}" for k, d in enumerate(DESCRIPTORS))
    found = warehouse.fetch(f"SELECT {listed} FROM {item(warehouse, [*DESCRIPTORS])} ORDER BY id")
    for k, descriptor in enumerate(DESCRIPTORS.values()):
        values = found[f"c{k}"].tolist()
        wrong = [
            t
            for t, v in zip(texts, values, strict=True)
            if (v is None or v != v) != (t is None) or (t is not None and v != descriptor.of(t))  # noqa: PLR0124 - NaN
        ]
        rows += len(wrong)
        if wrong:
            print(f"{name}, {descriptor.name}: {len(wrong)} rows differ, such as {str(wrong[0])[:60]!r}")
    print(f"{name}: {rows} rows differ, of {len(texts):,} texts × {len(DESCRIPTORS)} descriptors", flush=True)
    return rows


def summed(warehouse: Warehouse) -> tuple[str, str]:
    """A statement that works out the usual eight of every row, and one that scans the rows."""
    quote = warehouse.dialect.quote
    each = ", ".join(
        f"sum({c})" if DESCRIPTORS[d].kind == "numeric" else f"count(CASE WHEN {c} IN ('yes', '1') THEN 1 END)"
        for d in USUAL
        for c in [quote(column_of("t", d))]
    )
    return f"SELECT {each} FROM {item(warehouse, USUAL)}", "SELECT sum(length(t)) FROM texts"


def in_duckdb(texts: Sequence[str | None]) -> duckdb.DuckDBPyConnection:
    """The texts in memory, on one thread."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("CREATE TABLE texts (id INTEGER, t VARCHAR)")
    connection.execute("INSERT INTO texts SELECT unnest(?), unnest(?)", [[*range(len(texts))], [*texts]])
    return connection


def in_postgres(url: str, texts: Sequence[str | None]) -> None:
    """The same there."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS texts")
        connection.execute("CREATE TABLE texts (id INTEGER, t TEXT)")
        with connection.cursor() as cursor, cursor.copy("COPY texts FROM STDIN") as copy:
            for row in enumerate(texts):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE texts")


def keeps_to_goal(engine: str, spent: float, rows: int) -> bool:
    """Whether the cost keeps to the goal, and a line that says so."""
    a_lot = spent / rows * 1e5
    print(
        f"{engine}: the usual eight of {rows:,} texts: {spent:.2f} CPU-s, {a_lot:.2f} per 100,000; goal {MOST[engine]}"
    )
    return a_lot <= MOST[engine]


def cost_in_duckdb(texts: Sequence[str]) -> bool:
    """Whether it keeps to the goal there."""
    connection = in_duckdb(texts)
    full, scan = summed(DuckDBWarehouse(":memory:", connection=connection))

    def spent(sql: str) -> float:
        before = resource.getrusage(resource.RUSAGE_SELF)
        connection.execute(sql).fetchall()
        after = resource.getrusage(resource.RUSAGE_SELF)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return keeps_to_goal("DuckDB", min(spent(full) for _ in range(3)) - min(spent(scan) for _ in range(3)), len(texts))


def cost_in_postgres(url: str, texts: Sequence[str]) -> bool:
    """The same there."""
    in_postgres(url, texts)
    full, scan = (sql.replace("%%", "%") for sql in summed(PostgresWarehouse(url)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET jit = off")

        def ticks() -> float:
            stat = Path(f"/proc/{connection.info.backend_pid}/stat").read_text(encoding="ascii")
            fields = stat.rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / 100

        def spent(sql: str) -> float:
            before = ticks()
            connection.execute(sql.encode()).fetchall()
            return ticks() - before

        return keeps_to_goal(
            "PostgreSQL", min(spent(full) for _ in range(3)) - min(spent(scan) for _ in range(3)), len(texts)
        )


def main() -> int:
    """Compare and measure; 0 where nothing differs and the cost keeps to the goals."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--fuzzed", type=int, default=10_000)
    asked.add_argument("--rows", type=int, default=100_000)
    options = asked.parse_args()
    real = real_texts(options.folder)
    texts = [*real, *hostile_texts(options.fuzzed)]
    print(
        machine(), f"{len(real):,} real texts of {sum(map(len, real)) / len(real):.0f} characters on average", sep="\n"
    )
    many = (real * (options.rows // len(real) + 1))[: options.rows]
    fine = differing("DuckDB", DuckDBWarehouse(":memory:", connection=in_duckdb(texts)), texts) == 0
    fine &= cost_in_duckdb(many)
    binaries = programs()
    if binaries is None:
        print(MISSING)
        return 1
    with running(binaries) as (url, _):
        in_postgres(url, texts)
        fine &= differing("PostgreSQL", PostgresWarehouse(url), texts) == 0
        fine &= cost_in_postgres(url, many)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
