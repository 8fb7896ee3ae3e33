"""Labels joined to the log → counts by prediction cell, window and segment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import ContractError, did_you_mean
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.chunks import answers
from tidegauge.profiles.cut_offs import DUE, Places
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.query import Bound, Query, label_views
from tidegauge.profiles.segments import segment_names
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.tasks.base import RowSum
from tidegauge.profiles.tasks.own_sums import own_columns, own_steps, own_sums, totals
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Rows, Warehouse, is_number, is_time
from tidegauge.warehouses.dialect import Dialect

ARRIVED = -2  # in the place of a segment: rows by when their first label came


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """Where labels lie. `arrived` says when each became known; without it every label there is counts."""

    table: str  # a FROM item already spelled
    id: str
    value: str
    arrived: str | None
    due: timedelta  # after a window's end; labels that arrive later are not seen
    unit: LabelUnit = TRUTHS  # that their sums are kept in


@dataclass(frozen=True, slots=True)
class LabelledLog:
    """A log and the labels that its rows are joined to, with the types of both tables' columns."""

    kinds: Mapping[str, str]
    label_kinds: Mapping[str, str]
    mapping: LogMapping
    labels: LabelMapping
    types: Mapping[str, str] = field(default_factory=dict)  # of the monitor's own metrics: expression → type

    @property
    def problems(self) -> list[str]:
        """What of the labels does not hold: see `check_labels`."""
        gone = [
            f'column "{column}", the score of "{name}", is not in the table. {did_you_mean(column, self.kinds)}'
            for name, column in self.labels.unit.scores
            if column not in self.kinds
        ]
        return [
            *gone,
            *self.no_query,
            *check_labels(self.labels, self.label_kinds, self.kinds.get(self.mapping.id or "")),
        ]

    @property
    def no_query(self) -> list[str]:
        """That rows cannot be ranked together, where they should be: a sentence."""
        ranked = self.labels.unit.ranked
        if ranked is None or ranked.query in self.kinds:
            return []
        hint = did_you_mean(ranked.query, self.kinds)
        return [f'column "{ranked.query}", the query, is not in the table. {hint}']

    def view(self, dialect: Dialect, of: str = "") -> dict[str, str]:
        """The labels table as a template shows it; `of`: the name that its columns are asked by, with its dot."""
        labels, kind = self.labels, self.label_kinds[self.labels.value]
        task = task_of(labels.unit)
        value = task.value(dialect, of + dialect.quote(labels.value), kind)
        shown = task.shown(dialect, value)
        return {"table": labels.table, "id": dialect.quote(labels.id), "value": value, "shown": shown}

    def arrived(self, dialect: Dialect) -> str | None:
        """When a label became known, in microseconds; None where no column says so."""
        known = self.labels.arrived
        return dialect.micros(dialect.quote(known), self.label_kinds[known], self.mapping.zone) if known else None


@dataclass(frozen=True, slots=True)
class LabelProfile:
    """One window's labels: segment → counts by prediction cell."""

    window: Window
    segments: dict[str, LabelCells]
    arrivals: LabelCells | None = None  # by the number of the cut-off at which the first label of a row counted

    @property
    def whole(self) -> LabelCells:
        """Of all labelled rows."""
        return self.segments.get(WHOLE, LabelCells.zero())


def check_labels(labels: LabelMapping, kinds: Mapping[str, str], joined: str | None = None) -> list[str]:
    """What of a labels table with these column types does not hold: a sentence each, naming the column.

    `joined`: the type of the log's id, where it is known.
    """
    problems = _absent([name for name in (labels.id, labels.value, labels.arrived) if name is not None], kinds)
    if labels.value in kinds and (wrong := task_of(labels.unit).wrong_type(labels.value, kinds[labels.value])):
        problems.append(wrong)
    if joined is not None and not _joins(kinds.get(labels.id), joined):
        problems.append(
            f'column "{labels.id}" of the labels table holds {kinds[labels.id]}, the log\'s id {joined}: they do not '
            "join. Cast one of them in a view."
        )
    if labels.arrived is not None and labels.arrived in kinds and not is_time(kinds[labels.arrived]):
        problems.append(f'the label column "{labels.arrived}" should say when, but holds {kinds[labels.arrived]}.')
    return problems


def _absent(names: Sequence[str], kinds: Mapping[str, str]) -> list[str]:
    """A sentence for each of these columns that the labels table does not have."""
    return [
        f'column "{name}" is not in the labels table. {did_you_mean(name, kinds)}'
        for name in names
        if name not in kinds
    ]


def _joins(own: str | None, joined: str) -> bool:
    """Whether ids of these two types can be equal; of a type that is not known there is nothing to say."""
    return own is None or is_number(own) == is_number(joined)


