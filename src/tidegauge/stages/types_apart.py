"""Files of one folder that hold a column as another type than the rest: read without it, and named where they are.

Joined by name, the files of a folder have one type a column: the widest. One file that writes text would turn a number
to text in all windows, good ones too; one list among texts stops every statement. So files that no role of the column
can take, or that go with no other file, are read without that column, and the windows that they have rows in are
*broken, another type*.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tidegauge.core.addresses.masking import mask
from tidegauge.core.window import Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.warehouses.base import Warehouse, has_zone, is_time
from tidegauge.warehouses.file_items import files_without, is_pattern

LACKING = "no such column"  # of rows without a time nobody knows the window; any other column is missing from a window
Fits = Callable[[str, str], bool]  # a column and a type: whether what is known of the column is spelled so
Types = Mapping[str, Mapping[str, str]]  # file → column → type name, files in order of their names


@dataclass(frozen=True, slots=True)
class Apart:
    """A column that some files hold as another type."""

    check: str  # what is to be said of the folder
    window: str  # what is to be said of a window with rows of theirs; the same whatever other files there are
    rows: str  # those files, as a FROM item


@dataclass(frozen=True, slots=True)
class Parted:
    """How a folder is read."""

    table: str  # a FROM item: all files, those that stand apart without the column
    columns: Mapping[str, Apart] = field(default_factory=dict)


def anything(_column: str, _kind: str) -> bool:
    """What a column fits of which nothing is known yet."""
    return True


def parted(warehouse: Warehouse, mapping: LogMapping, path: str, fits: Fits = anything) -> Parted:
    """How to read what matches a pattern, by the types in its files."""
    types = warehouse.types_of_files(path) if is_pattern(path) else {}
    found = {c: other for c in mapping.all if (other := _others(types, mapping, c, fits))}
    if not found:
        return Parted(mapping.table)
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in types:
        left_out = tuple(warehouse.dialect.quote(c) for c in found if found[c].get(file, LACKING) != LACKING)
        groups.setdefault(left_out, []).append(file)
    columns = {c: _apart(types, mapping, c, other) for c, other in found.items()}
    return Parted(files_without(groups), columns)


def _others(types: Types, mapping: LogMapping, column: str, fits: Fits) -> dict[str, str]:
    """The files whose type of a column does not go with the others', and that type."""
    here = _types_of(types, column)
    takes = _takes(mapping, column)
    good = [kind for kind in dict.fromkeys(here.values()) if takes(kind) and fits(column, kind)]
    if not good:
        return {}  # it holds in no file: that is said of the table
    together = {kind for kind in good if _go_together(good[0], kind, mapping)}
    others = {file: kind for file, kind in here.items() if kind not in together}
    return _without_time(types, mapping, column) | others


def _types_of(types: Types, column: str) -> dict[str, str]:
    """File → type of a column, of the files that have it."""
    return {file: columns[column] for file, columns in types.items() if column in columns}


def _without_time(types: Types, mapping: LogMapping, column: str) -> dict[str, str]:
    """The files that lack a column, where that says when."""
    if column != mapping.time:
        return {}
    return {file: LACKING for file, columns in types.items() if column not in columns}


def _takes(mapping: LogMapping, column: str) -> Callable[[str], bool]:
    """Which types the role of a column takes."""
    if column in (mapping.time, mapping.ingested):
        return is_time
    kind = mapping.kind_of(column)
    return KINDS[kind].takes if kind else lambda _type: True


def _go_together(one: str, other: str, mapping: LogMapping) -> bool:
    """Whether DuckDB reads two types as one: lists with lists; times without a zone are instants in UTC alone."""
    if is_time(one) and is_time(other):
        return has_zone(one) == has_zone(other) or mapping.zone == "UTC"
    return _nested(one) == _nested(other)


def _nested(kind: str) -> bool:
    return "[" in kind or kind.startswith(("STRUCT", "MAP", "UNION"))


def _apart(types: Types, mapping: LogMapping, column: str, other: Mapping[str, str]) -> Apart:
    was = next(columns[column] for f, columns in types.items() if column in columns and f not in other)
    now = " and ".join(dict.fromkeys(other.values()))
    first = mask(next(iter(other)))
    files = f"{first} holds {now}" if len(other) == 1 else f"{first} and {len(other) - 1} more files hold {now}"
    told = f'column "{column}" holds {was} in the other files, and {files}. Their values of it are not read'
    if column == mapping.time:
        end = ", so their rows are in no window. Write those files again as the others are."
        window = f'no row of it is read: column "{column}" holds {was} in other files, and {now} in some, in no window.'
    else:
        end = ": windows with rows of theirs are broken. Write those files again as the others are."
        window = f'column "{column}" holds {was} in other files, and {now} in files of this window.'
    return Apart(told + end, window, files_without({(): list(other)}))


def rows_apart(
    columns: Mapping[str, Apart], mapping: LogMapping, counted: Callable[[LogMapping], Iterable[tuple[Window, int]]]
) -> dict[Window, dict[str, str]]:
    """Window → column → what is wrong with it there; `counted` gives the rows of each window of a mapping."""
    found: dict[Window, dict[str, str]] = {}
    for column, apart in columns.items():
        if column == mapping.time:
            continue  # their rows are in no window
        for window, rows in counted(replace(mapping, table=apart.rows)):
            if rows:
                found.setdefault(window, {})[column] = apart.window
    return found
