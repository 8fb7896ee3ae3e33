"""Which types each file of a pattern holds, before DuckDB joins them into one table."""

from collections.abc import Callable

from tidegauge.warehouses.base import Rows
from tidegauge.warehouses.file_items import CSV, files, itself, literal

Fetch = Callable[[str], Rows]
Describe = Callable[[str], dict[str, str]]


def types_of_files(fetch: Fetch, describe: Describe, pattern: str) -> dict[str, dict[str, str]]:
    """File → column → type name. Parquet says so in its footers; CSV is looked at file by file."""
    if pattern.lower().endswith(CSV):
        found = fetch(f"SELECT file FROM glob({literal(itself(pattern))}) ORDER BY file")  # noqa: S608 - quoted
        return {str(file): describe(files(str(file))) for file in found["file"]}
    sql = f"SELECT file_name, name, duckdb_type, num_children FROM parquet_schema({literal(itself(pattern))})"  # noqa: S608 - quoted
    rows = fetch(sql)
    out: dict[str, dict[str, str]] = {}
    below: list[int] = []  # of each column that is open, how many of its parts are to come: a tree, parents first
    for file, name, kind, children in zip(*(rows[c].tolist() for c in rows), strict=True):
        if str(file) not in out:
            out[str(file)], below = {}, [_count(children)]  # the root
            continue
        if len(below) == 1:
            out[str(file)][str(name)] = str(kind)
        below[-1] -= 1
        if parts := _count(children):
            below.append(parts)
        while len(below) > 1 and not below[-1]:
            below.pop()
    return dict(sorted(out.items()))


def _count(children: float | None) -> int:
    """How many parts a column of Parquet has; one that has none says nothing, or NaN."""
    return 0 if children is None or children != children else int(children)  # noqa: PLR0124 - NaN is no number
