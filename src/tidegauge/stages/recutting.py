"""Columns that have outgrown their cells are cut again: looked for at points that the calendar fixes.

At a point the stretch before it is looked at, once all of its windows are stored: what they counted says which columns
may have outgrown their cells, and a sample of their rows says which have. A column is cut again where its fullest cell
holds twice what it did at birth, and new cells would hold half as much. What was found is kept, with the layout that it
was found of: so nights, a backfill in any order, a rerun and two processes at once come to the same cells, and a window
from before the point keeps its own.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from numpy.typing import NDArray

from tidegauge.core.errors import NotWorkedOut
from tidegauge.core.grid import FIRST_STRETCH, between, containing, zone_of
from tidegauge.core.window import Window
from tidegauge.profiles.derived_values import resting_on
from tidegauge.profiles.first_layouts import some_values
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.base import Kind
from tidegauge.profiles.kinds.every import total
from tidegauge.profiles.layouts.base import MISSING, Layout
from tidegauge.profiles.layouts.cuts import CELLS
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.versions import later
from tidegauge.stages.profiler import Profiler
from tidegauge.store.profiles import Revision

TWICE = 2.0  # times what the fullest cell held at birth
FEWEST = 10.0  # rows that a cell may hold by chance, in a sample of few
# In a layout that was cut from values that lay apart no cell is too coarse that holds less. A column that moves with
# the seasons (pressure, dew point) fills its cells otherwise every four weeks, up to a quarter of it in one. A cut for
# each would cost it the past of its new cells, and did: in nine months of flights sixteen alerts more, none of them
# true. Where half of a column lies outside a cell, that half tells what moves.
COARSE = 0.5


def stretches(kind: str, zone: str, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Those that lie inside [since, until]; each ends with its point, the local midnight of every fourth Monday.

    Of weeks it is every thirteenth. Fixed by the calendar, nothing has to be remembered of them.
    """
    every = FIRST_STRETCH[kind].days
    first = since.astimezone(zone_of(zone)).toordinal()
    first += (1 - first) % every  # the first day of all is a Monday, and has the number 1
    many = (until - since) // timedelta(days=every) + 2
    starts = [_midnight(zone, first + every * k) for k in range(many)]
    yield from ((a, z) for a, z in pairwise(starts) if a >= since and z <= until)


def _midnight(zone: str, day: int) -> datetime:
    noon = datetime.combine(datetime.fromordinal(day), time(12), zone_of(zone))
    return containing("day", zone, noon).start


def outgrown(source: Profiler, known: Mapping[Window, Revision]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches to look at, oldest first: all of their windows are stored, and nobody has looked. `known`: those.

    Ask again after each: what is cut at one decides what is in force at the next.
    """
    if not known:
        return
    windows, looked = list(known), source.store.recuts.looks(source.monitor.source_key)
    for since, point in stretches(source.kind, source.zone, windows[0].start, windows[-1].end):
        passed = looked.passed is not None and point <= looked.passed
        if passed or (point, inputs_of(_before(source, point))) in looked.at:
            continue
        if all(w in known for w in between(source.kind, source.zone, since, point)):
            yield since, point


def examine(source: Profiler, since: datetime, point: datetime) -> bool:
    """Look at a stretch, and cut what has outgrown its cells; whether anything was cut."""
    layouts = _before(source, point)
    windows = between(source.kind, source.zone, since, point)
    crowded = _crowded(source, layouts, windows)
    cut: dict[str, tuple[str, tuple[str, str, str]]] = {}
    if crowded:
        values = _values(source, crowded, since, point)
        for column in values:
            fresh = _fresh(layouts[column], values[column])
            if fresh is not None:
                cut[column] = layouts[column].id, (fresh.id, fresh.kind, fresh.text)
    source.store.recuts.put(source.monitor.source_key, point, inputs_of(layouts), cut)
    source.profiles.refresh()
    return bool(cut)


def _values(source: Profiler, columns: Sequence[str], since: datetime, point: datetime) -> dict[str, NDArray[Any]]:
    """Values of some columns; nothing of a derived one that some row of the stretch stops the engine at."""
    held = source.contract
    while columns:
        try:
            return some_values(source.warehouse, held.kinds, held.mapping.counting(columns), columns, since, point)
        except NotWorkedOut as error:
            gone = resting_on(held.mapping.counting(columns), error.column, error.short)
            columns = [c for c in columns if c not in gone]
    return {}


def _before(source: Profiler, point: datetime) -> dict[str, Layout]:
    """The layouts that were in force before a point."""
    return source.profiles.versions().counted(containing(source.kind, source.zone, point - timedelta(microseconds=1)))


def inputs_of(layouts: Mapping[str, Layout]) -> str:
    """A digest of the layouts that were in force, under which is kept what was found of them."""
    text = "\x1e".join(f"{column}\x1f{layout.id}" for column, layout in sorted(layouts.items()))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _crowded(source: Profiler, layouts: Mapping[str, Layout], windows: Sequence[Window]) -> list[str]:
    """The columns that may have outgrown their cells, by what was counted in them."""
    states = source.profiles.cells(windows)
    found = []
    for column, layout in layouts.items():
        newest = layout.cuts[-1]
        name = later(column, newest.id if len(layout.cuts) > 1 else "")
        cells = total([s[name] for s in states if name in s])
        share = KINDS[layout.kind].outgrown(newest, cells) if cells.rows else None
        if share is not None and share >= _limit(newest, _valued(cells)) and column in source.contract.mapping.counted:
            found.append(column)
    return found


def _valued(cells: Cells) -> int:
    return int(cells.counts[cells.codes != MISSING].sum())


def _limit(layout: Layout, rows: int) -> float:
    """How much its fullest cell may hold: half, and twice what it held at birth; little where it had one value then."""
    birth = KINDS[layout.kind].at_birth(layout)
    return max(COARSE if birth else 0.0, TWICE * max(birth, 1 / CELLS, FEWEST / max(rows, 1)))


def _fresh(layout: Layout, values: NDArray[Any]) -> Layout | None:
    """What a column is counted in from here on; None where its cells do, or others would not do better."""
    kind, newest = KINDS[layout.kind], layout.cuts[-1]
    fresh = fresh_or_none(kind, newest, kind.cut(values), values)
    if fresh is None:
        return None
    cuts = {cut.id: cut for cut in (layout.cuts[0], newest, fresh)}
    return kind.joined(list(cuts.values()))


def fresh_or_none(kind: Kind, newest: Layout, fresh: Layout, values: NDArray[Any]) -> Layout | None:
    """The fresh cells, where values have outgrown those in force and these do better."""
    rows = sum(v is not None and v == v for v in values)  # noqa: PLR0124 - NaN is not itself
    crowd = kind.crowd(newest, values)
    if crowd < _limit(newest, rows) or KINDS[fresh.kind].crowd(fresh, values) > crowd / TWICE:
        return None
    return fresh


def to_recount(source: Profiler, known: Mapping[Window, Revision]) -> list[Window]:
    """Stored windows that are counted in other cells than they should be, since a cut before them came late."""
    versions = source.profiles.versions()
    if versions.since is None:
        return []
    return [w for w, r in known.items() if w.start >= versions.since and mark_of(r) != versions.mark(w)]


def mark_of(revision: Revision) -> str:
    """The mark of the cells that a window is counted in, which stands in its checksum: they are evidence too."""
    return revision.checksum.partition("+")[0].partition("@")[2]
