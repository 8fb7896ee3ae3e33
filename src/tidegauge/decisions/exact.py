"""What is too improbable of a window by its counts alone: no rows of a value that a fifth had, one value in all rows.

A spread between small windows says little of counts near none or all: of no label among a hundred, where twelve are
usual, a spread of shares says three, and the chance is one in 300,000. So beside the spreads stands the chance itself,
at the expected rate with the excess that the rate has from window to window: what its residuals scatter more than the
rows of a usual window make them. It is asked of few numbers, on the side where a fault puts them, and only of what
no past window had, or lies further from *every* plausible prediction than any did: what came before by itself may come
again, whatever a model of counts thinks of it.

Source: exact tests, R. Fisher, The Design of Experiments (1935); one limit for many, C. Bonferroni (1936).
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.counting_chances import TEN, absent_together
from tidegauge.decisions.expectation import Expectation
from tidegauge.decisions.hits import Hits
from tidegauge.decisions.scored import Sample, Scored, plausible_of
from tidegauge.decisions.spreads import Spreads
from tidegauge.statistics.signal_set import Counts, SignalSet
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Exact:
    """How improbable a window's counts are."""

    chance: Floats  # [K] −log10 of each level's chance; 0 of what is not asked
    edge: Floats  # [K] z where it alone would be an alert; ∞ where that is not asked, or it is no alert
    limit: float  # of −log10, beyond which a chance is an alert

    @classmethod
    def nothing(cls, size: int) -> Self:
        """Of levels that count nothing."""
        return cls(np.zeros(size), np.full(size, np.inf), np.inf)

    @property
    def strength(self) -> float:
        """Above 1 is an alert."""
        return float(self.chance.max(initial=0.0) / self.limit)

    def heard(self, surprise: Floats) -> Floats:
        """[K + D] the surprise of numbers; of those that alert by their chance that, where it is more."""
        out = surprise.copy()
        size = len(self.chance)
        out[:size] = np.where(self.chance > self.limit, np.maximum(out[:size], self.chance), out[:size])
        return out


@dataclass(frozen=True)
class CountedLevels:
    """The levels that count something, and what they are to be [P, A]; NaN where a prediction is not plausible."""

    at: Ints  # [A] their places
    expected: Floats
    spread: Floats  # [P, A] of a usual window
    below: Mask  # [A] less than in any window, or further below every plausible prediction than any was
    above: Mask  # [A]
    far: Mask  # [A] beyond the most that any window had by more than lies between that and the least

    @classmethod
    def of(
        cls,
        v: SignalSet,
        sample: Sample,
        expectation: Expectation,
        residuals: Floats,
        spreads: Spreads,
        tuning: DecisionTuning,
    ) -> Self:
        """From what the spreads know."""
        at = v.counted
        there = plausible_of(v, sample, expectation, residuals, spreads, tuning)[1][:, at]
        x, away, some = sample.x[at], residuals[:, at], np.any(there, axis=0)
        low, high = np.fmin(spreads.lowest[:-1], 0.0), np.fmax(spreads.highest[:-1], 0.0)
        known = np.isfinite(spreads.lowest[-1])
        below = (x < spreads.lowest[-1]) | np.all(~there | (away < low), axis=0)
        above = (x > spreads.highest[-1]) | np.all(~there | (away > high), axis=0)
        wider = np.sqrt(1 + tuning.exact.unsure / max(spreads.learnt, 1))  # few windows say little of a spread
        spread = np.fmax(spreads.scale[:, at], v.floors[at]) * wider
        asked = known & some
        base = np.where(there, expectation.base[:, at], np.nan)
        far = x - spreads.highest[-1] > spreads.highest[-1] - spreads.lowest[-1]
        return cls(at, base, spread, below & asked, above & asked, far)

    def predictions(self, a: int) -> list[tuple[float, float]]:
        """The plausible predictions of a level, each with its spread."""
        pairs = zip(self.expected[:, a].tolist(), self.spread[:, a].tolist(), strict=True)
        return [(c, s) for c, s in pairs if np.isfinite(c) and np.isfinite(s)]


