"""Labels joined to the log → counts by prediction cell, window and segment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import ContractError, did_you_mean
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.query import LogMapping, Query, label_views
from tidegauge.profiles.segments import segment_names
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.window_index import MOST_WINDOWS, micros_of
from tidegauge.warehouses.base import Warehouse, is_number, is_time
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.sql import template

Floats = NDArray[np.float64]
SAMPLED = 20_000  # labels that their unit is taken from


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
class LabelProfile:
    """One window's labels: segment → counts by prediction cell."""

    window: Window
    segments: dict[str, LabelCells]

    @property
    def whole(self) -> LabelCells:
        """Of all labelled rows."""
        return self.segments.get(WHOLE, LabelCells.zero())


def check_labels(labels: LabelMapping, kinds: Mapping[str, str], joined: str | None = None) -> list[str]:
    """What of a labels table with these column types does not hold: a sentence each, naming the column.

    `joined`: the type of the log's id, where it is known.
    """
    named = [name for name in (labels.id, labels.value, labels.arrived) if name is not None]
    problems = [
        f'column "{name}" is not in the labels table. {did_you_mean(name, kinds)}'
        for name in named
        if name not in kinds
    ]
    if labels.value in kinds and not is_number(kinds[labels.value]):
        problems.append(
            f'the label column "{labels.value}" holds {kinds[labels.value]}; labels are 0 and 1, booleans or numbers.'
        )
    own = kinds.get(labels.id)
    if joined is not None and own is not None and is_number(own) != is_number(joined):
        problems.append(
            f'column "{labels.id}" of the labels table holds {own}, the log\'s id {joined}: they do not join. '
            "Cast one of them in a view."
        )
    if labels.arrived is not None and labels.arrived in kinds and not is_time(kinds[labels.arrived]):
        problems.append(f'the label column "{labels.arrived}" should say when, but holds {kinds[labels.arrived]}.')
    return problems


def labels_query(
    dialect: Dialect,
    kinds: Mapping[str, str],
    label_kinds: Mapping[str, str],
    mapping: LogMapping,
    labels: LabelMapping,
    layout: NumericLayout,
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
) -> Query:
    """The statement for a run of adjoining windows (at most 256)."""
    if problems := check_labels(labels, label_kinds, kinds.get(mapping.id or "")):
        raise ContractError(" ".join(problems))
    parameters: dict[str, object] = {}
    view, number = label_views(dialect, kinds, mapping, layout, segments, windows, parameters)
    parameters["due"] = [micros_of(w.end + labels.due) for w in windows]
    if labels.arrived is None:
        del parameters["due"]
    arrived = (
        dialect.micros(dialect.quote(labels.arrived), label_kinds[labels.arrived], mapping.zone)
        if labels.arrived
        else None
    )
    value = dialect.as_number(dialect.quote(labels.value), label_kinds[labels.value])
    label = {"table": labels.table, "id": dialect.quote(labels.id), "value": value, "arrived": arrived}
    unit = labels.unit
    spelled = {
        "start": dialect.number(unit.start),
        "scale": unit.scale,
        "lowest": dialect.number(unit.lowest),
        "highest": dialect.number(unit.highest),
        "numbers": unit.numbers,
    }
    due = dialect.parameter("due")
    sql = template("labels.sql").render(q=view, c=number, label=label, unit=spelled, due=due, d=dialect)
    return Query(sql, parameters)


def profile_labels(
    warehouse: Warehouse,
    kinds: Mapping[str, str],
    label_kinds: Mapping[str, str],
    mapping: LogMapping,
    labels: LabelMapping,
    layout: NumericLayout,
    segments: Mapping[str, Sequence[str]],
    windows: Sequence[Window],
) -> Iterator[list[LabelProfile]]:
    """Labels of adjoining windows, up to 256 a statement; windows without a label too."""
    names = segment_names(segments)
    for chunk in range(0, len(windows), MOST_WINDOWS):
        some = windows[chunk : chunk + MOST_WINDOWS]
        query = labels_query(warehouse.dialect, kinds, label_kinds, mapping, labels, layout, segments, some)
        found = warehouse.fetch(query.sql, query.parameters)
        keys = ("window_index", "segment", "code", "n", "label", "part", "truth")
        table = np.column_stack([found[k].astype(np.int64) for k in keys])
        table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
        profiles = [LabelProfile(window, {}) for window in some]
        change = np.flatnonzero(np.any(np.diff(table[:, :2], axis=0) != 0, axis=1)) + 1
        for part in np.split(table, change) if len(table) else ():
            segment = int(part[0, 1])
            profiles[int(part[0, 0])].segments[WHOLE if segment < 0 else names[segment]] = LabelCells(*part[:, 2:].T)
        yield profiles


def sampled_labels(
    warehouse: Warehouse,
    kinds: Mapping[str, str],
    label_kinds: Mapping[str, str],
    mapping: LogMapping,
    labels: LabelMapping,
    since: datetime,
    until: datetime,
) -> Floats:
    """[n] labels of some rows of [since, until), always of the same ones."""
    dialect = warehouse.dialect
    if mapping.id is None or check_labels(labels, label_kinds, kinds.get(mapping.id)):
        return np.zeros(0)
    time = str(mapping.time)
    value = dialect.as_number(f"truth.{dialect.quote(labels.value)}", label_kinds[labels.value])
    sql = template("label_sample.sql").render(
        d=dialect,
        label={"table": labels.table, "id": dialect.quote(labels.id), "value": value},
        id=dialect.quote(mapping.id),
        table=mapping.table,
        micros=dialect.micros(dialect.quote(time), kinds[time], mapping.zone),
        since=dialect.parameter("since"),
        until=dialect.parameter("until"),
        most=dialect.parameter("most"),
    )
    found = warehouse.fetch(sql, {"since": micros_of(since), "until": micros_of(until), "most": SAMPLED})
    return np.asarray(found["label"], dtype=np.float64)
