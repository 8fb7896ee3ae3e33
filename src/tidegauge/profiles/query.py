"""A mapping of columns, their layouts and a dialect → one statement, with its parameters bound."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from typing import Any

from tidegauge.core.errors import ContractError
from tidegauge.core.window import Window
from tidegauge.profiles.hour_counts import are_counted, hour_index
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.base import Bind, View
from tidegauge.profiles.kinds.every import by_kind
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.log_mapping import LogMapping, check_columns
from tidegauge.profiles.row_query import row_view
from tidegauge.profiles.segments import segment_views
from tidegauge.profiles.window_index import micros_of, window_index
from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import template

_WORD = re.compile(r"\w+")
# Columns that one statement counts: DuckDB plans N of them in N² (400 at once: 11 CPU-s; 20 or 50 at a time: 2.4), and
MOST_COUNTED = 48  # an engine that reads whole rows reads them anew for each statement


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and what is bound to its parameters."""

    sql: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bound:
    """Binds values to a statement's parameters while it is written, and says how the dialect spells each."""

    dialect: Dialect
    parameters: dict[str, Any] = field(default_factory=dict)

    def __call__(self, name: str, value: Any) -> str:  # noqa: ANN401 - whatever the client takes
        self.parameters[name] = value
        return self.dialect.parameter(name)

    def query(self, name: str, **views: Any) -> Query:  # noqa: ANN401 - whatever the template takes
        """The statement of this template, with what it names of all that is bound by now."""
        sql = template(name).render(d=self.dialect, **views)
        words = set(_WORD.findall(sql))  # an engine refuses a value that nobody asks for
        spelled = {key: _WORD.findall(self.dialect.parameter(key)) for key in self.parameters}
        return Query(sql, {key: value for key, value in self.parameters.items() if words.issuperset(spelled[key])})


def profile_queries(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
    sample: int = 0,
) -> list[Query]:
    """The statements that profile a run of adjoining windows (at most 256); one, unless the table is wide.

    `segments` lists the values of each segment column; `windows` may be empty where the mapping has no time column.
    `sample` whole rows of each window are drawn, none where it is 0. The first statement holds all that is said of rows
    as rows: facts, segments, the sample. Those behind it count the columns that it has no room for (`MOST_COUNTED`).
    """
    if problems := check_columns(mapping, kinds):
        raise ContractError(" ".join(problems))
    counted = {c: layouts[c] for c in mapping.counted if c in layouts}
    columns = list(counted)
    parts = [columns[k : k + MOST_COUNTED] for k in range(0, len(columns), MOST_COUNTED)] or [[]]
    part = partial(_part, dialect, kinds, mapping, counted, windows)
    return [part(parts[0], segments, sample), *(part(some) for some in parts[1:])]


def _part(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layouts: Mapping[str, Layout],
    windows: Sequence[Window],
    counted: Sequence[str],
    segments: Mapping[str, Sequence[str]] | None = None,
    sample: int = 0,
) -> Query:
    """The statement that counts some of the columns; with what is said of rows as rows where `segments` are given."""
    bind, columns, first = Bound(dialect), list(layouts), segments is not None
    read = columns if segments or sample else counted  # a segment counts what is missing of every column
    view = {
        **rows_view(dialect, kinds, mapping, windows, bind),
        "columns": _column_views(dialect, kinds, columns, {c: layouts[c] for c in read}, bind),
        "segments": segment_views(dialect, kinds, segments or {}, bind),
        "coarse_prediction": None,
        "prediction_index": None,
        "sample": None,
        "facts": first,
        "hours": _hours(dialect, mapping, windows, asked=first),
    }
    prediction = on_a_line(layouts.get(mapping.prediction or ""))
    if segments and prediction is not None:
        view |= _ranked(dialect, view["columns"], columns.index(str(mapping.prediction)), prediction, bind)
    if sample and columns:
        view["sample"] = row_view(dialect, view, columns, layouts, sample)
    view["counted"] = _counts(dialect, view, columns, counted)
    view["by_segment"] = _by_segment(view)
    # how often the statement goes over the window's rows: once for facts, for hours, for a column; twice to draw rows
    apart = [*view["counted"], *view["segments"], *filter(None, [first, view["hours"], *[view["sample"]] * 2])]
    view["branches"] = len(apart)
    return bind.query("profile.sql", q=view)


def _hours(dialect: Dialect, mapping: LogMapping, windows: Sequence[Window], *, asked: bool) -> str | None:
    """The number of a row's hour as SQL; None where hours are not counted, or not asked for."""
    return hour_index(dialect, "micros", windows) if asked and are_counted(mapping.time, windows) else None


