"""One column given the others: a ridge regression, and boosted trees on what it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.relations.coded import Coded, Coder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BINS = 32  # of a column, for the trees
KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)  # quantiles at which the ridge may bend
RIDGE, SHRINK = 5.0, 8.0  # pseudo-rows of the ridge and of a leaf
PULL = 10.0  # pseudo-rows of a category's mean
LEAST = 200  # rows


@dataclass(frozen=True)
class Design:
    """How a row becomes the ridge's columns and the trees' bins; every number in it comes from past rows."""

    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    centre: Floats  # [numbers]
    width: Floats
    knots: Floats  # [numbers, KNOTS]
    cuts: Floats  # [numbers, BINS - 2], the last one repeated where there are fewer
    order: Floats  # [categories, cells] a category's bin: categories in the order of their target

    def ridge(self, rows: Coded) -> Floats:
        """[n, F] missing or not, the number, its bends; one column for each cell of a category."""
        parts = []
        for k, c in enumerate(self.numbers):
            value = (rows.numbers(c) - self.centre[k]) / self.width[k]
            gone = np.isnan(value)
            value = np.where(gone, 0.0, np.clip(value, -5, 5))
            parts += [gone.astype(np.float64), value, *(np.maximum(value - b, 0) for b in self.knots[k])]
        for c in self.categories:
            parts += list((rows.cells(c)[:, None] == np.arange(rows.coder.size(c))).T.astype(np.float64))
        return np.column_stack(parts)

    def ridge_sum(self, rows: Coded, weights: Floats) -> Floats:
        """[n] the same times its weights, without writing it out: a category's columns are one look-up."""
        k, bends = len(self.numbers), len(KNOTS)
        out = np.zeros(len(rows))
        if k:
            own = weights[: k * (2 + bends)].reshape(k, 2 + bends)
            value = (np.array([rows.numbers(c) for c in self.numbers]) - self.centre[:, None]) / self.width[:, None]
            gone = np.isnan(value)
            value = np.where(gone, 0.0, np.clip(value, -5, 5))
            out += own[:, 0] @ gone + own[:, 1] @ value
            for b in range(bends):
                out += own[:, 2 + b] @ np.maximum(value - self.knots[:, b, None], 0)
        at = k * (2 + bends)
        for c in self.categories:
            out += weights[at : at + rows.coder.size(c)][rows.cells(c)]
            at += rows.coder.size(c)
        return out

    def bins(self, rows: Coded) -> NDArray[np.uint8]:
        """[n, numbers + categories] each value's bin; missing is bin 0."""
        parts = []
        for k, c in enumerate(self.numbers):
            value = rows.numbers(c)
            parts.append(np.where(np.isnan(value), 0, 1 + np.searchsorted(self.cuts[k], value, side="left")))
        parts += [self.order[k][rows.cells(c)] for k, c in enumerate(self.categories)]
        return np.column_stack(parts).astype(np.uint8)


