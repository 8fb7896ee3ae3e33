"""A change of the mean of some value of a row: whether it lacks a value, say, or how far a label is from its score."""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.base import Bearing, LocatedChange
from tidegauge.where.coded_rows import Floats, Grouping


@dataclass(frozen=True)
class RateChange(LocatedChange):
    """Where it lies is told by how much each group's own rate moved beyond that of all other rows.

    Not by how far groups usually scatter: that made the rank of rates worse (measured on flights), and the rank of
    numbers of rows better (`CountChange`).
    """

    @cached_property
    def mean(self) -> tuple[float, float]:
        """Of the value, in the window and in the others."""
        return tuple(float(self.rows.values[side].mean()) for side in self._sides)  # type: ignore[return-value]

    @property
    def size(self) -> float:
        return self.mean[0] - self.mean[1]

    @property
    def error(self) -> float:
        """How far off `size` may be by sampling: its standard error."""
        return sqrt(sum(float(self.rows.values[side].var()) / int(side.sum()) for side in self._sides))

    def borne(self, mine: NDArray[np.bool_]) -> Bearing:
        """That they are more or fewer of all rows (mix), and that their own rate moved.

        Rows that there were none of before had the rate of all.
        """
        (m1, v1), (m0, v0) = ((mine[side], self.rows.values[side]) for side in self._sides)
        w1, w0, mean = float(m1.mean()), float(m0.mean()), self.mean[1]
        r0 = float(v0[m0].mean()) if w0 else mean
        r1 = float(v1[m1].mean()) if w1 else r0
        mix, own, change = (w1 - w0) * (r0 - mean), w1 * (r1 - r0), self.size or 1.0
        part = (mix + own) / change
        each = ((m * (v - mean) - part * v, len(v)) for m, v in ((m1, v1), (m0, v0)))
        return Bearing(w1, w0, part, sqrt(sum(float(x.var()) / n for x, n in each)) / abs(change), r1, r0)

    def but(self, mine: NDArray[np.bool_]) -> Self:
        return type(self)(self.rows.but(mine))

    def apart(self, group: Grouping, tuning: WhereTuning) -> Floats:
        """[W, K] each window against all others but the first one."""
        n1, s1 = group.n, group.s
        n0, s0 = (np.broadcast_to(x[1:].sum(axis=0), x.shape) - np.vstack([0 * x[:1], x[1:]]) for x in (n1, s1))
        all1, all0 = (x.sum(axis=1, keepdims=True) for x in (n1, n0))
        sum1, sum0 = (x.sum(axis=1, keepdims=True) for x in (s1, s0))
        past = (s0 + tuning.shrink * sum0 / np.maximum(all0, 1)) / (n0 + tuning.shrink)
        left1, left0 = all1 - n1, all0 - n0
        moved = (sum1 - s1) / np.maximum(left1, 1) - (sum0 - s0) / np.maximum(left0, 1)
        others = 1 / np.maximum(left1, 1) + 1 / np.maximum(left0, 1)
        variance = self._variances[:, None] * (n1 + n1**2 * (1 / (n0 + tuning.shrink) + others))
        excess = np.where((left1 > 0) & (left0 > 0), s1 - n1 * (past + moved), 0.0)  # of all rows there are no others
        return np.asarray(np.where(variance > 0, excess / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0))

    @property
    def _sides(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """[n], [n] rows of the window, and of the others."""
        return self.rows.now, ~self.rows.now

    @cached_property
    def _variances(self) -> Floats:
        """[W] of a value: in each window, or in all but the first one where that is greater."""
        others = float(self.rows.values[~self.rows.now].var())
        each = (self.rows.values[self.rows.window == w] for w in range(self.rows.windows))
        return np.array([max(float(x.var()) if len(x) else 0.0, others) for x in each])
