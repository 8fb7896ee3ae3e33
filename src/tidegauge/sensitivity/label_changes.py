"""What a window's labels would have shown: all higher or lower, some 1 (or 0, or another class), some not there."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import ClassVar

import numpy as np

from tidegauge.core.decision import Detectable, Sensitivity
from tidegauge.core.window import Window
from tidegauge.decisions.history import History
from tidegauge.profiles.kinds.changes import FEWEST, STEP, Lots
from tidegauge.profiles.kinds.shifts import FINEST, WIDEST
from tidegauge.profiles.layouts.base import Ints
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.label_cells import UNREAL, LabelCells
from tidegauge.profiles.tasks import task_of
from tidegauge.sensitivity.searching import smallest, with_power
from tidegauge.sensitivity.stage_changes import Changes, usual
from tidegauge.sensitivity.working import scaled_share, share_with_power
from tidegauge.stages.decider import Decider
from tidegauge.stages.label_observer import LabelObserver

SHARES = [float(FEWEST * STEP**k) for k in range(round(-np.log(FEWEST) / np.log(STEP)) + 1)]
SPREADS = [float(FINEST * STEP**k) for k in range(round(np.log(WIDEST / FINEST) / np.log(STEP)) + 1)]


class LabelChanges(Changes[LabelObserver]):
    """Changes of all labels of a window."""

    nothing: ClassVar[str] = "A window without labels shows nothing of them."

    def rows(self, window: Window) -> int:
        return self.room.observe(window).rows

    def scaled(self, found: Detectable, factor: float, window: Window) -> Detectable:
        del window
        missing, moved = scaled_share(found.missing, factor), scaled_share(found.moved, factor)
        return replace(found, shift=found.shift * factor, spreads=found.spreads * factor, missing=missing, moved=moved)

    def work_out(self, history: History, past: Sequence[Window]) -> tuple[float, Sensitivity]:
        newest = self.room.measure_at(past[-1]) if past else self.room.measure
        unit, column, tuning = newest.unit, newest.column, self.tuning
        sizes = SPREADS if unit.layout is not None else SHARES
        guesses = [len(sizes) // 2, len(SHARES) // 2]

        def trial(window: Window) -> LabelTrial:
            return LabelTrial(window, self.decider, self.room, history)

        def search(one: LabelTrial, sign: int) -> tuple[float, float]:
            """The least change, and the least share that is not there."""
            change, guesses[0] = one.least(sizes, guesses[0], sign)
            gone, guesses[1] = one.least(SHARES, guesses[1], 0)
            return change, gone

        found = self.searched(past, tuning.windows, trial, search)
        if (young := self.too_few(len(found))) is not None:
            return young
        rows, factors = usual([rows for rows, _ in found])
        changes, gone = zip(*(each for _, each in found), strict=True)
        missing = share_with_power(gone, factors, tuning)
        if unit.layout is not None:
            spreads = with_power([s / f for s, f in zip(changes, factors, strict=True)], tuning)
            stated = Detectable(column, spreads * unit.spread, spreads, missing)
        else:
            stated = Detectable(column, missing=missing, moved=share_with_power(changes, factors, tuning))
        return rows, Sensitivity((stated,), len(found))


class LabelTrial:
    """A window's labels as they were decided on, and what would have been said of others."""

    def __init__(self, window: Window, decider: Decider, room: LabelObserver, history: History) -> None:
        self.window, self.room, self.history = window, room, history
        self.measure = room.measure_at(window)
        self.rulings, self.unit = decider.rulings(window), self.measure.unit
        self.found, _ = self.measure.found(room.profiles, window)
        self.predictions = room.profiles.rows(window)
        seen = room.observe(window, self.rulings.excluded)
        self.rows = seen.rows
        self._judgement = decider.one(window, seen, "what-if", history).judgement
        self._judge = copy(decider.judge)  # it has the spreads of this window at hand, whatever is decided meanwhile
        self._lots = Lots(self.rows, 0, seed=int(window.start.timestamp()))

    @property
    def normal(self) -> bool:
        """Whether the window was judged and did not alert."""
        return self._judgement.tail is not None and self._judgement.sudden <= 1 and self.rows > 0

    def least(self, sizes: Sequence[float], guess: int, sign: int) -> tuple[float, int]:
        """The least size of a change that alerts; `sign` 0: labels that are not there."""

        def changed(cells: LabelCells, size: float, unit: LabelUnit) -> LabelCells:
            if not sign:
                return lost(cells, self._lots.share(size), unit)
            if self.unit.layout is not None:
                return moved(cells, sign * size * self.unit.spread, unit)
            return task_of(unit).worse(cells, partial(_some, share=self._lots.share(size)), up=sign > 0)

        def strength(size: float) -> float:
            return self._strength(
                [
                    {s: changed(c, size, cut.unit) for s, c in cells.items()}
                    for cells, cut in zip(self.found, self.measure.cuts, strict=True)
                ]
            )

        return smallest(strength, sizes, guess, lambda low, high, part: low * (high / low) ** part)

    def _strength(self, found: Sequence[Mapping[str, LabelCells]]) -> float:
        sample = self.measure.sample(found, self.predictions)
        expectation = self._judgement.expectation
        return self._judge.judge(self.window, sample, self.history, self.rulings, expectation=expectation).sudden


def moved(cells: LabelCells, by: float, unit: LabelUnit) -> LabelCells:
    """Numbers, every one of them that much higher; how large their errors would be is not known."""
    real = cells.codes != UNREAL
    return replace(
        cells, labels=cells.labels + np.where(real, np.round(cells.counts * by * unit.scale), 0).astype(int), sums={}
    )


def lost(cells: LabelCells, share: float, unit: LabelUnit) -> LabelCells:
    """Labels of which a share is not there, whatever they are."""
    if unit.layout is not None or unit.ranked is not None:
        counts = cells.counts - _some(cells.counts, share)
        labels = np.floor(cells.labels * (counts / np.maximum(cells.counts, 1))).astype(np.int64)
    else:
        one = int(unit.scale)
        ones = cells.labels // one
        left = ones - _some(ones, share)
        counts, labels = left + cells.counts - ones - _some(cells.counts - ones, share), left * one
    parts = np.floor(cells.parts * (counts / np.maximum(cells.counts, 1))).astype(np.int64)
    truths = np.minimum(cells.truths, counts)
    there = (counts > 0) & (cells.codes >= UNREAL)
    return LabelCells(cells.codes[there], counts[there], labels[there], parts[there], truths[there])


def _some(counts: Ints, share: float) -> Ints:
    """[n] a share of each cell's rows; a cell's lost part of a row is lost by a later cell."""
    out: Ints = np.diff(np.floor(np.cumsum(counts) * share + 1e-9), prepend=0.0).astype(np.int64)
    return out
