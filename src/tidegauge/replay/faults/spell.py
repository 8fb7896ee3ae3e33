"""A change → the FROM item that takes the table's place in a profile statement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from tidegauge.profiles.label_query import LabelMapping
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.tasks import task_of
from tidegauge.profiles.window_index import micros_of
from tidegauge.replay.faults.base import FLOAT, TEXT, Change, Ground
from tidegauge.warehouses.sql import template


@dataclass(frozen=True)
class Faulty:
    """A log and its labels as a fault leaves them: what the profile statements are given in place of the real ones."""

    mapping: LogMapping
    kinds: Mapping[str, str]
    labels: LabelMapping | None
    label_kinds: Mapping[str, str]
    touched: str  # a statement that counts the rows that it changed

    @property
    def other_labels(self) -> bool:
        """Whether the labels are other than the real ones."""
        return self.labels is not None and "tidegauge_faulty" in self.labels.table


def spell(ground: Ground, change: Change) -> Faulty:
    """The window with the change in it. Nothing is written; the engine makes the rows as it reads them."""
    if change.truth:
        return _labels(ground, change)
    time = str(ground.mapping.time)
    moved = timedelta(hours=change.hours)
    columns = dict(change.columns)
    if change.hours:
        columns[time] = ground.dialect.later(ground.name(time), change.hours)
    tests = [f"({new}) IS DISTINCT FROM {_was(ground, change, c)}" for c, new in columns.items()]
    item = template("faults/log.sql").render(
        names=[ground.name(c) for c in ground.mapping.all],
        changed=[f"{columns[c]} AS {ground.name(c)}" if c in columns else ground.name(c) for c in ground.mapping.all],
        touched=f"CASE WHEN {' OR '.join(tests)} THEN 1 ELSE 0 END" if tests else "0",
        keep=change.keep,
        again=change.again,
        lot=ground.lot,
        table=ground.mapping.table,
        micros=ground.micros,
        near=ground.near,
        since=micros_of(ground.window.start - moved),
        until=micros_of(ground.window.end - moved),
    )
    return Faulty(
        replace(ground.mapping, table=item),
        {**ground.kinds, **change.kinds},
        ground.labels,
        ground.label_kinds,
        template("faults/touched.sql").render(item=item),
    )


def _labels(ground: Ground, change: Change) -> Faulty:
    labels = ground.labels
    if labels is None:
        raise ValueError("a fault of labels was planted where there are none")
    quote = ground.dialect.quote
    item = template("faults/labels.sql").render(
        names=[ground.name(c) for c in ground.mapping.all],
        table=ground.mapping.table,
        micros=ground.micros,
        near=ground.near,
        since=micros_of(ground.window.start),
        until=micros_of(ground.window.end),
        id=ground.name(str(ground.mapping.id)),
        rows=change.rows,
        labels=labels.table,
        label_id=quote(labels.id),
        label=quote(labels.value),
        arrived=labels.arrived and quote(labels.arrived),
        hit=f"{quote(labels.id)} IN (SELECT tidegauge_id FROM tidegauge_chosen)",  # noqa: S608 - names are quoted
        value=change.truth,
        was=ground.label,
    )
    return Faulty(
        ground.mapping,
        ground.kinds,
        replace(labels, table=item),
        {**ground.label_kinds, labels.value: task_of(labels.unit).written},
        template("faults/touched.sql").render(item=item),
    )


def _was(ground: Ground, change: Change, column: str) -> str:
    """The column as it was, in the type that it has afterwards."""
    kind = change.kinds.get(column)
    return ground.number(column) if kind == FLOAT else ground.text(column) if kind == TEXT else ground.name(column)
