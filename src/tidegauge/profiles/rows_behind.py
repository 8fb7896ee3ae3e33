"""The statement that hands out the rows of a window in which a change stands, and its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.base import View, as_text
from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.query import Bound, Query, rows_view
from tidegauge.profiles.segments import OTHERS
from tidegauge.profiles.tasks import task_of
from tidegauge.warehouses.base import Rows, is_number, is_time
from tidegauge.warehouses.dialect import Dialect

Cells = Mapping[str, Sequence[int]]  # column → codes of its cells, by its first layout
# Types whose values every engine has as a BIGINT: those beyond, and decimals, are handed out as floats.
WHOLE_NUMBERS = frozenset({"BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT", "BOOLEAN"})


@dataclass(frozen=True, slots=True)
class RowsBehind:
    """Which rows of a window are asked for. With neither cells nor places: all of them."""

    window: Window
    column: str = ""  # that changed; none where the rows themselves did
    cells: tuple[int, ...] = ()  # of it, those that gained
    places: tuple[Cells, ...] = ()  # where the change lies, the most telling first
    segment: str = WHOLE
    repeated: bool = False  # only rows whose id is another's too

    @property
    def named(self) -> list[str]:
        """The columns whose cells are asked for."""
        return list(dict.fromkeys([*([self.column] if self.cells else []), *(c for p in self.places for c in p)]))


@dataclass(frozen=True)
class FoundRows:
    """What the log has of them."""

    counted: int  # rows of the window in the log
    behind: int  # of these, those asked for
    places: NDArray[np.int64]  # [n] the number of the first place that a row is in; how many there are: in none
    codes: NDArray[np.int64]  # [n] the cell of the changed column; 0 too where no cell is asked for
    values: Mapping[str, NDArray[Any]]  # [n] each: column → its values, times in microseconds since 1970
    labels: NDArray[Any] | None = None  # [n] what is known of each row by now; None: nobody asked


def is_whole(kind: str) -> bool:
    """Whether a column of this type is handed out as whole numbers.

    >>> is_whole("integer"), is_whole("DECIMAL(4,0)")
    (True, False)
    """
    return kind.upper() in WHOLE_NUMBERS


def shown_columns(mapping: LogMapping, kinds: Mapping[str, str]) -> list[str]:
    """The columns that the monitor names, in its order, the row's id and time first."""
    first = [c for c in (mapping.id, mapping.time) if c is not None]
    return [c for c in dict.fromkeys((*first, *mapping.all)) if c in kinds]


def rows_query(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    segments: Mapping[str, Sequence[str]],
    asked: RowsBehind,
    most: int,
    labelled: LabelledLog | None = None,
) -> Query:
    """The statement for at most so many of the rows that are asked for; `labelled`: with the label of each."""
    bind = Bound(dialect)
    named = asked.named
    columns = [_coded(dialect, kinds, layouts, k, c, bind) for k, c in enumerate(named)]
    at = {c: f"k{k}" for k, c in enumerate(named)}
    places = [" AND ".join(_among(at[c], codes) for c, codes in place.items()) for place in asked.places]
    view = rows_view(dialect, kinds, mapping, [asked.window], bind) | {
        "columns": columns,
        "shown": [_shown(dialect, c, kinds[c], mapping.zone) for c in shown_columns(mapping, kinds)],
        "places": places,
        "holds": _condition(asked, at, places),
        "code": at[asked.column] if asked.cells else "0",
        "key": dialect.digest(dialect.as_text(dialect.quote(mapping.id))) if mapping.id else "0",
        "repeated": asked.repeated and mapping.id,
        "segment": _segment(dialect, kinds, segments, asked.segment, bind),
        "most": bind("most", most),
        "label": _label_view(dialect, labelled),
    }
    return bind.query("rows.sql", q=view)


def read_found(found: Rows, mapping: LogMapping, kinds: Mapping[str, str]) -> FoundRows:
    """The statement's answer."""
    counted, behind = int(found["counted"][0]), int(found["behind"][0])
    many = len(found["counted"]) if behind else 0
    values = {c: found[f"v{k}"][:many] for k, c in enumerate(shown_columns(mapping, kinds))}
    places, codes = (found[c][:many].astype(np.int64) for c in ("place", "code"))
    return FoundRows(counted, behind, places, codes, values, found["label"][:many] if "label" in found else None)


def _label_view(dialect: Dialect, log: LabelledLog | None) -> View | None:
    """The labels table: of several labels of a row the one that counts, by what is there now."""
    if log is None or not log.mapping.id:
        return None
    task = task_of(log.labels.unit)
    order = task.order(dialect, "label", "label")
    return {**log.view(dialect), "arrived": log.arrived(dialect) or "0", "first": order.first, "order": order.label}


def _coded(
    dialect: Dialect, kinds: Mapping[str, str], layouts: Mapping[str, Layout], k: int, column: str, bind: Bound
) -> View:
    """A column as the statement finds its cells."""
    kind, layout = KINDS[layouts[column].kind], layouts[column]
    view = kind.view(dialect, k, kind.source(dialect, dialect.quote(column), kinds[column]), layout, bind)
    return view | {"code": kind.scan(view, dialect).code}


def _condition(asked: RowsBehind, at: Mapping[str, str], places: Sequence[str]) -> str:
    """Which rows are behind the change; empty where all are."""
    if asked.cells:
        return _among(at[asked.column], asked.cells)
    return "times > 1" if asked.repeated else " OR ".join(f"({p})" for p in places)


def _among(code: str, codes: Sequence[int]) -> str:
    return f"{code} IN ({', '.join(str(c) for c in codes)})"


def _shown(dialect: Dialect, column: str, kind: str, zone: str) -> str:
    """A column as it is handed out: a time in microseconds, a number as it is or as a float, anything else as text."""
    quoted = dialect.quote(column)
    if is_time(kind):
        return dialect.micros(quoted, kind, zone)
    if is_whole(kind):
        whole = f"CAST({quoted} AS INTEGER)" if kind.upper() == "BOOLEAN" else quoted
        return f"CAST({whole} AS BIGINT)"
    return dialect.as_number(quoted, kind) if is_number(kind) else as_text(dialect, quoted, kind)


def _segment(
    dialect: Dialect, kinds: Mapping[str, str], segments: Mapping[str, Sequence[str]], segment: str, bind: Bound
) -> View | None:
    """The condition for the rows of one segment; those of all values that are not listed, and of none, go together."""
    if segment == WHOLE:
        return None
    column, _, value = segment.partition("=")
    source = as_text(dialect, dialect.quote(column), kinds[column])
    if value != OTHERS:
        return {"source": source, "holds": f"segment_ = {dialect.as_text(bind('segment_value', value))}"}
    listed = dialect.texts(bind("listed", list(segments.get(column, ()))))
    return {"source": source, "holds": f"(segment_ IS NULL OR {dialect.rank(listed, 'segment_')} IS NULL)"}
