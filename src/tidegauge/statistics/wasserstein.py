"""Wasserstein distance (earth mover's), in the column's unit and in spreads."""

import numpy as np

from tidegauge.states.stack import Array, Stack, shares, widest_edges
from tidegauge.statistics.base import NUMERIC, Statistic
from tidegauge.statistics.scales import ratio, saturate


class Wasserstein(Statistic):
    """Wasserstein-1: how far rows have to move on average, in the column's own unit (∫ |F − G|).

    The distance that knows order and far: rows that move twice as far count twice, so it sees tails and unit errors
    that Kolmogorov-Smirnov cannot, and one wild value can dominate it. A person who knows the column reads it
    directly ("delays are 4 minutes off"); to compare columns prefer `wasserstein-normalised`. A pure shift equals
    the absolute mean shift.

    Since a cell keeps the exact mean of its values, ∫ (F − G) over each cell is exact, and so is the distance
    wherever F − G keeps its sign inside a cell. Where it crosses within a cell, the part that cancels is missed:
    never above the raw value, and within 3 % of it on `tests/shapes.py`.

    Shapes: stacks [C, K] → [C]. Unit: the column's. Range: 0 up; the largest float where even that overflows. nan for
    categorical columns or where a side has no finite rows.

    >>> from tidegauge.states.counted import counted
    >>> Wasserstein().between(counted([5, 5], [0, 2, 4]), counted([10, 0], [0, 2, 4]))
    array([1.])

    Source: S. S. Vallender, Calculation of the Wasserstein distance between probability distributions on the line
    (1974); scipy.stats.wasserstein_distance gives the same number on raw rows.
    """

    name = "wasserstein"
    applies = NUMERIC
    symmetric = True
    scale_free = True
    unit = "column"

    def _between(self, current: Stack, reference: Stack) -> Array:
        with np.errstate(over="ignore"):
            return saturate(quarter_area(current, reference) * 4)


class WassersteinNormalised(Statistic):
    """Wasserstein-1 divided by the column's robust spread, the interquartile range of the layout's sample.

    The same as `wasserstein`, made comparable between columns: 0.1 means that rows moved by a tenth of the middle
    half's width on average. The spread is the layout's, not the window's, so that a window whose scale explodes
    does not hide it by dividing by it, and old scores stay comparable until a new layout is cut.

    Shapes: stacks [C, K] → [C]. Unit: spreads. Range: 0 up; the largest float where even that overflows. nan for
    categorical columns or where a side has no finite rows.

    >>> from tidegauge.states.counted import counted
    >>> WassersteinNormalised().between(counted([5, 5], [0, 2, 4]), counted([10, 0], [0, 2, 4]))
    array([1.])

    Source: as `wasserstein`; Evidently divides by the reference's standard deviation instead, which heavy tails
    inflate.
    """

    name = "wasserstein-normalised"
    applies = NUMERIC
    symmetric = True
    scale_free = True
    unit = "spreads"

    def _between(self, current: Stack, reference: Stack) -> Array:
        with np.errstate(over="ignore"):
            return saturate(ratio(quarter_area(current, reference), reference.spread) * 4)


def quarter_area(current: Stack, reference: Stack) -> Array:
    """[C] a quarter of Σ over cells of |∫ (F − G)|; lengths are quartered so that none can overflow.

    Over the cell [a, b) integration by parts gives ∫ (F − G) = (b − a)·(F − G)(b) − p·(mean_p − a) + q·(mean_q − a).
    A cell without width (an atom, whose value lies just inside the cell before it) is one with its predecessor.
    """
    p, q = shares(current, reference)
    low = np.fmin(current.low, reference.low)[:, None] / 4
    high = np.fmax(current.high, reference.high)[:, None] / 4
    edges = np.clip(widest_edges(current, reference) / 4, low, high)  # takes ±inf to the data, nan stays nan
    begin, width = edges[:, :-1], np.nan_to_num(edges[:, 1:] - edges[:, :-1])
    within = width * np.cumsum(p - q, axis=1) - _moment(p, current, begin, low, high)
    within += _moment(q, reference, begin, low, high)
    cell = np.cumsum(width > 0, axis=1)  # numbers cells with width; the ones without share their predecessor's
    columns, cells = within.shape
    flat = (np.arange(columns)[:, None] * (cells + 1) + cell).ravel()
    merged = np.bincount(flat, within.ravel(), minlength=columns * (cells + 1)).reshape(columns, cells + 1)
    out: Array = np.abs(merged).sum(axis=1)
    return out


def _moment(share: Array, stack: Stack, begin: Array, low: Array, high: Array) -> Array:
    """Share times the distance of the cell's mean from the cell's begin; 0 where the cell is empty."""
    centres = np.full(share.shape, np.nan)
    centres[:, : stack.centres.shape[1]] = stack.centres / 4
    return np.where(share != 0, share * (np.clip(centres, low, high) - begin), 0.0)