def labels_query(
    dialect: Dialect,
    log: LabelledLog,
    layout: Layout,
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
    until: Mapping[Window, datetime] | None = None,
    span: Places | None = None,
) -> Query:
    """The statement for a run of adjoining windows (at most 256).

    `until`: up to when the labels of a window count, where that is not when they were due. `span`: the cut-offs that
    the first arrival of each row is told by.
    """
    if problems := log.problems:
        raise ContractError(" ".join(problems))
    bind, labels, unit = Bound(dialect), log.labels, log.labels.unit
    view, number = label_views(dialect, log.kinds, log.mapping, layout, segments, windows, bind)
    arrived, cut_offs = log.arrived(dialect), until or {}
    if arrived:
        bind("due", [micros_of(cut_offs.get(w, w.end + labels.due)) for w in windows])
    place = _place(dialect, span, windows, bind) if arrived else None
    spelled: dict[str, object] = {name: dialect.number(getattr(unit, name)) for name in ("start", "lowest", "highest")}
    spelled["scale"] = unit.scale
    task = task_of(unit)
    for name, value in task.binds.items():
        bind(name, value)
    view["columns"] = [*view["columns"], *_carried(dialect, log)]
    own = task.own(dialect, "label")
    metrics = own_steps(unit, dialect, log.kinds, log.types, own)
    asked = {
        "truth": task.truth(dialect),
        "own": own,
        "steps": [*task.steps(dialect), *metrics],
        "sums": [s.sql for s in sums_of(dialect, log)],
        "order": task.order(dialect, "truth.label", f"tidegauge_log.{number['x']}"),
        "code": task.code,
        "apart": task.apart or bool(metrics),
        "planes": task.planes,
    }
    label = {**log.view(dialect), "arrived": arrived, "place": place, "real": task.own(dialect, "truth.label")}
    return bind.query(
        "labels.sql", q=view, c=number, label=label, unit=spelled, task=asked, due=dialect.parameter("due")
    )


def _carried(dialect: Dialect, log: LabelledLog) -> list[dict[str, str]]:
    """The columns of the log that sums need, as a template shows them."""
    unit = log.labels.unit
    more = [*task_of(unit).carried(dialect, log.kinds), *own_columns(unit, dialect, log.kinds)]
    return [c._asdict() for c in more]


def sums_of(dialect: Dialect, log: LabelledLog) -> list[RowSum]:
    """What is added up over labelled rows: by their task, and by the monitor's own metrics."""
    unit = log.labels.unit
    return [*task_of(unit).sums(dialect), *own_sums(unit, dialect, log.types)]


def _place(dialect: Dialect, span: Places | None, windows: Sequence[Window], bind: Bound) -> str | None:
    """The number of the cut-off by which a label came, as SQL; None where nobody asks."""
    if span is None:
        return None
    if not span.grid:
        return str(DUE)  # all of them had come when they were due
    first = dialect.wholes(bind("first", [micros_of(span.firsts[w]) for w in windows]), "BIGINT")
    return span.place(dialect, "came", dialect.at(first, "CAST(window_index AS INTEGER)"))


def profile_labels(
    warehouse: Warehouse,
    log: LabelledLog,
    layout: Layout,
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
    until: Mapping[Window, datetime] | None = None,
    span: Places | None = None,
) -> Iterator[list[LabelProfile]]:
    """Labels of adjoining windows, up to 256 a statement; windows without a label too. See `labels_query`."""
    names = segment_names(segments)
    sums = sums_of(warehouse.dialect, log)
    query = partial(labels_query, warehouse.dialect, log, layout, segments, until=until, span=span)
    for some, found in answers(warehouse, windows, query):
        profiles = [LabelProfile(window, {}) for window in some]
        for part in _parts(found, len(sums)):
            k, segment = (int(n) for n in part[0, :2])
            cells = LabelCells(*part[:, 2:7].T, sums=totals(sums, part[:, 7:].sum(axis=0).tolist()))
            if segment == ARRIVED and span is not None:
                profiles[k] = replace(profiles[k], arrivals=_by_cut_off(span, some[k], cells))
            else:
                profiles[k].segments[WHOLE if segment < 0 else names[segment]] = cells
        yield profiles


def _parts(found: Rows, sums: int) -> list[NDArray[np.int64]]:
    """[cells, 7 + sums] what was found of each window's segments, one after the other, each in order of its codes."""
    keys = ["window_index", "segment", "code", "n", "label", "part", "truth"]
    keys += [f"added_{k}" for k in range(sums)]
    table = np.column_stack([found[k].astype(np.int64) for k in keys])
    table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
    change = np.flatnonzero(np.any(np.diff(table[:, :2], axis=0) != 0, axis=1)) + 1
    return np.split(table, change) if len(table) else []


def _by_cut_off(span: Places, window: Window, places: LabelCells) -> LabelCells:
    """First arrivals by the number of a window's cut-off."""
    later, out = span.later(window), LabelCells.zero()
    for k, place in enumerate(places.codes.tolist()):
        order = span.order(later, place)
        if order is not None:
            one = (places.counts[k], places.labels[k], 0, 0)
            out = out + LabelCells(np.array([order]), *(np.array([n], dtype=np.int64) for n in one))
    return out
