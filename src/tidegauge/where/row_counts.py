"""A change of the number of rows: which cells grew, or shrank, by another factor than all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.base import Bearing, LocatedChange
from tidegauge.where.coded_rows import Floats, Grouping


@dataclass(frozen=True)
class CountChange(LocatedChange):
    """Where it lies is told by each group's odds among all rows, beside their own spread between windows."""

    now: float  # how many rows there are, of which the sample is
    before: float

    @property
    def size(self) -> float:
        return self.now - self.before

    def telling(self, tuning: WhereTuning) -> float:
        return tuning.counted

    def borne(self, mine: NDArray[np.bool_]) -> Bearing:
        totals = ((self.rows.now, self.now), (~self.rows.now, self.before))
        (w1, n1, t1), (w0, n0, t0) = ((float(mine[s].mean()), max(int(s.sum()), 1), t) for s, t in totals)
        error = sqrt(t1**2 * w1 * (1 - w1) / n1 + t0**2 * w0 * (1 - w0) / n0)
        change = self.size or 1.0
        return Bearing(w1, w0, (w1 * t1 - w0 * t0) / change, error / abs(change))

    def but(self, mine: NDArray[np.bool_]) -> Self:
        now, before = (float((~mine)[side].mean()) for side in (self.rows.now, ~self.rows.now))
        return type(self)(self.rows.but(mine), self.now * now, self.before * before)

    def apart(self, group: Grouping, tuning: WhereTuning) -> Floats:
        """[W, K] the log odds of each window against those of all but the first one."""
        n, rest = group.n, group.n.sum(axis=1, keepdims=True) - group.n
        odds, error = np.log((n + 0.5) / (rest + 0.5)), 1 / (n + 0.5) + 1 / (rest + 0.5)
        out = np.zeros(n.shape)
        for w in range(len(n)):
            others = [k for k in range(1, len(n)) if k != w]
            if others:
                out[w] = _beyond(n, rest, odds, error, w, others, tuning)
        return out


def _beyond(
    n: Floats, rest: Floats, odds: Floats, error: Floats, w: int, others: Sequence[int], tuning: WhereTuning
) -> Floats:
    """[K] a window's log odds against those of others, beside their spread; all [W, K]."""
    past, missed, many = n[others].sum(axis=0) + 0.5, rest[others].sum(axis=0) + 0.5, len(others)
    middle, spread = np.log(past / missed), np.zeros(n.shape[1])
    if many > 1:
        own = np.maximum(((odds[others] - middle) ** 2).sum(axis=0) / (many - 1) - error[others].mean(axis=0), 0.0)
        common = float(np.average(own, weights=past))
        spread = (own * (many - 1) + common * tuning.spread) / (many - 1 + tuning.spread)
    return np.asarray((odds[w] - middle) / np.sqrt(error[w] + spread + 1 / past + 1 / missed + spread / many))


def is_unusual(now: float, before: Sequence[int], tuning: WhereTuning) -> bool:
    """Whether the number of rows is beyond what it was in other windows."""
    mean = float(np.mean(before))
    error = max(float(np.std(before, ddof=1)) if len(before) > 1 else 0.0, sqrt(max(mean, 1.0)))
    return abs(now - mean) > tuning.seen * error
