"""Windows that a person has left out on purpose: they lack a decision, and nobody is to run them for that."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tidegauge.core.grid import between
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor import Monitor
from tidegauge.stages import stage_named
from tidegauge.store.profiles import Revision

if TYPE_CHECKING:
    from tidegauge.stages.profiler import Profiler

_LINK = Revision(0, "", "left out")


def left_out(profiler: "Profiler", stage: str) -> frozenset[Window]:
    """The windows of a stage that were forgotten when they were over, and that nobody has run again since.

    Such a one is neither missed nor a gap. One that was forgotten before it was over had been run too early, and is to
    be run when its time has come, like every other. Labels are over when they are due; where the rows that they are
    joined to were left out, so are they.
    """
    rows = _left_out(profiler, FIRST_STAGE, timedelta(0))
    if stage == FIRST_STAGE:
        return rows
    return rows | _left_out(profiler, stage, stage_named(stage).wait(profiler.monitor) or timedelta(0))


def _left_out(profiler: "Profiler", stage: str, wait: timedelta) -> frozenset[Window]:
    """The tombstones are read first: what is profiled after them is another life."""
    store, source = profiler.store, profiler.monitor.source_key
    last = {t.window: t.at for t in store.tombstones.of(source) if t.stage == stage}
    over = {w for w, at in last.items() if w.end + wait <= at and w.kind == profiler.kind}
    return frozenset(over.difference(store.profiles.revisions(source, stage)) if over else ())


def linked_with(out: Collection[Window], revisions: Mapping[Window, Revision]) -> Mapping[Window, Revision]:
    """What evidence is made of: a link for each that was left out, too, so that what follows is decided again.

    For with the window a gap closes. Before the first window that is known there is nothing to be a gap in.
    """
    first = min(revisions, default=None)
    links = {w: _LINK for w in out if first is not None and first < w and w not in revisions}
    return {**revisions, **links} if links else revisions


def unlinked(evidence: dict[Window, str], revisions: Mapping[Window, Revision]) -> dict[Window, str]:
    """The evidence of the windows that there are."""
    return evidence if len(evidence) == len(revisions) else {w: e for w, e in evidence.items() if w in revisions}


def gaps(have: Sequence[Window], since: datetime, out: Collection[Window], monitor: Monitor) -> list[datetime]:
    """Starts of the windows that the calendar has between two of the store's, and the store has not.

    Only from `since` on: what nobody asks for need not be looked for. `have`: windows of one grid, oldest first.
    `out`: those that were left out, which are no gaps.
    """
    near = have[max(bisect_left(have, since, key=lambda w: w.start) - 1, 0) :]
    holes = [(one.end, other.start) for one, other in pairwise(near) if one.end < other.start]
    lacking = (w for hole in holes for w in between(monitor.window.every, monitor.window.zone, *hole))
    return [w.start for w in lacking if w not in out]
