"""A column in a window beside itself in the windows that it is compared with, as their stored cells have it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.line import LOW_INF
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.cells import Cells
from tidegauge.tuning.cause_tuning import CauseTuning

Floats = NDArray[np.float64]
EACH = 9  # values that stand for the rows of a cell, at most
LINE, TABLE = 1.36, 0.5  # how far two samples of one population are apart, by the root of their size
ALL = 0.97  # a fit of so many rows is told as one of all
ROUNDED = 1e-7  # values that differ by less, of their size, are one value


@dataclass(frozen=True, eq=False)
class ColumnChange:
    """What is asked of a column by every cause: its shares before and now, and how far windows usually lie apart."""

    name: str
    layout: Layout
    past: Sequence[Cells]  # one a reference window
    here: Cells
    others: Sequence["ColumnChange"] = field(default=(), repr=False)  # that the alert names as well

    @cached_property
    def line(self) -> NumericLayout | None:
        """Its layout, where it is a column of numbers."""
        return on_a_line(self.layout)

    @cached_property
    def reference(self) -> Cells:
        """All rows of the reference windows."""
        return Cells.total(list(self.past))

    @cached_property
    def before(self) -> Floats:
        """[size] the share of each cell in the reference."""
        return self._shares(self.reference)

    @cached_property
    def now(self) -> Floats:
        """[size] the share of each cell in the window."""
        return self._shares(self.here)

    @cached_property
    def each(self) -> Floats:
        """[windows, size] the same of each reference window."""
        return np.array([self._shares(p) for p in self.past])

    @property
    def rows(self) -> int:
        """Of the window."""
        return self.here.rows

    def _shares(self, cells: Cells) -> Floats:
        """[size] a state as shares of its rows."""
        out: Floats = np.bincount(cells.codes, cells.counts, minlength=self.layout.size).astype(np.float64)
        return out / max(float(out.sum()), 1.0)

    def distance(self, one: Floats, other: Floats) -> float:
        """Between shares [size]: of numbers the largest difference of cumulated ones, else half of all differences."""
        gap = one - other
        return float(np.abs(np.cumsum(gap)).max()) if self.line else float(np.abs(gap).sum() / 2)

    @cached_property
    def _usual(self) -> Floats:
        """[windows] how far each reference window is from all others of them."""
        counts = self.each * np.array([[p.rows] for p in self.past])
        rest = counts.sum(axis=0) - counts
        rest /= np.maximum(rest.sum(axis=1, keepdims=True), 1.0)
        return np.array([self.distance(a, b) for a, b in zip(self.each, rest, strict=True)])

    def typical(self, quantile: float) -> float:
        """How far reference windows are apart."""
        if quantile not in self._quantiles:
            self._quantiles[quantile] = float(np.quantile(self._usual, quantile))
        return self._quantiles[quantile]

    @cached_property
    def _quantiles(self) -> dict[float, float]:
        """Those that were asked for."""
        return {}

    @cached_property
    def farthest(self) -> float:
        """How far the strangest reference window is off."""
        return float(self._usual.max())

    @cached_property
    def noise(self) -> float:
        """How far a window of so many rows would be off by sampling alone."""
        cells = LINE if self.line else TABLE * sqrt(max(int((self.before > 0).sum()), 1))
        return cells / sqrt(max(self.rows, 1))

    @cached_property
    def gone(self) -> float:
        """How far the window is from its reference."""
        return self.distance(self.before, self.now)

    def share_of(self, mapped: Floats) -> float:
        """The share of rows for which the reference, mapped [size], falls nearest to the window: least squares."""
        change, whole = self.now - self.before, mapped - self.before
        if self.line:
            change, whole = np.cumsum(change), np.cumsum(whole)
        square = float(whole @ whole)
        share = float(np.clip(change @ whole / square, 0.0, 1.0)) if square else 0.0
        return 1.0 if share > ALL else share

    @cached_property
    def finite(self) -> slice:
        """The codes of cells that hold numbers."""
        return slice(LOW_INF + 1, self.line.high_inf) if self.line else slice(0, 0)

    def numbered(self, cells: Cells) -> NDArray[np.bool_]:
        """[cells] which cells of a state hold numbers."""
        return np.asarray((cells.codes >= self.finite.start) & (cells.codes < self.finite.stop))

    def ends(self, cells: Cells) -> tuple[Floats, Floats, Floats]:
        """[cells], [cells], [cells] the least and greatest value of each cell that holds numbers, and its rows."""
        plain = self.numbered(cells)
        if cells.lows is None or cells.highs is None:
            return np.zeros(0), np.zeros(0), np.zeros(0)
        return cells.lows[plain], cells.highs[plain], cells.counts[plain].astype(np.float64)

    def middles(self, cells: Cells) -> Floats:
        """[cells] the mean of each cell that holds numbers, by its exact sum; beyond the tails it is about that."""
        lows, highs, counts = self.ends(cells)
        plain = self.numbered(cells)
        if cells.sums is None or not self.line:
            return lows / 2 + highs / 2
        means = self.line.start + (cells.sums[plain] / np.maximum(counts, 1.0) + 0.5) / self.line.scale
        summed = (lows >= self.line.lowest) & (highs < self.line.highest)
        return np.asarray(np.where(summed, np.clip(means, lows, highs), lows / 2 + highs / 2))

    @cached_property
    def values_before(self) -> Floats:
        """[values] numbers that are known to have been there: the ends of cells."""
        return np.unique(np.concatenate(self.ends(self.reference)[:2]))

    @cached_property
    def values_now(self) -> Floats:
        """[values] the same of the window."""
        return np.unique(np.concatenate(self.ends(self.here)[:2]))

    @cached_property
    def points(self) -> tuple[Floats, Floats]:
        """[n], [n] numbers that stand for the reference's rows, evenly between the ends of each cell, and shares."""
        return self.spread_out(self.reference)

    def spread_out(self, cells: Cells) -> tuple[Floats, Floats]:
        """[n], [n] the same of any state."""
        lows, highs, counts = self.ends(cells)
        many = np.where(highs > lows, np.minimum(counts, EACH), 1).astype(np.int64)
        if self.line and self.line.whole:
            many = np.minimum(many, np.maximum(highs - lows + 1, 1)).astype(np.int64)
        cell = np.repeat(np.arange(len(many)), many)
        place = np.arange(len(cell)) - np.repeat(np.cumsum(many) - many, many)
        part = np.where(many[cell] > 1, place / np.maximum(many[cell] - 1, 1), 0.5)
        values = lows[cell] + part * (highs - lows)[cell]
        if self.line and self.line.whole:
            values = np.round(values)
        return values, (counts / np.maximum(many, 1))[cell] / max(cells.rows, 1)

    def pushed(self, turn: Callable[[Floats], Floats]) -> Floats:
        """[size] the reference's shares, every number turned into another; what is none stays."""
        out = self.before.copy()
        out[self.finite] = 0.0
        values, shares = self.points
        return self.added(out, turn(values), shares)

    def added(self, shares: Floats, values: Floats, parts: Floats) -> Floats:
        """[size] shares with those of some numbers, [n] each, in the cells that these fall into."""
        if not self.line:
            return shares
        out = shares + np.bincount(self._coded(self.line, values), parts, minlength=self.layout.size)
        return np.asarray(out, dtype=np.float64)

    @cached_property
    def _atoms(self) -> tuple[Floats, NDArray[np.int64]]:
        """[atoms], [atoms] values that have a cell of their own, ascending, and its code."""
        found = sorted(self.line.atom_codes) if self.line else []
        return np.array([v for v, _ in found]), np.array([code for _, code in found], dtype=np.int64)

    def _coded(self, line: NumericLayout, values: Floats) -> NDArray[np.int64]:
        """[n] what `NumericLayout.codes` gives, for few values and many atoms."""
        out, (atoms, codes) = line.stretches(values), self._atoms
        at = np.searchsorted(atoms[:-1], values)
        return np.asarray(np.where(atoms[at] == values, codes[at], out) if len(atoms) else out, dtype=np.int64)

    def speaks(self, tuning: CauseTuning) -> bool:
        """Whether its shape can say anything of a map of all values: windows are alike, and this one is not."""
        return self.typical(tuning.typical) < tuning.steadier and self.stands_out(tuning)

    def stands_out(self, tuning: CauseTuning) -> bool:
        """Whether the window is farther off than any of its reference: else there is nothing to explain."""
        return self.gone > tuning.beyond * self.farthest + self.noise / 2

    @cached_property
    def kept(self) -> float:
        """The share of the window's values, as they are, that were there before."""
        return seen_before(self.values_before, self.values_now)

    def error_of(self, share: float) -> float:
        """The standard error of a share of the window's rows; of none at all, that of one row."""
        return sqrt(max(share, 1 / max(self.rows, 1)) / max(self.rows, 1))

    def rises(self, code: int, tuning: CauseTuning) -> bool:
        """Whether a cell holds more of the rows than in any reference window, beyond chance."""
        most = float(self.each[:, code].max())
        return float(self.now[code]) > most + tuning.errors * self.error_of(most)

    def falls(self, code: int, tuning: CauseTuning) -> bool:
        """Whether it holds fewer than in any of them."""
        least = float(self.each[:, code].min())
        return float(self.now[code]) < least - tuning.errors * self.error_of(least)

    @cached_property
    def foreign(self) -> tuple[Floats, Floats, Floats, Floats]:
        """[cells] each: ends, rows and means of the window's cells beyond all numbers that were there before."""
        lows, highs, counts = self.ends(self.here)
        known = self.values_before
        if not len(known):
            return lows[:0], highs[:0], counts[:0], lows[:0]
        beyond = (lows > known[-1]) | (highs < known[0])
        return lows[beyond], highs[beyond], counts[beyond], self.middles(self.here)[beyond]

    @cached_property
    def means(self) -> Floats:
        """[windows] of each reference window, from the means of its cells."""
        found = [(self.middles(p), self.ends(p)[2]) for p in self.past]
        return np.array([(middle * n).sum() / max(float(n.sum()), 1.0) for middle, n in found])


def seen_before(known: Floats, values: Floats) -> float:
    """Of some values [n] the share that is among known ones [k], ascending."""
    if not len(known) or not len(values):
        return 0.0
    right = np.clip(np.searchsorted(known, values), 0, len(known) - 1)
    gap = np.minimum(np.abs(known[right] - values), np.abs(known[np.maximum(right - 1, 0)] - values))
    return float((gap <= ROUNDED * np.maximum(np.abs(values), 1e-3)).mean())
