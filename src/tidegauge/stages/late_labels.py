"""Which windows' labels are to be counted, and by which cut-offs: where others had come than were seen before."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby

from tidegauge.core.errors import ContractError
from tidegauge.core.grid import adjoining, between
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.cut_offs import CutOffs, Places
from tidegauge.profiles.label_arrivals import Arrived, arrivals
from tidegauge.profiles.label_query import LabelledLog
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.own_types import own_types
from tidegauge.stages.counting import Counting
from tidegauge.stages.stored_labels import STAGE
from tidegauge.store.dump import NOTED
from tidegauge.store.profiles import Entry, ProfileRow, Revision
from tidegauge.store.store import Store

HOLE = 16  # windows that nobody asks for are read along with the others, where they are no more in a row


@dataclass(frozen=True)
class LateLabels:
    """One look at the labels of some windows, which are due.

    Every label that arrives within the look-back counts, at the first cut-off that it had arrived by. A look asks of
    all windows that anything may have come for since the last one, and of those whose first look it is: labels of a
    window that a look has passed by are complete. `stale`: those to be counted whatever has come.
    """

    store: Store
    source: str
    of: Callable[[Window], Counting]  # how a window is counted: what its labels are counted in depends on the window
    cut_offs: CutOffs
    windows: Sequence[Window]
    stale: Collection[Window]
    as_of: datetime | None = None  # up to when labels had arrived; None: when the last window was due

    @cached_property
    def known(self) -> Mapping[Window, Revision]:
        """What is current, oldest first."""
        return self.store.profiles.revisions(self.source, STAGE)

    @cached_property
    def looked(self) -> datetime | None:
        """A moment up to which somebody has looked; None where nobody has."""
        return self.cut_offs.first(list(self.known)[-1]) if self.known else None

    @cached_property
    def before(self) -> dict[Window, list[Arrived]]:
        """What had come of the windows by the last look at each; nothing of those that an earlier version counted."""
        found = self.store.profiles.of(self.source, STAGE, self.windows, columns=[NOTED])
        return {p.window: seen for p in found if (seen := _read(p.blob))}

    def first(self, window: Window) -> datetime:
        """When the labels of a window were due; as it was when they were first counted, where that was otherwise."""
        if seen := self.before.get(window):
            return seen[0].cut_off
        freshest = self.known[window].freshest if window in self.known else ""
        return datetime.fromisoformat(freshest) if freshest else self.cut_offs.first(window)

    @cached_property
    def span(self) -> Places | None:
        """The cut-offs of the windows that are looked at; None where there is none."""
        firsts = {w: self.first(w) for w in self.windows}
        asked = {w: at for w, at in firsts.items() if self._is_asked(w, at)}
        if not asked:
            return None
        moments = [self.as_of or max(asked.values()), self.looked, *(s[-1].cut_off for s in self.before.values())]
        return Places.of(self.cut_offs, asked, max(m for m in moments if m is not None))

    def _is_asked(self, window: Window, first: datetime) -> bool:
        """Whether a window is looked at: it is stale or new, or its look-back had not ended by the last look."""
        if window in self.stale or window not in self.known or self.looked is None:
            return True
        return self.cut_offs.last(first) >= self.looked

    @cached_property
    def now(self) -> dict[Window, list[Arrived]]:
        """What has come by now of the windows that are looked at. ContractError where the table does not hold."""
        if self.span is None:
            return {}
        found: dict[Window, list[Arrived]] = {}
        for adjacent in adjoining(self.span.firsts):
            for run in self.alike(adjacent):
                what = self.of(run[0])
                found |= arrivals(what.warehouse, log_of(what), self.span, run)
        return found

    def alike(self, run: Sequence[Window]) -> Iterator[list[Window]]:
        """Adjoining windows, cut where their labels are counted in something else."""
        for _, some in groupby(run, key=lambda w: self.of(w).labels_in):
            yield list(some)

    def pending(self, window: Window) -> list[datetime]:
        """The cut-offs by which a window is to be counted, the last one last."""
        now, before = self.now[window], self.before.get(window, [])
        if window in self.stale:
            return [k.cut_off for k in now]
        if not before:  # counted by an earlier version, and read as it is
            return [k.cut_off for k in now[1:]]
        if now == before or now[-1].labels < before[-1].labels:
            return []  # what is gone from the log, or from the labels, was there when it was counted
        return [k.cut_off for k in now if k not in before] or [now[-1].cut_off]

    def rounds(self) -> Iterator[list[Counting]]:
        """What is to be counted, for runs of adjoining windows: each window once a round, by a later cut-off each."""
        left = {w: some for w in self.now if (some := self.pending(w))}
        while left:
            due = {w: some[0] for w, some in left.items()}
            left = {w: some[1:] for w, some in left.items() if len(some) > 1}
            yield [self._counting(some, due) for run in self._runs(due) for some in self.alike(run)]

    def _runs(self, windows: Collection[Window]) -> Iterator[list[Window]]:
        """Runs of windows, those that lie in small holes among them."""
        run: list[Window] = []
        for some in adjoining(windows):
            hole = between(self.cut_offs.kind, self.cut_offs.zone, run[-1].end, some[0].start) if run else []
            if run and len(hole) <= HOLE:
                run += [*hole, *some]
                continue
            if run:
                yield run
            run = some
        if run:
            yield run

    def _counting(self, run: Sequence[Window], due: Mapping[Window, datetime]) -> Counting:
        """How a run is counted; of windows in a hole nothing is."""
        span = self.span
        assert span is not None, "there is something to count"  # noqa: S101 - narrows a type
        firsts = {w: span.firsts.get(w, w.start) for w in run}
        grid = replace(span, firsts=firsts)
        until = {w: due.get(w, w.start) for w in run}
        return replace(self.of(run[0]), cut_offs=until, span=grid)

    def noted(self, entries: Sequence[Entry], counting: Counting) -> list[Entry]:
        """The entries of windows that were asked for, each with what had come by its cut-off."""
        out: list[Entry] = []
        for window, revision, rows in entries:
            if window in self.now and counting.cut_offs[window] > window.start:
                seen = [k for k in self.now[window] if k.cut_off <= counting.cut_offs[window]]
                out.append((window, revision, [*rows, ProfileRow(WHOLE, NOTED, "-", NOTED, _written(seen))]))
        return out

    def by_cut_off(self, entries: Sequence[Entry]) -> dict[Window, set[str]]:
        """The cut-offs by which anything is known of some windows, as a revision spells them."""
        return {w: {k.cut_off.isoformat() for k in self.now[w]} for w, *_ in entries}


def log_of(what: Counting, unit: LabelUnit | None = None) -> LabelledLog:
    """A log and its labels, as they are counted; `unit`: in another one."""
    if what.labels is None:
        raise ContractError("the monitor names no labels")
    kinds = what.warehouse.describe(what.label_table) if what.label_kinds is None else what.label_kinds
    log = LabelledLog(what.kinds, kinds, what.mapping, replace(what.labels, unit=unit or what.labels.unit))
    return replace(log, types=own_types(what.warehouse, log)) if log.labels.unit.metrics else log


def _written(seen: Sequence[Arrived]) -> bytes:
    return json.dumps([[k.cut_off.isoformat(), k.labels, k.mark] for k in seen]).encode()


def _read(blob: bytes) -> list[Arrived]:
    """What was noted; nothing where it does not read, for then it is counted again."""
    try:
        return [Arrived(datetime.fromisoformat(at), int(n), int(mark)) for at, n, mark in json.loads(blob)]
    except (ValueError, TypeError):
        return []
