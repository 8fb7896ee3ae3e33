"""Labels that have outgrown what they are counted in get a new unit, or more classes, from a point of the calendar on.

At the points at which columns are looked at (`recutting`), once the labels of the stretch before are counted: by a
sample of those that had come when its last window was due, so that nights and a backfill find the same. What was found
is kept with the layout that it was found of; a window from before the point keeps its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from numpy.typing import NDArray

from tidegauge.core.errors import ContractError
from tidegauge.core.grid import FIRST_STRETCH, between
from tidegauge.core.window import Window
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.label_sample import sampled_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.tasks import task_of
from tidegauge.stages.contract import cut_offs_of, label_key
from tidegauge.stages.counting import Counting
from tidegauge.stages.late_labels import log_of
from tidegauge.stages.profiler import Profiler
from tidegauge.stages.recutting import fresh_or_none, inputs_of, stretches
from tidegauge.stages.stored_profiles import LABELS
from tidegauge.store.profiles import Revision
from tidegauge.store.stored_recuts import Looked


def cut_first_layout(source: Profiler, what: Counting, windows: Sequence[Window]) -> None:
    """Take the labels' layout from those of the first stretch; where these have none, from those that are there."""
    labels = source.monitor.labels
    if labels is None or source.profiles.label_layout(label_key(labels)) is not None:
        return
    try:
        first = source.first_rows()
        log = log_of(what)
        found = sampled_labels(what.warehouse, log, first, first + FIRST_STRETCH[source.kind])
        if not len(found):
            found = sampled_labels(what.warehouse, log, windows[0].start, windows[-1].end)
    except ContractError:
        return  # it is told of where the labels are counted
    if len(found):
        source.profiles.put_label_layout(label_key(labels), _cut(source, what, log, found))


def _cut(source: Profiler, what: Counting, log: LabelledLog, found: NDArray[Any]) -> Layout:
    predicted = what.layouts.get(what.mapping.prediction or "")
    names = () if predicted is None else predicted.named
    return task_of(log.labels.unit).cut(found, names, source.monitor.columns.scores)


def ways_of(source: Profiler) -> Callable[[Window], Counting]:
    """How the labels of a window are counted: the ways are few, so each is put together once."""
    versions, ways = source.label_versions(), dict[str, Counting]()
    kinds = source.warehouse.describe(source.monitor.labels.table) if source.monitor.labels else {}

    def of(window: Window) -> Counting:
        stored = "" if versions is None else versions.at(window).stored
        if stored not in ways:
            ways[stored] = replace(source.counting(window), label_kinds=kinds)
        return ways[stored]

    return of


def stretches_of(source: Profiler, windows: Sequence[Window]) -> list[list[Window]]:
    """Windows, cut at the points at which nobody has looked at labels yet."""
    looked = source.store.recuts.looks(source.monitor.source_key)
    first = source.first_window().start
    points = [
        point
        for _, point in stretches(source.kind, source.zone, first, windows[-1].end)
        if not _has_looked(source, looked, point)
    ]
    return [list(some) for _, some in groupby(windows, key=lambda w: sum(point <= w.start for point in points))]


def _has_looked(source: Profiler, looked: Looked, point: datetime) -> bool:
    layout = _before(source, point)
    passed = looked.labels_passed is not None and point <= looked.labels_passed
    return passed or (layout is not None and (point, inputs_of({_name(source): layout})) in looked.at)


def outgrown_labels(source: Profiler, known: Mapping[Window, Revision]) -> list[tuple[datetime, datetime]]:
    """The stretches to look at, oldest first: the labels of all of their windows are counted, and nobody has looked."""
    if not known:
        return []
    windows, looked = list(known), source.store.recuts.looks(source.monitor.source_key)
    out = []
    for since, point in stretches(source.kind, source.zone, windows[0].start, windows[-1].end):
        if _before(source, point) is None or _has_looked(source, looked, point):
            continue
        if all(w in known for w in between(source.kind, source.zone, since, point)):
            out.append((since, point))
    return out


def examine_labels(source: Profiler, since: datetime, point: datetime) -> bool:
    """Look at the labels of a stretch, and cut a new layout where they have outgrown theirs; whether one was cut."""
    layout, cut_offs, what = _before(source, point), cut_offs_of(source.monitor), source.counting()
    if layout is None or cut_offs is None or what.labels is None:
        return False
    last = between(source.kind, source.zone, since, point)[-1]
    log = log_of(what, source.label_unit(layout))
    values = sampled_labels(what.warehouse, log, since, point, cut_offs.first(last))
    name, cut = _name(source), None
    if len(values):
        fresh = _cut(source, what, log, values)
        cut = _splitting(layout, fresh) if on_a_line(layout) is None else fresh
        cut = fresh_or_none(KINDS[layout.kind], layout, cut, values)
    found = {} if cut is None else {name: (layout.id, (cut.id, cut.kind, cut.text))}
    source.store.recuts.put(source.monitor.source_key, point, inputs_of({name: layout}), found)
    return cut is not None


def _splitting(layout: Layout, fresh: Layout) -> Layout:
    """The classes that were told apart, and those that are to be from now on."""
    return CategoricalLayout(tuple(dict.fromkeys((*layout.named, *fresh.named))))


def _name(source: Profiler) -> str:
    labels = source.monitor.labels
    return "" if labels is None else LABELS + label_key(labels)


def _before(source: Profiler, point: datetime) -> Layout | None:
    """The layout of labels that was in force before a point."""
    labels = source.monitor.labels
    if labels is None:
        return None
    key = label_key(labels)
    later = [layout for at, layout in source.profiles.later_label_layouts(key) if at < point]
    return later[-1] if later else source.profiles.label_layout(key)