@dataclass(frozen=True)
class Boosted:
    """A fitted model as plain arrays: they are what is stored, hashed and scored; no learner is needed to read them.

    Every level of a tree asks one question of all its nodes (an oblivious tree), so that a row's leaf is a sum of bits
    and a window is scored in one numpy expression. The ridge extrapolates a little, the trees never; the sum is kept
    within the target's past range.

    Source: J. Friedman, Greedy function approximation: a gradient boosting machine (2001); oblivious trees:
    A. Dorogush et al., CatBoost (2018).
    """

    design: Design
    weights: Floats
    base: float
    low: float
    high: float
    scale: float  # the 80 % quantile of past absolute residuals: the unit of a residual
    features: Ints  # [trees, depth]
    steps: Ints  # [trees, depth] a bin above this sets the bit
    leaves: Floats  # [trees, 2^depth]

    @classmethod
    def fit(cls, rows: Coded, target: Floats, columns: tuple[str, ...], *, trees: int, depth: int, rate: float) -> Self:
        """Fit on rows whose target is known; at least 200 of them, and not all alike."""
        low, high = (float(q) for q in np.quantile(target, (0.005, 0.995)))
        y = np.clip(target, low, high)
        numbers = tuple(c for c in columns if c in rows.coder.edges)
        categories = tuple(c for c in columns if c in rows.coder.named)
        design = _plain(rows, numbers, categories)
        a = design.ridge(rows)
        base = float(y.mean())
        weights = np.linalg.solve(a.T @ a + RIDGE * np.eye(a.shape[1]), a.T @ (y - base)).astype(np.float64)
        left = y - base - a @ weights
        design = _ordered(design, rows, left)
        features, steps, leaves = _boost(design.bins(rows), left, trees, depth, rate)
        pad = 0.25 * (high - low)
        raw = cls(design, weights, base, low - pad, high + pad, 1.0, features, steps, leaves)
        error = np.abs(y - raw.predict(rows))
        scale = max(float(np.quantile(error, 0.8)), 1e-2 * float(y.std()), 1e-9)
        return cls(design, weights, base, low - pad, high + pad, scale, features, steps, leaves)

    def predict(self, rows: Coded) -> Floats:
        """[n] the target to be expected of each row."""
        trees, depth = self.features.shape
        bins = np.ascontiguousarray(self.design.bins(rows).T)
        leaf = np.zeros((trees, len(rows)), dtype=np.uint8)
        for d in range(depth):
            leaf = 2 * leaf + (bins[self.features[:, d]] > self.steps[:, d, None])
        boosted = self.leaves[np.arange(trees)[:, None], leaf].sum(axis=0)
        out: Floats = np.clip(self.base + self.design.ridge_sum(rows, self.weights) + boosted, self.low, self.high)
        return out

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All that is learnt, by name."""
        d = self.design
        return {
            "centre": d.centre, "width": d.width, "knots": d.knots, "cuts": d.cuts, "order": d.order,
            "weights": self.weights, "features": self.features, "steps": self.steps, "leaves": self.leaves,
            "scalars": np.array([self.base, self.low, self.high, self.scale]),
        }  # fmt: skip

    @classmethod
    def of(cls, columns: tuple[str, ...], coder: Coder, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """The model that `arrays` were taken of."""
        a = {k: v.astype(np.float64) for k, v in arrays.items()}
        numbers = tuple(c for c in columns if c in coder.edges)
        categories = tuple(c for c in columns if c in coder.named)
        design = Design(numbers, categories, a["centre"], a["width"], a["knots"], a["cuts"], a["order"])
        base, low, high, scale = (float(v) for v in a["scalars"])
        features, steps = a["features"].astype(np.int64), a["steps"].astype(np.int64)
        return cls(design, a["weights"], base, low, high, scale, features, steps, a["leaves"])


def _plain(rows: Coded, numbers: tuple[str, ...], categories: tuple[str, ...]) -> Design:
    """Centres, widths, knots and cuts of the numbers; categories not yet in order."""
    k = len(numbers)
    centre, width = np.zeros(k), np.ones(k)
    knots, cuts = np.zeros((k, len(KNOTS))), np.zeros((k, BINS - 2))
    for i, c in enumerate(numbers):
        there = rows.numbers(c)[np.isfinite(rows.numbers(c))]
        if not len(there):
            continue
        centre[i], width[i] = there.mean(), max(float(there.std()), 1e-9)
        knots[i] = np.quantile((there - centre[i]) / width[i], KNOTS)
        cut = np.unique(np.quantile(there, np.linspace(0, 1, BINS)[1:-1]))
        cuts[i] = np.append(cut, np.full(BINS - 2 - len(cut), cut[-1]))
    widest = max((rows.coder.size(c) for c in categories), default=0)
    return Design(numbers, categories, centre, width, knots, cuts, np.zeros((len(categories), widest)))


def _ordered(design: Design, rows: Coded, left: Floats) -> Design:
    """Categories numbered by their mean of what the ridge leaves, so that one step can part them."""
    order = np.zeros_like(design.order)
    for k, c in enumerate(design.categories):
        size, cell = rows.coder.size(c), rows.cells(c)
        mean = np.bincount(cell, left, minlength=size) / (np.bincount(cell, minlength=size) + PULL)
        rank = np.argsort(np.argsort(mean, kind="stable"), kind="stable")
        order[k, :size] = rank if size <= BINS else rank * BINS // size
    d = design
    return Design(d.numbers, d.categories, d.centre, d.width, d.knots, d.cuts, order)


def _boost(bins: NDArray[np.uint8], left: Floats, trees: int, depth: int, rate: float) -> tuple[Ints, Ints, Floats]:
    """Each tree on half of the rows, drawn anew; each level the one question that explains most."""
    n, width = bins.shape
    features, steps = np.zeros((trees, depth), dtype=np.int64), np.zeros((trees, depth), dtype=np.int64)
    leaves = np.zeros((trees, 1 << depth))
    random = np.random.default_rng(0)
    told = np.zeros(n)
    offset = np.arange(width) * BINS
    bits = 1 << np.arange(depth)[::-1]
    for t in range(trees):
        some = random.permutation(n)[: max(500, n // 2)]
        b, g = bins[some].astype(np.int64), (left - told)[some]
        node = np.zeros(len(some), dtype=np.int64)
        wide = np.repeat(g, width)
        for d in range(depth):
            shape = (1 << d, width, BINS)
            at = (node[:, None] * (width * BINS) + offset + b).ravel()
            total = np.bincount(at, wide, minlength=int(np.prod(shape))).reshape(shape).cumsum(axis=2)
            count = np.bincount(at, minlength=int(np.prod(shape))).reshape(shape).cumsum(axis=2)
            rest, others = total[:, :, -1:] - total, count[:, :, -1:] - count
            gain = (total**2 / (count + SHRINK) + rest**2 / (others + SHRINK)).sum(axis=0)
            features[t, d], steps[t, d] = np.unravel_index(int(np.argmax(gain)), gain.shape)
            node = node * 2 + (b[:, features[t, d]] > steps[t, d])
        size = 1 << depth
        leaves[t] = rate * np.bincount(node, g, minlength=size) / (np.bincount(node, minlength=size) + SHRINK)
        told += leaves[t][(bins[:, features[t]] > steps[t]) @ bits]
    return features, steps, leaves
