"""How much of a window's labels has come, of those to be expected in the end: learnt from the windows before it.

Labels of one kind may come later than of the other: a loan is known to fail before it is known to be paid back. A
window that is judged on what came first is judged on too much of the one kind. So how many come by which age is learnt
for each value of a label by itself, from when those of earlier windows came; a window is *mature* once its age is one
by which enough of each kind had come. It is a question of age alone and not of how many have come here: labels that
stay away at an age by which they used to be there are told of.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import isfinite, nan, prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.window import Window
from tidegauge.profiles.cut_offs import CutOffs
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.stages.contract import cut_offs_of
from tidegauge.stages.stored_labels import ARRIVALS, STAGE, counted_until
from tidegauge.store.store import Store
from tidegauge.tuning.decision_tuning import MaturityTuning

if TYPE_CHECKING:
    from tidegauge.stages.profiler import Profiler

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
COMPLETE = 0.995  # of the labels of a window: but for a straggler or two


@dataclass(frozen=True, slots=True)
class Maturity:
    """What share of a window's labels had come by its age, of those to be expected; nan where nobody knows."""

    share: float = nan  # of all
    zeros: float = nan  # of those that are 0; of labels that are numbers the same as of all
    ones: float = nan  # of those that are 1
    least: float = 0.0  # from which on a window is judged
    age: int = 0  # cut-offs since its labels were due

    @property
    def is_mature(self) -> bool:
        """Whether it is judged: enough of each kind has come, or nothing is known of what comes by when."""
        known = [s for s in (self.zeros, self.ones) if isfinite(s)]
        return not known or min(known) >= self.least

    @property
    def is_complete(self) -> bool:
        """Whether by its age all labels used to be there: before that, that some are not yet says nothing."""
        return not self.share < COMPLETE

    @property
    def mark(self) -> str:
        """What evidence holds of it: nothing of a window of which everything is judged."""
        return "" if self.is_mature and self.is_complete else f"+{self.age}.{self.zeros:.6f}.{self.ones:.6f}"


MATURE = Maturity()


