"""Slow drift: what a single window does not show, and a reference that grows with the drift never will.

Next to the seasonal references stands a lagged one: the same seasons, four weeks ago and before. What lies between a
window and that is averaged over the last few windows and counted in the spread of such averages **as it was known four
weeks ago**; so neither the reference nor the yardstick can learn a drift of the last month.

Held back like that, a yardstick does not know this month's weather or timetable either. No fitted tail can make up for
it: a new season has no past. So the limit is a plain one, far out, and it has to be passed for several windows in a
row. How far depends on what a number is: that one column fixes another, or that two are missing together, no season
changes; how columns go with each other changes seldom; a column's own level changes with every timetable. What wanders
by itself is left alone as far as it has wandered before.

Source: control charts with the limits of an earlier phase, W. Shewhart (1931), W. Woodall (2000); averages as in
S. Roberts, Control chart tests based on geometric moving averages (1959). The limits: docs/decisions/0010.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import mean, median, spread
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.decision_tuning import SlowTuning
from tidegauge.tuning.tail_tuning import SpreadTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
WEEKS = 4
LAGGED = ("same-season", "day-class", "trailing")  # each four weeks ago and before


def limits(signal_set: SignalSet, tuning: SlowTuning = SHIPPED.decisions.slow) -> Floats:
    """[K] how many spreads an average of each level may lie from what it was four weeks ago."""
    k, t = len(signal_set.levels), tuning
    return np.where(signal_set.structural[:k], t.structure, np.where(signal_set.tied[:k], t.relation, t.own))


def average(stack: Floats, outlier: float = SHIPPED.decisions.slow.outlier) -> Floats:
    """[...] the mean along the first axis, at most twice the median: one bad day is no drift.

    >>> average(np.array([0.0, 0.1, 0.0, 9.0, 0.0, 0.1, 0.0])).tolist()
    0.0
    >>> average(np.array([0.0, 1.0, 2.0, 3.0])).tolist()
    1.5
    """
    plain, half = mean(stack), outlier * median(stack)
    size = np.where(plain * half > 0, np.minimum(np.abs(plain), np.abs(half)), 0.0 * plain)  # NaN stays
    return np.asarray(np.sign(plain) * size)


@dataclass(frozen=True)
class SlowScored:
    """What has built up by a window, number by number."""

    residuals: Floats  # [L, K] of this window to each lagged reference
    pooled: Floats  # [L, K] their mean over the last windows
    z: Floats  # [K]
    surprise: Floats  # [K] comparable with each other only: they rank columns
    strength: float  # over its limit
    nearest: Ints  # [K] which lagged reference z is counted from
    edge: Floats  # [K] the z that is too far
    reach: Floats  # [K] the same in the number's own unit
    expected: Floats  # [K] what z is counted from
    away: Floats  # [K] the average less that
    widths: Ints  # [K] windows that are averaged
    weeks: Ints  # [K] how long ago what it is counted from was

    @staticmethod
    def ranked(over: Floats, tuning: SlowTuning = SHIPPED.decisions.slow) -> Floats:
        """[K] a surprise of so many limits, for the order of columns."""
        return np.asarray(tuning.step * np.log2(1 + np.minimum(over, tuning.most)))


@dataclass(frozen=True)
class Slow:
    """How far averages of normal windows lie from what was four weeks before, and how far they have ever been."""

    scale: Floats  # [L, K] of averages
    most: Floats  # [K] the largest z

    @classmethod
    def fit(
        cls,
        past: Sequence[tuple[Window, Record]],
        signal_set: SignalSet,
        gone: Mask | None,
        least: int,
        tuning: SpreadTuning = SHIPPED.decisions.spreads,
    ) -> Self:
        """From the records of windows that had ended four weeks ago, oldest first.

        `gone` [T, K + D]: what people say is no sign of normal.
        """
        k = len(signal_set.levels)
        if not past:
            return cls(np.full((len(LAGGED), k), np.nan), np.zeros(k))
        pooled = np.array([r.pooled for _, r in past])
        z = np.array([r.slow_z for _, r in past])
        if gone is not None:
            pooled = np.where(gone[:, None, :k], np.nan, pooled)
            z = np.where(gone[:, :k], 0.0, z)
        known = np.count_nonzero(~np.isnan(pooled), axis=0) >= least
        return cls(np.where(known, spread(pooled, tuning, signal_set.unbounded), np.nan), z.max(axis=0))

    def judge(
        self,
        signal_set: SignalSet,
        residuals: Floats,
        lagged: Floats,
        recent: Sequence[Record],
        error: Floats,
        width: int,
        tuning: SlowTuning = SHIPPED.decisions.slow,
    ) -> SlowScored:
        """One window's residuals to what was `lagged` [L, K] before, with those of the last windows."""
        v, at, t = signal_set, np.arange(len(signal_set.levels)), tuning
        before = recent[len(recent) - (width - 1) :]
        stack = np.array([*(r.slow for r in before if r.slow.shape == residuals.shape), residuals])
        pooled = np.where(np.count_nonzero(~np.isnan(stack), axis=0) * 2 > width, average(stack, t.outlier), np.nan)
        scales = np.where(np.isnan(pooled) | np.isnan(self.scale), np.inf, self.scale)
        best = np.argmin(scales, axis=0)
        least = np.where(v.grows, v.floors, np.fmax(t.sampling * error, t.smallest * v.steady) / np.sqrt(width))
        scale = np.fmax(scales[best, at], least)
        away = np.where(scales <= t.candid * scale, np.abs(pooled), np.inf)
        nearest = away.min(axis=0)
        judged = np.isfinite(nearest) & np.isfinite(scale) & ~(v.one_sided & ~(pooled[best, at] > 0))
        z = np.where(judged, np.where(judged, nearest, 0.0) / np.where(judged, scale, 1.0), 0.0)
        best_of = np.argmin(away, axis=0).astype(np.int64)
        edge = np.fmax(limits(v, t), t.wandered * self.most)
        over = np.where(v.only_falls & (pooled[best, at] > 0), 0.0, z / edge)
        return SlowScored(
            residuals=residuals,
            pooled=pooled,
            z=z,
            surprise=SlowScored.ranked(over, t),
            strength=float(over.max(initial=0.0)),
            nearest=best_of,
            edge=edge,
            reach=np.where(judged, edge * scale, np.nan),
            expected=lagged[best_of, at],
            away=pooled[best_of, at],
            widths=np.full(len(at), width),
            weeks=np.full(len(at), WEEKS),
        )

    def arrays(self) -> dict[str, Floats]:
        """All of it by name: scale [L, K] and most [K]."""
        return {"scale": self.scale, "most": self.most}

    @classmethod
    def of(cls, arrays: dict[str, NDArray[np.float64]]) -> Self:
        """What `arrays` were taken of."""
        return cls(arrays["scale"], arrays["most"])
