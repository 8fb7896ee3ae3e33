"""Parquet and CSV files as DuckDB reads them: the FROM item that a path means, and what a source may read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tidegauge.core.regular_files import is_regular

CSV = (".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst")
PARQUET = (".parquet", ".pq", ".parq")
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a source may read besides its own database: files, folders, patterns, addresses; and what that takes."""

    paths: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()  # of DuckDB, installed already


NOTHING = Reach()


def files(path: str, **options: str) -> str:
    """The FROM item of a file, or of every file that a pattern matches: CSV by its ending, else Parquet.

    The columns of several files are joined by their names: one that a file lacks is NULL there.

    >>> files("data/*.parquet")
    "read_parquet('data/*.parquet', union_by_name = true)"
    >>> files("it's.csv.gz", sample_size="-1")
    "read_csv('it''s.csv.gz', sample_size = -1)"
    """
    options = {"union_by_name": "true", **options} if is_pattern(path) else options
    return f"{_reader(path)}({', '.join([literal(itself(path)), *(f'{k} = {v}' for k, v in options.items())])})"


def files_without(groups: Mapping[tuple[str, ...], Sequence[str]], **options: str) -> str:
    """The FROM item of many files, some of them read without some columns: quoted names of these → files.

    `options`: of DuckDB's reader.

    >>> files_without({(): ["a.csv"]})
    "(SELECT * FROM read_csv(['a.csv'], union_by_name = true))"
    """
    parts = []
    said = "".join(f", {k} = {v}" for k, v in options.items())
    for columns, some in groups.items():
        left_out = f" EXCLUDE ({', '.join(columns)})" if columns else ""
        names = ", ".join(literal(itself(file)) for file in some)
        parts.append(f"SELECT *{left_out} FROM {_reader(some[0])}([{names}], union_by_name = true{said})")  # noqa: S608 - quoted
    return f"({' UNION ALL BY NAME '.join(parts)})"


def _reader(path: str) -> str:
    """What DuckDB reads a file by: CSV by its ending, else Parquet."""
    return "read_csv" if path.lower().endswith(CSV) else "read_parquet"


def is_pattern(path: str) -> bool:
    """Whether a path means the files that match it; one whose very name holds a * or a [ means that file."""
    return _MAGIC.search(path) is not None and not is_regular(path)


def itself(path: str) -> str:
    """A pattern for DuckDB, which takes every * ? [ for one: `data[1].parquet` would be read as `data1.parquet`."""
    return path if is_pattern(path) else _MAGIC.sub(r"[\g<0>]", path)


def folder_of(pattern: str) -> str:
    """The folder that everything a pattern matches lies in.

    >>> folder_of("data/2024-*/part-?.parquet"), folder_of("*.csv"), folder_of("/x*")
    ('data', '.', '/')
    """
    fixed, slash, _ = _MAGIC.split(pattern, maxsplit=1)[0].rpartition("/")
    return fixed or slash or "."


def literal(text: str) -> str:
    """A text as SQL spells it.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
