"""Slow drift: what a single window does not show, and a reference that grows with the drift never will.

Next to the seasonal references stands a lagged one: the same seasons, four weeks ago and before. What lies between a
window and that is averaged over a week; so a ramp adds up, and neither the reference nor the models of relations (those
of four weeks ago are used) have learnt it. Most numbers of most monitors wander by themselves, with the weather or a
timetable: such ones are left out, by their own past. What is left has its own tails and its own share of the budget,
and must stay out of bounds for two windows.

What is usual of an average is learnt up to the week before, so a ramp that is slow against a window's own noise is
learnt before it is told: see docs/decisions/0010.

Source: moving averages of residuals as a sequential test, S. Roberts, Control chart tests based on geometric moving
averages (1959); tails as in `decisions/tail.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import mean, median, spread
from tidegauge.decisions.tail import Tails, threshold
from tidegauge.decisions.vocabulary import Vocabulary
from tidegauge.nouns import Window

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
LAGGED = ("same-season", "day-class", "trailing")  # each four weeks ago and before
WIDTH = {"hour": 24, "day": 7, "week": 3}  # windows that are averaged
SHARE = 0.2  # of a stage's budget
CANDID = 1.25  # a reference is plausible within this factor of the best one's spread
LEAST = 20  # averages behind a spread
STEADY = 0.8  # of one window's spread at most: the average of a number that does not wander is much steadier
SHAPE = 0.25
OPTIMISM = 20.0  # averages follow each other: a past holds fewer of them than windows (see decisions/tail.py)
SAMPLING, SMALLEST = 0.9, 0.027  # of an average of one: half as much again as for single windows, for correlation


def average(stack: Floats) -> Floats:
    """[...] the mean along the first axis, at most twice the median: one bad day is no drift.

    >>> average(np.array([0.0, 0.1, 0.0, 9.0, 0.0, 0.1, 0.0])).tolist()
    0.0
    >>> average(np.array([0.0, 1.0, 2.0, 3.0])).tolist()
    1.5
    """
    plain, half = mean(stack), 2 * median(stack)
    size = np.where(plain * half > 0, np.minimum(np.abs(plain), np.abs(half)), 0.0 * plain)  # NaN stays
    return np.asarray(np.sign(plain) * size)


@dataclass(frozen=True)
class SlowScored:
    """What has built up by a window, number by number."""

    residuals: Floats  # [L, K] of this window to each lagged reference
    pooled: Floats  # [L, K] their mean over the last windows
    z: Floats  # [K]
    away: Floats  # [K] the average itself, by the steadiest reference
    surprise: Floats  # [K]
    strength: float  # over its threshold
    nearest: Ints  # [K] which lagged reference z is counted from
    reach: Floats  # [K] half the band: an average farther away is an alert
    width: int  # windows that are averaged

    @classmethod
    def nothing(cls, residuals: Floats, pooled: Floats, width: int) -> Self:
        """Before there was a spread."""
        k = residuals.shape[1]
        blank = np.full(k, np.nan)
        return cls(residuals, pooled, np.zeros(k), blank, np.zeros(k), 0.0, np.zeros(k, dtype=np.int64), blank, width)


@dataclass(frozen=True)
class Slow:
    """How far averages of normal windows lie from what was four weeks before."""

    scale: Floats  # [L, K] of averages
    single: Floats  # [L, K] of single windows
    tails: Tails | None
    threshold: float

    @classmethod
    def fit(
        cls,
        past: Sequence[tuple[Window, Record]],
        vocabulary: Vocabulary,
        gone: Mask | None,
        *,
        alerts_per_window: float,
        learning: int,
    ) -> Self:
        """From the records of past windows, oldest first; `gone` [T, K + D]: what people say is no sign of normal."""
        k = len(vocabulary.levels)
        blank = np.full((len(LAGGED), k), np.nan)
        if len(past) < LEAST:
            return cls(blank, blank, None, np.inf)
        residuals = np.array([r.slow for _, r in past])
        pooled = np.array([r.pooled for _, r in past])
        z = np.array([r.slow_z for _, r in past])
        if gone is not None:
            mask = gone[:, None, :k]
            residuals, pooled = np.where(mask, np.nan, residuals), np.where(mask, np.nan, pooled)
            z = np.where(gone[:, :k], 0.0, z)
        known = np.count_nonzero(~np.isnan(pooled), axis=0) >= LEAST
        scale, single = np.where(known, spread(pooled), np.nan), np.where(known, spread(residuals), np.nan)
        judged = z[np.any(z > 0, axis=1)]
        if len(judged) < learning:
            return cls(scale, single, None, np.inf)
        tails = Tails.fit(judged, np.full(k, SHAPE), 1.5)
        # an alert needs two windows in a row: the weaker of the two is what must pass
        strongest = tails.surprise(judged).max(axis=1)
        return cls(scale, single, tails, threshold(strongest, alerts_per_window, OPTIMISM))

    def judge(
        self, vocabulary: Vocabulary, residuals: Floats, recent: Sequence[Record], error: Floats, width: int
    ) -> SlowScored:
        """One window with the last ones before it."""
        k = len(vocabulary.levels)
        stack = np.array([*(r.slow for r in recent[-(width - 1) :] if r.slow.shape == residuals.shape), residuals])
        pooled = np.where(np.count_nonzero(~np.isnan(stack), axis=0) * 2 > width, average(stack), np.nan)
        if np.isnan(self.scale).all():
            return SlowScored.nothing(residuals, pooled, width)
        at, v = np.arange(k), vocabulary
        scales = np.where(np.isnan(pooled) | np.isnan(self.scale), np.inf, self.scale)
        best = np.argmin(scales, axis=0)
        least = np.where(v.grows, v.floors, np.fmax(SAMPLING * error, SMALLEST) / np.sqrt(width))
        scale = np.fmax(scales[best, at], least)
        away = np.where(scales <= CANDID * scale, np.abs(pooled), np.inf)
        nearest = away.min(axis=0)
        single = np.fmax(self.single[best, at], least * np.sqrt(width) / 1.5)
        judged = np.isfinite(nearest) & np.isfinite(scale) & (scales[best, at] < STEADY * single)
        built = pooled[best, at]
        judged &= ~(v.one_sided & ~(built > 0))
        z = np.where(judged, np.where(judged, nearest, 0.0) / np.where(judged, scale, 1.0), 0.0)
        counted = np.argmin(away, axis=0).astype(np.int64)
        if self.tails is None:
            return SlowScored(residuals, pooled, z, built, np.zeros(k), 0.0, counted, np.full(k, np.nan), width)
        surprise = self.tails.surprise(z)
        strength = float(surprise.max(initial=0.0) / self.threshold)
        reach = np.where(judged, self.tails.reach(self.threshold) * scale, np.nan)
        return SlowScored(residuals, pooled, z, built, surprise, strength, counted, reach, width)

    def arrays(self) -> dict[str, Floats]:
        """All of it by name."""
        out = {"scale": self.scale, "single": self.single, "threshold": np.array([self.threshold])}
        if self.tails is not None:
            out["tails"] = np.array([self.tails.q, self.tails.xi, self.tails.sigma, self.tails.base])
        return out

    @classmethod
    def of(cls, arrays: dict[str, NDArray[np.float64]]) -> Self:
        """What `arrays` were taken of."""
        tails = Tails(*arrays["tails"]) if "tails" in arrays else None
        return cls(arrays["scale"], arrays["single"], tails, float(arrays["threshold"][0]))
