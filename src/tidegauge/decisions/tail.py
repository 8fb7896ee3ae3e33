"""How improbable a z is, by the statistic's own past; and how improbable is too improbable, by the budget."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.robust import quantile

Floats = NDArray[np.float64]
PRIOR = 10.0  # pseudo-exceedances behind the prior scale of an excess, one half
YOUNG = 40  # pseudo-windows without an exceedance, two with
LEAST_THRESHOLD = 2.5
OWN, COMMON = 0.25, 120.0  # what a monitor's own strongest windows have to say in its threshold: see `threshold`
OPTIMISM = 3.5  # a threshold fitted on scores that also fitted the tails alerts more than three times too often,
UNSURE = 40.0  # and the fewer scores the more: twice as much again at so many
FITTED = 1.25  # numbers whose tails are fitted on a past that nobody has looked through pass them so much too often
PLAIN = 1.5  # surprise up to which a number tells nothing of its group: one window in thirty
MOST = 8.0  # of one number's surprise that counts for its group
POWER = 3.0  # one very strange number says more than many that are a little strange
GROUP_SHAPE = 0.25
LIGHT, PLAIN_SHAPE = 0.2, 0.25  # of a number whose variation is bounded or averaged, and of any other


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
    def fit(cls, z: Floats, xi: Floats, least: float) -> "Tails":
        """From past values [T, K]; NaN where there was no such number yet."""
        q = np.maximum(np.nan_to_num(quantile(z, 0.9)), least)
        excess = np.clip(np.nan_to_num(z) / q - 1, 0, 10)
        k = np.count_nonzero(excess > 0, axis=0)
        sigma = (1 - xi) * (excess.sum(axis=0) + PRIOR * 0.5) / (k + PRIOR)
        known = np.count_nonzero(~np.isnan(z), axis=0)  # a signal that is younger than the others has fewer
        return cls(q, xi, sigma, -np.log10((k + 2) / (known + YOUNG)))

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
        room = np.expm1(np.maximum(surprise - self.base, 1e-3) * np.log(10) * self.xi)
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

    def surprise(self, z: Floats) -> Floats:
        """[..., K + D] of each number."""
        return self.signals.surprise(z)

    def corroborated(self, surprise: Floats) -> Floats:
        """[..., G] of each group: how improbable it is that so much of it is strange at once."""
        return self.groups.surprise(together(surprise, self.weights))

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
        most = 0.9 * self.threshold  # a little room: the same again is never the same to the digit
        signals = self.signals.widened(np.where(mine, z, np.nan), most)
        amount = together(np.where(mine, signals.surprise(np.nan_to_num(z)), 0.0), self.weights)
        return replace(self, signals=signals, groups=self.groups.widened(amount, most))


def together(surprise: Floats, weights: Floats) -> Floats:
    """[..., G] how strange each group is: its numbers' surprise beyond the ordinary, to a power."""
    out: Floats = np.clip(surprise - PLAIN, 0, MOST) ** POWER @ weights
    return out


def fit_tail(z: Floats, light: NDArray[np.bool_], shapes: Floats, weights: Floats, alerts_per_window: float) -> Tail:
    """The tails of past z [T, K + D], and the threshold that spends the budget."""
    signals = Tails.fit(z, np.where(light, LIGHT, PLAIN_SHAPE) + shapes, 1.5)
    surprise = signals.surprise(np.nan_to_num(z))
    groups = Tails.fit(together(surprise, weights), np.full(weights.shape[1], GROUP_SHAPE), 0.5)
    tail = Tail(signals, groups, weights)
    return replace(tail, threshold=threshold(tail.strongest(surprise), sum(weights.shape), alerts_per_window))


def threshold(strongest: Floats, numbers: int, alerts_per_window: float) -> float:
    """The surprise that windows pass as often as the budget allows.

    A quarter of it is what the past's strongest windows say: an exponential tail from their 80 % quantile on. They are
    few and rare, so what they say changes from week to week by a third, and strengths with it: a fault would be one in
    May and none in June. The rest is what is so of any monitor: `numbers` independent ones, each as improbable as its
    tail says.

    Of hours there are many more, and they have more to say.

    Source: C. Bonferroni (1936); shrinkage of many uncertain estimates to a common one, C. Stein (1956).
    """
    u = np.quantile(strongest, 0.8)
    beyond = strongest[strongest > u] - u
    beta = float(np.median(beyond)) / np.log(2) if len(beyond) else 0.0
    unsure = 1 + UNSURE / len(strongest)
    own = u + beta * np.log(0.2 / min(alerts_per_window / (OPTIMISM * unsure), 0.19))
    common = np.log10(FITTED * numbers * unsure**2 / min(alerts_per_window, 1.0))  # tails and scales are both unsure
    part = max(OWN, len(strongest) / 5 / (len(strongest) / 5 + COMMON))  # one in five is a strong one
    return max(LEAST_THRESHOLD, float(part * own + (1 - part) * common))
