"""How improbable a z is, by the statistic's own past; and how improbable is too improbable, by the budget."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.robust import quantile
from tidegauge.tuning.decision_tuning import DecisionTuning
from tidegauge.tuning.tail_tuning import TailTuning, ThresholdTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]
ROOM = 1e-3  # of surprise, for a tail to be widened at all: a division by nothing else


@dataclass(frozen=True)
class Tails:
    """Generalised-Pareto tails of several numbers at once: z → −log10 of the probability of so large a z.

    A conformal p-value cannot fall below 1/(windows + 1), which a daily monitor never gets past; a fitted tail can.
    The scale is shrunk to a prior (a young signal has few exceedances), the shape is set by what kind of signal it is:
    light where variation is bounded or averaged, heavier where windows differ much more than sampling explains.

    Source: J. Pickands, Statistical inference using extreme order statistics (1975).
    """

    q: Floats  # where the tail begins
    xi: Floats
    sigma: Floats
    base: Floats  # −log10 of the share beyond q

    @classmethod
    def fit(cls, z: Floats, xi: Floats, least: float, tuning: TailTuning) -> "Tails":
        """From past values [T, K]; NaN where there was no such number yet."""
        t = tuning
        q = np.maximum(np.nan_to_num(quantile(z, t.begin)), least)
        excess = np.clip(np.nan_to_num(z) / q - 1, 0, t.farthest)
        k = np.count_nonzero(excess > 0, axis=0)
        sigma = (1 - xi) * (excess.sum(axis=0) + t.prior * t.prior_scale) / (k + t.prior)
        known = np.count_nonzero(~np.isnan(z), axis=0)  # a signal that is younger than the others has fewer
        return cls(q, xi, sigma, -np.log10((k + t.young_beyond) / (known + t.young)))

    def surprise(self, z: Floats) -> Floats:
        """[..., K] −log10 of the probability of so large a z."""
        y = z / self.q - 1
        beyond = self.base + np.log1p(self.xi * np.maximum(y, 0) / self.sigma) / self.xi / np.log(10)
        return np.where(y > 0, beyond, self.base * z / self.q)

    def reach(self, surprise: float) -> Floats:
        """[K] the z that is so surprising."""
        y = self.sigma / self.xi * np.expm1(np.maximum(surprise - self.base, 0) * np.log(10) * self.xi)
        out: Floats = self.q * (1 + y)
        return out

    def widened(self, z: Floats, surprise: float) -> "Tails":
        """The same tails, wide enough that these z are no more surprising than that; NaN: leave it as it is."""
        y = np.nan_to_num(z) / self.q - 1
        room = np.expm1(np.maximum(surprise - self.base, ROOM) * np.log(10) * self.xi)
        return replace(self, sigma=np.where(y > 0, np.maximum(self.sigma, self.xi * y / room), self.sigma))


@dataclass(frozen=True)
class Tail:
    """Tails of every signal, of every group of signals as a whole, and the threshold on the two together.

    A window's surprise is the mean of its most surprising number and its most surprising group: a column, or a column
    within a segment. What corroborates a number there counts, measured by how often as much came together before. One
    number alone alerts when it is strange enough; several of one group do so sooner.
    """

    signals: Tails  # [K + D]
    groups: Tails  # [G]
    weights: Floats  # [K + D, G]
    threshold: float = np.inf
    tuning: TailTuning = SHIPPED.decisions.tail

    def surprise(self, z: Floats) -> Floats:
        """[..., K + D] of each number."""
        return self.signals.surprise(z)

    def corroborated(self, surprise: Floats) -> Floats:
        """[..., G] of each group: how improbable it is that so much of it is strange at once."""
        return self.groups.surprise(together(surprise, self.weights, self.tuning))

    def strongest(self, surprise: Floats) -> Floats:
        """[...] of a window."""
        out: Floats = (surprise.max(axis=-1, initial=0.0) + self.corroborated(surprise).max(axis=-1, initial=0.0)) / 2
        return out

    def reach(self) -> Floats:
        """[K + D] the z at which a number is as surprising as an alert: the edge of its expected band."""
        return self.signals.reach(self.threshold)

    def heeding(self, z: Floats, mine: NDArray[np.bool_]) -> "Tail":
        """The tail after a dismissal: the z of a window, in some signals, are ordinary by a person's word.

        Widened just so far that the same window would not alert by them; nothing else moves.
        """
        most = self.tuning.heeded * self.threshold  # a little room
        signals = self.signals.widened(np.where(mine, z, np.nan), most)
        amount = together(np.where(mine, signals.surprise(np.nan_to_num(z)), 0.0), self.weights, self.tuning)
        return replace(self, signals=signals, groups=self.groups.widened(amount, most))


def together(surprise: Floats, weights: Floats, tuning: TailTuning) -> Floats:
    """[..., G] how strange each group is: its numbers' surprise beyond the ordinary, to a power."""
    out: Floats = np.clip(surprise - tuning.plain, 0, tuning.most) ** tuning.power @ weights
    return out


def fit_tail(
    z: Floats,
    light: NDArray[np.bool_],
    shapes: Floats,
    weights: Floats,
    alerts_per_window: float,
    tuning: DecisionTuning = SHIPPED.decisions,
) -> Tail:
    """The tails of past z [T, K + D], and the threshold that spends the budget."""
    t = tuning.tail
    signals = Tails.fit(z, np.where(light, t.light, t.plain_shape) + shapes, t.least_number, t)
    surprise = signals.surprise(np.nan_to_num(z))
    groups = Tails.fit(together(surprise, weights, t), np.full(weights.shape[1], t.group_shape), t.least_group, t)
    tail = Tail(signals, groups, weights, tuning=t)
    strongest = tail.strongest(surprise)
    return replace(tail, threshold=threshold(strongest, sum(weights.shape), alerts_per_window, tuning.threshold))


def threshold(
    strongest: Floats,
    numbers: int,
    alerts_per_window: float,
    tuning: ThresholdTuning = SHIPPED.decisions.threshold,
) -> float:
    """The surprise that windows pass as often as the budget allows.

    A quarter of it is what the past's strongest windows say: an exponential tail from their 80 % quantile on. They are
    few and rare, so what they say changes from week to week by a third, and strengths with it: a fault would be one in
    May and none in June. The rest is what is so of any monitor: `numbers` independent ones, each as improbable as its
    tail says.

    Of hours there are many more, and they have more to say.

    Source: C. Bonferroni (1936); shrinkage of many uncertain estimates to a common one, C. Stein (1956).
    """
    t = tuning
    u = np.quantile(strongest, t.begin)
    beyond = strongest[strongest > u] - u
    beta = float(np.median(beyond)) / np.log(2) if len(beyond) else 0.0
    unsure = 1 + t.unsure / len(strongest)
    own = u + beta * np.log(t.beyond / min(alerts_per_window / (t.optimism * unsure), t.rarest))
    common = np.log10(t.fitted * numbers * unsure**2 / min(alerts_per_window, 1.0))  # tails and scales are both unsure
    strong = len(strongest) / t.one_in
    part = max(t.own, strong / (strong + t.common))
    return max(t.least, float(part * own + (1 - part) * common))
