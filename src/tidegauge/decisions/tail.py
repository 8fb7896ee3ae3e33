"""How improbable a z is, by the statistic's own past; and how improbable is too improbable, by the budget."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.robust import quantile

Floats = NDArray[np.float64]
PRIOR = 10.0  # pseudo-exceedances behind the prior scale of an excess, one half
LEAST_THRESHOLD = 2.5
OPTIMISM = 3.0  # a threshold fitted on scores that also fitted the tails alerts about three times too often


@dataclass(frozen=True)
class Tail:
    """Generalised-Pareto tails of every term's past z, and the threshold on the largest surprise of a window.

    A conformal p-value cannot fall below 1/(windows + 1), which a daily monitor never gets past; a fitted tail can.
    The scale is shrunk to a prior (a young term has few exceedances), the shape is set by what kind of term it is:
    light where variation is bounded or averaged, heavier where windows differ much more than sampling explains.

    Source: J. Pickands, Statistical inference using extreme order statistics (1975).
    """

    q: Floats  # [K + D] where the tail begins
    xi: Floats
    sigma: Floats
    base: Floats  # −log10 of the share beyond q
    threshold: float = np.inf

    def surprise(self, z: Floats) -> Floats:
        """[..., K + D] −log10 of the probability of so large a z."""
        y = z / self.q - 1
        beyond = self.base + np.log1p(self.xi * np.maximum(y, 0) / self.sigma) / self.xi / np.log(10)
        return np.where(y > 0, beyond, self.base * z / self.q)

    def reach(self) -> Floats:
        """[K + D] the z at which a term alone crosses the threshold: the edge of its expected band."""
        y = self.sigma / self.xi * np.expm1(np.maximum(self.threshold - self.base, 0) * np.log(10) * self.xi)
        out: Floats = self.q * (1 + y)
        return out


def fit_tail(z: Floats, light: NDArray[np.bool_], noise: Floats, alerts_per_window: float) -> Tail:
    """The tails of past z [T, K + D], and the threshold that spends the budget.

    `noise` is each term's spread between windows over its sampling error (NaN: unknown); above 1, a heavier tail.
    """
    q = np.maximum(quantile(z, 0.9), 1.5)
    excess = np.clip(z / q - 1, 0, 10)
    k = np.count_nonzero(excess > 0, axis=0)
    heavy = np.clip(np.log(np.maximum(np.nan_to_num(noise, nan=2.0), 1e-3)) / np.log(4), 0, 1)
    xi = 0.2 + 0.1 * np.where(light, 0.0, heavy)
    sigma = (1 - xi) * (excess.sum(axis=0) + PRIOR * 0.5) / (k + PRIOR)
    tail = Tail(q, xi, sigma, -np.log10((k + 2) / (len(z) + 40)))
    strongest = tail.surprise(z).max(axis=1)
    u = np.quantile(strongest, 0.8)
    beyond = strongest[strongest > u] - u
    beta = float(np.median(beyond)) / np.log(2) if len(beyond) else 0.0
    allowed = min(alerts_per_window / OPTIMISM, 0.19)
    threshold = max(LEAST_THRESHOLD, float(u) + beta * np.log(0.2 / allowed))
    return Tail(q, xi, sigma, tail.base, threshold)
