"""∫ |F − G| between two profiles on shared cells: the work behind the Wasserstein distances."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.states.stack import Array, Stack, shares, widest_edges


def quarter_area(current: Stack, reference: Stack) -> Array:
    """[C] a quarter of ∫ |F − G|; all lengths are quartered first, so that none of them can overflow.

    Over the cell [a, b) integration by parts gives ∫ (F − G) = (b − a)·(F − G)(b) − p·(mean_p − a) + q·(mean_q − a),
    exactly, from shares p, q and means alone. Inside the cell F − G stays within [(F − G)(a) − q, (F − G)(a) + p]; if
    that leaves out 0, |∫ (F − G)| is the area. Otherwise it may cross 0, and `_refine` says what that adds.
    """
    p, q = shares(current, reference)
    low = np.fmin(current.low, reference.low)[:, None] / 4
    high = np.fmax(current.high, reference.high)[:, None] / 4
    edges = np.clip(widest_edges(current, reference) / 4, low, high)  # takes ±inf to the data, nan stays nan
    begin = edges[:, :-1]
    width = np.nan_to_num(edges[:, 1:] - begin)
    after = np.cumsum(p - q, axis=1)
    before = after - (p - q)
    mine, theirs = _rows(current, begin, low, high), _rows(reference, begin, low, high)
    signed = width * after - p * mine.mean + q * theirs.mean
    crossing = (width > 0) & (before - q < 0) & (before + p > 0) & ~_valley(p + q, width)
    extra = np.zeros_like(p)
    extra[crossing] = _refine(
        before[crossing],
        width[crossing],
        mine.pick(crossing).parts(p[crossing], width[crossing]),
        theirs.pick(crossing).parts(q[crossing], width[crossing]),
    )
    extra[crossing] = np.maximum(extra[crossing] - np.abs(signed[crossing]), 0.0)
    out: Array = np.abs(_whole_cells(signed, width)).sum(axis=1) + extra.sum(axis=1)
    return out


def _whole_cells(signed: Array, width: Array) -> Array:
    """[C, K + 1] an atom's part (a cell without width, in the cell before) added to its predecessor's."""
    columns, cells = signed.shape
    number = np.cumsum(width > 0, axis=1)
    flat = (np.arange(columns)[:, None] * (cells + 1) + number).ravel()
    out = np.bincount(flat, weights=signed.ravel(), minlength=columns * (cells + 1)).reshape(columns, cells + 1)
    return np.asarray(out, dtype=np.float64)


def _valley(mass: Array, width: Array) -> NDArray[np.bool_]:
    """[C, K] cells far less dense than both neighbours: a gap between two clumps, whose rows lie at its two ends.

    Rows spread about the mean would be wrong there: F − G is flat across the gap, so the plain integral is right.
    """
    density = np.divide(mass, width, out=np.full_like(mass, np.inf), where=width > 0)
    ends = np.pad(density, ((0, 0), (1, 1)))
    out: NDArray[np.bool_] = density < np.minimum(ends[:, :-2], ends[:, 2:]) / 4
    return out


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where one side's rows lie in each cell, as distances from the cell's begin."""

    counts: Array
    mean: Array  # 0 where empty
    least: Array | None
    most: Array | None

    def pick(self, where: NDArray[np.bool_]) -> "_Rows":
        """The chosen cells, in one long row."""
        least = None if self.least is None else self.least[where]
        most = None if self.most is None else self.most[where]
        return _Rows(self.counts[where], self.mean[where], least, most)

    def parts(self, mass: Array, width: Array) -> list[tuple[Array, Array, Array]]:
        """Mass spread evenly over [from, to], several a cell: its extremes, one row each, and the rest.

        The rest lies about its mean, as widely as it can; the whole keeps the cell's mean. Without extremes all rows
        are the rest; one row alone is a point.
        """
        if self.least is None or self.most is None:
            reach = np.where(self.counts > 1, np.minimum(self.mean, width - self.mean), 0.0)
            return [(mass, self.mean - reach, self.mean + reach)]
        row = np.divide(mass, self.counts, out=np.zeros_like(mass), where=self.counts > 0)
        rest = np.maximum(self.counts - 2, 0)
        sum_of_rest = self.mean * self.counts - self.least - self.most
        middle = np.divide(sum_of_rest, rest, out=self.mean.copy(), where=rest > 0)
        middle = np.clip(middle, self.least, self.most)
        reach = np.minimum(middle - self.least, self.most - middle)
        return [
            (np.where(self.counts > 1, row, mass), self.least, self.least),
            (np.where(self.counts > 1, row, 0.0), self.most, self.most),
            (row * rest, middle - reach, middle + reach),
        ]


def _rows(stack: Stack, begin: Array, low: Array, high: Array) -> _Rows:
    """A stack's rows in the cells that begin at `begin`."""

    def inside(values: Array) -> Array:
        """[C, K] the distance from where the cell begins."""
        wide = np.full(begin.shape, np.nan)
        wide[:, : values.shape[1]] = values / 4
        out: Array = np.nan_to_num(np.clip(wide, low, high) - begin)  # nan: an empty cell
        return out

    counts = np.zeros(begin.shape)
    counts[:, : stack.counts.shape[1]] = stack.counts
    mean = np.where(counts > 0, inside(stack.centres), 0.0)
    if stack.lows is None or stack.highs is None:
        return _Rows(counts, mean, None, None)
    return _Rows(counts, mean, inside(stack.lows), inside(stack.highs))


def _refine(
    before: Array, width: Array, p: list[tuple[Array, Array, Array]], q: list[tuple[Array, Array, Array]]
) -> Array:
    """[cells] ∫ |F − G| where F and G rise by the given parts: a sum of trapezoids between the parts' ends."""
    ends = [end for _, begin, finish in p + q for end in (begin, finish)]
    knots = np.sort(np.clip(np.stack([np.zeros_like(width), width, *ends]), 0.0, width), axis=0)
    left = before + (_risen(knots[:-1], p, at_step=True) - _risen(knots[:-1], q, at_step=True))
    right = before + (_risen(knots[1:], p, at_step=False) - _risen(knots[1:], q, at_step=False))
    size = np.abs(left) + np.abs(right)
    crossed = np.divide(left**2 + right**2, 2 * size, out=np.zeros_like(size), where=size > 0)
    height = np.where(left * right >= 0, size / 2, crossed)
    out: Array = (height * np.diff(knots, axis=0)).sum(axis=0)
    return out


def _risen(x: Array, parts: list[tuple[Array, Array, Array]], *, at_step: bool) -> Array:
    """[knots, cells] mass of the parts at or below x; a point of mass that lies at x itself counts if `at_step`."""
    total = np.zeros_like(x)
    for mass, begin, finish in parts:
        length = finish - begin
        share_below = np.divide(x - begin, length, out=np.zeros_like(x), where=length > 0)
        step = (x >= begin) if at_step else (x > begin)
        total += mass * np.where(length > 0, np.clip(share_below, 0.0, 1.0), step)
    return total