def surprises(
    v: SignalSet,
    sample: Sample,
    expectation: Expectation,
    residuals: Floats,
    spreads: Spreads,
    scored: Scored,
    alerts_per_window: float,
    tuning: DecisionTuning = SHIPPED.decisions,
) -> tuple[Floats, Exact]:
    """[K + D] the surprise of each number, by its spreads or by its chance; and these chances."""
    if spreads.tail is None:
        return np.zeros_like(scored.z), Exact.nothing(len(v.levels))
    exact = chances(v, sample, expectation, residuals, spreads, scored, alerts_per_window, tuning)
    return exact.heard(np.where(scored.better, 0.0, spreads.tail.surprise(scored.z))), exact


def chances(
    v: SignalSet,
    sample: Sample,
    expectation: Expectation,
    residuals: Floats,
    spreads: Spreads,
    scored: Scored,
    alerts_per_window: float,
    tuning: DecisionTuning = SHIPPED.decisions,
) -> Exact:
    """The exact chances of a window's counts; of a holiday none, for a handful of others says what to expect."""
    t, found = tuning.exact, Exact.nothing(len(v.levels))
    if not len(v.counted) or expectation.special:
        return found
    budget = t.share * (1 - tuning.slow.share) * min(alerts_per_window, 1.0)
    asked = len(v.counted) + len(v.categories)
    least = spreads.tail.threshold if spreads.tail else np.inf  # as improbable as any number must be
    found = replace(found, limit=max(float(np.log10(asked / budget)), least))
    counted = CountedLevels.of(v, sample, expectation, residuals, spreads, tuning)
    small = spreads.rows <= t.rows
    for a in np.flatnonzero((counted.below & small) | counted.above).tolist():
        k = int(counted.at[a])
        hits = Hits.of(v.levels[k], sample, k, spreads.rows)
        chance, edge = (0.0, np.inf) if hits is None else _one(hits, counted, a, found.limit)
        found.chance[k] = min(chance, t.most)
        if np.isfinite(edge):
            found.edge[k] = abs(edge - float(scored.expected[k])) / float(scored.scale[k])
    if small:
        for places in v.categories:
            absent, chance = _together(v, sample, counted, places, spreads.rows)
            found.chance[absent] = np.fmax(found.chance[absent], min(chance, t.most))
    return found


def _one(hits: Hits, counted: CountedLevels, a: int, limit: float) -> tuple[float, float]:
    """−log10 of the chance of one level, by the middle one of its predictions; the level of an alert."""
    by = counted.predictions(a)
    if counted.above[a]:
        # how seldom a rate is 1 nobody learns from rates: rows of a window may be as alike as they never were
        chance = float(np.median([hits.whole(c, s) for c, s in by])) if hits.are_alike and counted.far[a] else 0.0
        return chance, hits.level(hits.rows - 0.5) if chance > limit else np.inf
    if hits.counts is Counts.WHOLE:
        return 0.0, np.inf
    tails = [hits.few(c, s) for c, s in by]
    tail = np.median([t[: min(map(len, tails))] for t in tails], axis=0)
    chance = float(tail[hits.hits])
    return chance, hits.level(np.count_nonzero(tail > limit) - 0.5) if chance > limit else np.inf


def _together(v: SignalSet, sample: Sample, counted: CountedLevels, places: Ints, usual: float) -> tuple[Ints, float]:
    """The categories [*] of a column that are absent as never before, where several are, and −log10 of that chance."""
    at = np.searchsorted(counted.at, places)
    gone = counted.below[at] & (sample.x[places] == 0)
    if np.count_nonzero(gone) < 2:
        return places[:0], 0.0
    none = np.zeros(len(places))
    for j, (k, a) in enumerate(zip(places.tolist(), at.tolist(), strict=True)):
        hits, by = Hits.of(v.levels[k], sample, k, usual), counted.predictions(a)
        none[j] = TEN * float(np.median([hits.none(c, s) for c, s in by])) if hits and by else 0.0
    return places[gone], absent_together(none[gone], none[none > 0])
