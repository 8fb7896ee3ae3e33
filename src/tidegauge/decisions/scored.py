"""How far a window's numbers lie from what was expected of them, in spreads between past windows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import Window
from tidegauge.decisions.expectation import Expectation
from tidegauge.decisions.spreads import Spreads
from tidegauge.statistics.signal_set import SignalSet
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ones:
    """Labels 0 and 1 behind one level: how many are 1, of how many, and what share of them was predicted."""

    ones: float
    rows: float
    predicted: float


@dataclass(frozen=True)
class Sample:
    """What the statistics say of one window: levels, their errors, rows; distances come on request, pool by pool."""

    x: Floats  # [K]
    error: Floats  # [K]
    n: float
    distance: Callable[[str, Sequence[Window]], Floats]  # a pool and its windows → [D]
    ones: Mapping[int, Ones] = field(default_factory=dict)  # of the levels that count labels


@dataclass(frozen=True)
class Scored:
    """z of some signals, and where each comes from."""

    z: Floats
    expected: Floats  # by the nearest plausible predictor
    scale: Floats  # one z in the term's unit
    chosen: Ints  # which predictor or pool
    better: Mask  # a rise of what only a fall is bad of: good news, and no surprise, however large z is

    @classmethod
    def nothing(cls, size: int) -> "Scored":
        """Of no history."""
        blank = np.full(size, np.nan)
        return cls(np.zeros(size), blank, blank, np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool))

    def wider(self, factor: float) -> "Scored":
        """The same where numbers may lie so many times as far from what is expected."""
        return replace(self, z=self.z / factor, scale=self.scale * factor)

    def and_(self, other: "Scored") -> "Scored":
        """Both, one after the other."""
        return Scored(
            np.append(self.z, other.z),
            np.append(self.expected, other.expected),
            np.append(self.scale, other.scale),
            np.append(self.chosen, other.chosen),
            np.append(self.better, other.better),
        )


def score(
    v: SignalSet,
    sample: Sample,
    expectation: Expectation,
    residuals: Floats,
    distances: Floats,
    spreads: Spreads,
    tuning: DecisionTuning = SHIPPED.decisions,
) -> Scored:
    """Every number of a window [K + D] against the nearest of its plausible predictions.

    Of levels residuals [P, K] are given, one row per predictor; of distances [R, D], one per pool.

    A window must be strange against *every* plausible predictor. Row-level error appears only as a floor of the scale:
    the spread between past windows is what says how far is far.
    """
    if spreads.learnt < tuning.spreads.least:
        return Scored.nothing(len(v.levels) + len(v.distances))
    found = _levels(v, sample, expectation, residuals, spreads, tuning)
    found = found.and_(_distances(sample, expectation, distances, spreads, tuning))
    return found.wider(tuning.score.holiday) if expectation.special else found


def _levels(
    v: SignalSet,
    sample: Sample,
    expectation: Expectation,
    residuals: Floats,
    spreads: Spreads,
    tuning: DecisionTuning,
) -> Scored:
    columns = np.arange(len(v.levels))
    scale, plausible = plausible_of(v, sample, expectation, residuals, spreads, tuning)
    candidates = np.vstack([expectation.base, expectation.extra])
    plausible = np.vstack([plausible, ~np.isnan(expectation.extra)])
    away = np.where(plausible, np.abs(sample.x - candidates), np.inf)
    chosen = np.argmin(away, axis=0)
    nearest = away[chosen, columns]
    judged = np.isfinite(nearest) & np.isfinite(scale)
    rise = np.where(plausible, sample.x - candidates, -np.inf).max(axis=0)
    fall = np.where(plausible, candidates - sample.x, -np.inf).max(axis=0)
    judged &= ~(v.one_sided & (rise < 0))
    z = np.where(judged, np.where(judged, nearest, 0.0) / np.where(judged, scale, 1.0), 0.0)
    better = v.only_falls & (fall < 0)
    return Scored(z, candidates[chosen, columns], np.where(np.isfinite(scale), scale, np.nan), chosen, better)


def plausible_of(
    v: SignalSet,
    sample: Sample,
    expectation: Expectation,
    residuals: Floats,
    spreads: Spreads,
    tuning: DecisionTuning,
) -> tuple[Floats, Mask]:
    """[K], [P, K] the spread that a number is counted in, and which predictions of it are plausible."""
    t = tuning.spreads
    thin = np.sqrt(max(1.0, spreads.rows / max(sample.n, 1.0)))
    scales = np.where(v.grows, spreads.scale, spreads.scale * thin)
    scales = np.where(np.isnan(expectation.base) | np.isnan(scales), np.inf, scales)
    least = np.where(v.grows, v.floors, np.fmax(t.sampling * sample.error, t.smallest * v.steady))
    scale = np.fmax(scales.min(axis=0), least)
    return scale, (scales <= tuning.score.candid * scale) & ~np.isnan(residuals)


def _distances(
    sample: Sample, expectation: Expectation, distances: Floats, spreads: Spreads, tuning: DecisionTuning
) -> Scored:
    t = tuning.score
    if not distances.shape[1]:
        return Scored.nothing(0)
    columns = np.arange(distances.shape[1])
    usual = spreads.middle + spreads.above
    usual = np.where(np.isnan(usual) | np.isnan(distances), np.inf, usual)
    best = np.argmin(usual, axis=0)
    nearest = np.fmin.reduce(
        np.vstack([distances, sample.distance("holidays", expectation.special)[None]])
        if expectation.special
        else distances
    )
    scale = np.fmax(spreads.above[best, columns], t.distance_floor + t.distance_rows / max(sample.n, 1.0))
    expected = spreads.middle[best, columns]
    judged = np.isfinite(usual[best, columns]) & np.isfinite(nearest)
    z = np.where(
        judged,
        np.maximum(np.where(judged, nearest, 0) - np.where(judged, expected, 0), 0) / np.where(judged, scale, 1),
        0.0,
    )
    return Scored(z, expected, scale, best.astype(np.int64), np.zeros(len(z), dtype=bool))