class Ripening:
    """Tells the maturity of the windows of one source, as of a moment: that of the last look, where none is given."""

    def __init__(
        self,
        store: Store,
        source: str,
        cut_offs: CutOffs,
        least: float,
        scale: float,
        tuning: MaturityTuning,
        at: datetime | None = None,
        of: Collection[Window] | None = None,
    ) -> None:
        self.store, self.source, self.cut_offs, self.least = store, source, cut_offs, least
        self.scale, self.tuning = scale, tuning  # `scale`: by which a label 1 is counted; 0 where labels are numbers
        self._at, self._of = at, of  # `of`: from which windows it learns; None: from all whose labels are counted
        self._windows: list[Window] | None = None  # those, where another has read them; None: not read yet
        self._known: dict[Window, Maturity] = {}
        self._cumulative: dict[Window, Floats] = {}
        self._read: dict[Window, LabelCells | None] = {}  # what is stored of when labels came; None: it does not read

    def as_of(self, at: datetime, *, of: Collection[Window] | None = None, together: bool = False) -> "Ripening":
        """The same as of a moment, learnt from some windows alone (None: from all).

        `together`: of many moments in one look, so that what one has read others have.
        """
        other = Ripening(self.store, self.source, self.cut_offs, self.least, self.scale, self.tuning, at, of)
        if together:
            other._read, other._windows = self._read, self._counted if of is self._of else None
            other._cumulative = self._cumulative
        return other

    @cached_property
    def at(self) -> datetime | None:
        """The moment that it is told of."""
        return self._at or max(counted_until(self.store, self.source).values(), default=None)

    def of(self, window: Window) -> Maturity:
        """That of one window."""
        if window not in self._known:
            self._known[window] = self._work_out(window)
        return self._known[window]

    def _work_out(self, window: Window) -> Maturity:
        age = self._ages.get(window)
        if age is None:
            return MATURE
        before = [w for w in self._arrived if w < window][-self.tuning.windows :]
        if len(before) < self.tuning.least:
            return MATURE
        come = np.array([self._come(w) for w in before])  # [W, age, kind]
        known = np.array([self._ages.get(w, self._longest) for w in before])
        zeros, ones, share = (_share(come[:, :, kinds].sum(axis=2), known, age) for kinds in ((0,), (1,), (0, 1)))
        if not self.scale:
            zeros = ones = share
        return Maturity(share, zeros, ones, self.least, age)

    @cached_property
    def _counted(self) -> list[Window]:
        """The windows that it learns from, oldest first."""
        if self._windows is not None:
            return self._windows
        known = self.store.profiles.revisions(self.source, STAGE)
        return [w for w in known if self._of is None or w in self._of]

    @cached_property
    def _ages(self) -> Mapping[Window, int]:
        """Of the windows whose labels may still come how many cut-offs have passed since the first one."""
        at, cut_offs = self.at, self.cut_offs
        if at is None:
            return {}
        since = bisect_right(self._counted, at, key=lambda w: cut_offs.last(cut_offs.first(w)))
        until = bisect_right(self._counted, at, key=cut_offs.first)
        open_ = {w: cut_offs.first(w) for w in self._counted[since:until]}
        if not open_:
            return {}
        grid = cut_offs.grid(min(open_.values()), at)
        return {w: len(cut_offs.later(first, at, grid)) for w, first in open_.items()}

    @cached_property
    def _arrived(self) -> Mapping[Window, LabelCells]:
        """By which cut-off the rows of windows had a label: of those that are open, and of those just before them."""
        known = self._counted
        first = min(self._ages, default=None)
        if first is None:
            return {}
        some = known[max(known.index(first) - self.tuning.windows, 0) :]
        missing = [w for w in some if w not in self._read]
        self._read.update(dict.fromkeys(missing))
        for p in self.store.profiles.of(self.source, STAGE, missing, columns=[ARRIVALS]) if missing else ():
            try:
                self._read[p.window] = LabelCells.from_row(p.blob)
            except CorruptBlob:  # it is told of where its labels are read
                continue
        return {w: cells for w in some if (cells := self._read[w]) is not None}

    @cached_property
    def _longest(self) -> int:
        """The most cut-offs that any label took, or that have passed since any is open."""
        taken = max((int(c.codes.max()) for c in self._arrived.values() if len(c.codes)), default=0)
        return max(taken, *self._ages.values())

    def _come(self, window: Window) -> Floats:
        """[age, kind] how many rows had a label by each age, as far as anybody knows."""
        ages = self._longest + 1
        found = self._cumulative.get(window)
        if found is None or len(found) < ages:
            cells, out = self._arrived[window], np.zeros((ages, 2))
            ones = cells.labels / self.scale if self.scale else np.zeros(len(cells.codes))
            out[cells.codes, 1] = ones
            out[cells.codes, 0] = cells.counts - ones
            found = self._cumulative[window] = np.cumsum(out, axis=0)
        return found[:ages]


def _share(come: Floats, known: Integers, age: int) -> float:
    """The share that comes by an age, by how much more came with each age after it in all windows that were so old.

    `come` [W, age] how many had come, `known` [W] until which age a window's are known. As reserves are reckoned in
    insurance: from windows that are not complete as well. nan where none ever came.

    >>> come = np.array([[5.0, 10.0, 10.0], [2.0, 4.0, 4.0], [3.0, 3.0, 3.0]])
    >>> float(_share(come, np.array([2, 1, 0]), 0))
    0.5
    """
    there = np.arange(age + 1, come.shape[1]) <= known[:, None]  # [W, later age]
    after = np.where(there, come[:, age + 1 :], 0.0).sum(axis=0)
    before = np.where(there, come[:, age:-1], 0.0).sum(axis=0)
    after, before = after[after > 0], before[after > 0]
    if not before.all():
        return 0.0
    return 1.0 / prod((after / before).tolist()) if come[np.arange(len(come)), known].any() else nan


def ripening_of(source: "Profiler", at: datetime | None = None) -> Ripening | None:
    """What tells how much of the windows' labels has come, by a moment; None where labels do not say when they came."""
    labels, cut_offs = source.monitor.labels, cut_offs_of(source.monitor)
    if labels is None or cut_offs is None or labels.arrived is None:
        return None
    versions = source.label_versions()
    unit = source.label_unit() if versions is None else versions.newest.unit
    scale = unit.scale if unit.truths else 0.0
    tuning = source.tuning.decisions.maturity
    return Ripening(source.store, source.monitor.source_key, cut_offs, labels.mature, scale, tuning, at)
