"""How a row becomes what a model reads: the columns of its ridge, and the bins of its trees."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from tidegauge.boosting.model_rows import Bins, Floats, ModelRows
from tidegauge.tuning.boosting_tuning import BoostingTuning
from tidegauge.tuning.tuning import SHIPPED

TINY = 1e-300  # in the place of no spread at all: what is small is small next to a column's own values only
FLAT = 1e-9  # of a column's mean: less is no spread


@dataclass(frozen=True)
class Design:
    """Centres, widths, knots, cuts and orders; every number in it comes from past rows."""

    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    centre: Floats  # [numbers]
    width: Floats
    knots: Floats  # [numbers, bends]
    cuts: Floats  # [numbers, bins - 2], the last one repeated where there are fewer
    order: Floats  # [categories, cells] a category's bin: categories in the order of their target
    reach: float = SHIPPED.boosting.reach  # standard deviations that a number counts as, at most

    @classmethod
    def plain(
        cls, rows: ModelRows, numbers: tuple[str, ...], categories: tuple[str, ...], tuning: BoostingTuning
    ) -> Self:
        """Of the rows' numbers alone; categories not yet in order."""
        k, inner = len(numbers), tuning.bins - 2
        centre, width = np.zeros(k), np.ones(k)
        knots, cuts = np.zeros((k, len(tuning.knots))), np.zeros((k, inner))
        for i, c in enumerate(numbers):
            there = rows.numbers(c)[np.isfinite(rows.numbers(c))]
            if not len(there):
                continue
            centre[i], width[i] = there.mean(), max(float(there.std()), FLAT * abs(float(there.mean())), TINY)
            knots[i] = np.quantile((there - centre[i]) / width[i], tuning.knots)
            cut = np.unique(np.quantile(there, np.linspace(0, 1, tuning.bins)[1:-1]))
            cuts[i] = np.append(cut, np.full(inner - len(cut), cut[-1]))
        widest = max((rows.coder.size(c) for c in categories), default=0)
        order = np.zeros((len(categories), widest))
        return cls(numbers, categories, centre, width, knots, cuts, order, tuning.reach)

    def ordered(self, rows: ModelRows, left: Floats, tuning: BoostingTuning) -> Self:
        """Categories numbered by their mean of what the ridge leaves, so that one step can part them."""
        order, bins = np.zeros_like(self.order), tuning.bins
        for k, c in enumerate(self.categories):
            size, cell = rows.coder.size(c), rows.cells(c)
            mean = np.bincount(cell, left, minlength=size) / (np.bincount(cell, minlength=size) + tuning.pull)
            rank = np.argsort(np.argsort(mean, kind="stable"), kind="stable")
            order[k, :size] = rank if size <= bins else rank * bins // size
        return replace(self, order=order)

    def ridge(self, rows: ModelRows) -> Floats:
        """[n, F] missing or not, the number, its bends; one column for each cell of a category."""
        parts = []
        for k, c in enumerate(self.numbers):
            value = (rows.numbers(c) - self.centre[k]) / self.width[k]
            gone = np.isnan(value)
            value = np.where(gone, 0.0, np.clip(value, -self.reach, self.reach))
            parts += [gone.astype(np.float64), value, *(np.maximum(value - b, 0) for b in self.knots[k])]
        for c in self.categories:
            parts += list((rows.cells(c)[:, None] == np.arange(rows.coder.size(c))).T.astype(np.float64))
        return np.column_stack(parts)

    def ridge_sum(self, rows: ModelRows, weights: Floats) -> Floats:
        """[n] the same times its weights, without writing it out: a category's columns are one look-up."""
        k, bends = self.knots.shape
        out = np.zeros(len(rows))
        if k:
            own = weights[: k * (2 + bends)].reshape(k, 2 + bends)
            value = (np.array([rows.numbers(c) for c in self.numbers]) - self.centre[:, None]) / self.width[:, None]
            gone = np.isnan(value)
            value = np.where(gone, 0.0, np.clip(value, -self.reach, self.reach))
            out += own[:, 0] @ gone + own[:, 1] @ value
            for b in range(bends):
                out += own[:, 2 + b] @ np.maximum(value - self.knots[:, b, None], 0)
        at = k * (2 + bends)
        for c in self.categories:
            out += weights[at : at + rows.coder.size(c)][rows.cells(c)]
            at += rows.coder.size(c)
        return out

    def bins(self, rows: ModelRows) -> Bins:
        """[n, numbers + categories] each value's bin; missing is bin 0."""
        parts = []
        for k, c in enumerate(self.numbers):
            value = rows.numbers(c)
            parts.append(np.where(np.isnan(value), 0, 1 + np.searchsorted(self.cuts[k], value, side="left")))
        parts += [self.order[k][rows.cells(c)] for k, c in enumerate(self.categories)]
        table = np.column_stack(parts)
        return table.astype(np.uint8) if self.cuts.shape[1] + 2 <= 1 << 8 else table.astype(np.uint16)
