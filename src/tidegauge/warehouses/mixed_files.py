"""Columns that the files of one pattern hold as types which do not go together, where nothing says which is meant.

DuckDB joins files by name, each column as one type for all. What cannot be turned into it stops every statement, in
DuckDB's words and in whatever file it meets first; and one file that writes text turns a number into text in all. So
such a column is left out of what is read, and named with its files.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tidegauge.core.addresses.masking import mask
from tidegauge.warehouses.base import Warehouse, is_category, is_number, is_text, is_time
from tidegauge.warehouses.file_items import CSV, files, files_without, folder_of, is_pattern

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")
Types = Mapping[str, Mapping[str, str]]  # file → column → type name


@dataclass(frozen=True, slots=True)
class Mixed:
    """A column of several types."""

    kinds: tuple[str, ...]  # one of each sort, that of most files first
    why: str  # which files hold what, and what to do


def mixed_columns(warehouse: Warehouse, path: str, *, unread: bool = False) -> dict[str, Mixed]:
    """The columns that what lies at a path holds as types which do not go together.

    Of CSV a file's types are a guess by its values: codes may look like numbers in one file and like words in the
    next, and DuckDB reads both as text. So its files are asked only where they could not be read as one, `unread`.
    """
    if not is_pattern(path) or (path.lower().endswith(CSV) and not unread):
        return {}
    folder = f"{folder_of(path)}/"
    return mixed_in({file.removeprefix(folder): kinds for file, kinds in warehouse.types_of_files(path).items()})


def without(warehouse: Warehouse, path: str, mixed: Collection[str], **options: str) -> str:
    """The FROM item of what lies at a path, without what is mixed; `options`: of DuckDB's reader."""
    if not mixed:
        return files(path, **options)
    left_out = tuple(map(warehouse.dialect.quote, mixed))
    return files_without({left_out: tuple(warehouse.types_of_files(path))}, **options)


def mixed_in(types: Types) -> dict[str, Mixed]:
    """The columns whose types do not go together from file to file.

    >>> found = mixed_in({"a.parquet": {"x": "DOUBLE", "y": "BIGINT"}, "b.parquet": {"x": "VARCHAR", "y": "DOUBLE"}})
    >>> list(found), found["x"].why
    (['x'], 'holds VARCHAR in b.parquet, and DOUBLE in a.parquet. Write them again with one type')
    """
    columns = dict.fromkeys(c for kinds in types.values() for c in kinds)
    found = {}
    for column in columns:
        here = {file: kinds[column] for file, kinds in types.items() if column in kinds}
        sorts: dict[str, list[str]] = {}
        for file, kind in here.items():
            sorts.setdefault(_sort(kind, {*here.values()}), []).append(file)
        if len(sorts) > 1:
            ranked = sorted(sorts.values(), key=lambda some: -len(some))
            found[column] = Mixed(tuple(here[some[0]] for some in ranked), _which(ranked, here))
    return found


def _sort(kind: str, every: set[str]) -> str:
    """What a type can be read as one with, of all that a column has."""
    upper = kind.upper()
    if upper.endswith("]"):
        return "list"
    if upper.startswith(("STRUCT", "MAP", "UNION")):
        return upper.partition("(")[0]
    if upper.startswith("BOOL"):
        return _sort_of_booleans(every)
    if is_number(upper):
        return "number"
    if is_time(upper):
        return "time"
    return "text" if is_text(upper) or is_category(upper) else upper


def _sort_of_booleans(every: set[str]) -> str:
    """That of numbers beside whole ones alone: 0 and 1 are read as no and yes, and 0.5 is neither."""
    numbers = [k for k in every if is_number(k)]
    return "number" if numbers and all(k.upper().startswith(WHOLE) for k in numbers) else "boolean"


def _which(ranked: Sequence[Sequence[str]], kinds: Mapping[str, str]) -> str:
    """Which files hold which type, those of the commonest last."""
    parts = [f"{kinds[some[0]]} in {_files(some)}" for some in (*ranked[1:], ranked[0])]
    return f"holds {', and '.join(parts)}. Write them again with one type"


def _files(some: Sequence[str]) -> str:
    """Some files by the name of the first."""
    more = len(some) - 1
    return mask(some[0]) + (f" and {more} more file{'s' * (more > 1)}" if more else "")