def _column_views(
    dialect: Dialect, kinds: Mapping[str, str], columns: Sequence[str], layouts: Mapping[str, Layout], bind: Bind
) -> list[View]:
    """Every counted column as its kind shows it to a template, kind by kind."""
    views = []
    for kind, some in by_kind(layouts).items():
        for c, layout in some.items():
            source = KINDS[kind].source(dialect, dialect.quote(c), kinds[c])
            views.append(KINDS[kind].view(dialect, columns.index(c), source, layout, bind) | {"kind": kind})
    return views


def _counts(dialect: Dialect, view: View, columns: Sequence[str], counted: Sequence[str]) -> list[Any]:
    """What is counted of some of the columns, each as its kind does."""
    mine = {columns.index(c) for c in counted}
    return [KINDS[c["kind"]].count(c, view, dialect) for c in view["columns"] if c["index"] in mine]


def _ranked(dialect: Dialect, views: Sequence[View], index: int, layout: NumericLayout, bind: Bind) -> View:
    """The prediction by its rank, which is all that a segment counts of it."""
    number = next(c for c in views if c["index"] == index)
    code = KINDS[layout.kind].scan(number, dialect).code
    coarse = bind("coarse", [int(k) for k in layout.coarse])
    return {
        "prediction_index": index,
        "coarse_prediction": dialect.at(dialect.wholes(coarse), f"CAST({code} AS INTEGER)"),
    }


def _by_segment(view: View) -> list[tuple[object, ...]]:
    """What a segment's row becomes: (column, code, rows) for the rows, the prediction by rank, the missing values."""
    prediction = view["prediction_index"]
    ranks = [(prediction, "g.rank_", "g.n")] if view["coarse_prediction"] else []
    gone = [(c["index"], 0, f"g.m{c['index']}") for c in view["columns"] if c["index"] != prediction]
    return [(-1, 0, "g.n"), *ranks, *gone]


def rows_view(
    dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window], bind: Bind
) -> dict[str, Any]:
    """Which rows a statement reads, and when they happened, as a template shows it."""
    view: dict[str, Any] = {
        "table": mapping.table,
        "id": mapping.id and dialect.quote(mapping.id),
        "ingested": None,
        "version": None,
        "several": len(windows) > 1,
    }
    if mapping.version:
        view["version"] = (
            f"{dialect.as_text(dialect.quote(mapping.version[0]))} = {bind('version', mapping.version[1])}"
        )
    if mapping.ingested:
        view["ingested"] = dialect.micros(dialect.quote(mapping.ingested), kinds[mapping.ingested], mapping.zone)
    if mapping.time is None:
        return view | {"window_index": "0", "micros": "0", "time": "0", "since": "0", "until": "1"}
    column, kind = dialect.quote(mapping.time), kinds[mapping.time]
    micros = dialect.micros(column, kind, mapping.zone)
    since, until = windows[0].start, windows[-1].end
    view |= {"micros": micros, "window_index": window_index(dialect, micros, windows)}
    if has_zone(kind) or mapping.zone == "UTC":  # the engine can leave out whole blocks by the column itself
        if not has_zone(kind):
            since, until = (t.astimezone(UTC).replace(tzinfo=None) for t in (since, until))
        bounds = {n: dialect.bound(bind(n, t), kind) for n, t in (("since", since), ("until", until))}
        return view | {"time": column, **bounds}
    return view | {"time": micros, "since": bind("since", micros_of(since)), "until": bind("until", micros_of(until))}


def watermark_query(
    dialect: Dialect, kinds: Mapping[str, str], mapping: LogMapping, windows: Sequence[Window]
) -> Query:
    """The statement that asks for the data revision of adjoining windows (at most 256)."""
    bind = Bound(dialect)
    view = rows_view(dialect, kinds, mapping, windows, bind) | {"columns": [], "segments": []}
    return bind.query("watermark.sql", q=view)


def label_views(
    dialect: Dialect,
    kinds: Mapping[str, str],
    mapping: LogMapping,
    layout: Layout,
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
    bind: Bound,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the labels' statement says of the log (its prediction and segments only), and of the prediction's cells."""
    if mapping.prediction is None or mapping.id is None:
        raise ContractError("labels need columns.prediction and columns.id in the monitor")
    if problems := check_columns(mapping, kinds):
        raise ContractError(" ".join(problems))

    (number,) = _column_views(dialect, kinds, [mapping.prediction], {mapping.prediction: layout}, bind)
    rows = rows_view(dialect, kinds, mapping, windows, bind) | {"ingested": None}
    return rows | {"columns": [number], "segments": segment_views(dialect, kinds, segments, bind)}, number
