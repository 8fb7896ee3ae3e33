"""Hellinger distance, and its square less what small samples add to it."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.statistics.base import BOTH, Distance
from tidegauge.statistics.scales import ratio
from tidegauge.statistics.statement import UNCOMPARED, UNFOLLOWED, Question, Shown, Statement
from tidegauge.statistics.statistic import Reads


class Hellinger(Distance):
    """Hellinger distance: √(½ Σ (√p − √q)²) = √(1 − Σ √(pq)).

    Measures how far the square roots of the cells' shares lie apart. On that scale every cell has the same sampling
    error whatever its share, so a thin tail and a thick middle count alike and empty cells need no floor: the best
    first choice among the distances that know no order. Between small windows it is above 0 even when nothing
    changed; `hellinger-excess` takes that off. Prefer Wasserstein or mean shift where "how far" matters.

    Shapes: stacks [C, K] → [C]. Unit: none. Range: 0 (same) to 1 (no cell in common). nan where a side has no
    finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> Hellinger().between(counted([30, 70]), counted([50, 50])).round(4)
    array([0.1452])

    Source: E. Hellinger (1909); L. Le Cam, G. Yang, Asymptotics in Statistics (2000), chapter 3.
    """

    name = "hellinger"
    title = "hellinger"
    says = "hellinger is {value}"
    reads = Reads.NUMBER
    applies = BOTH
    high = 1.0
    symmetric = True
    scale_free = True

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        out: Array = np.sqrt(squared(current, reference))
        return out


class HellingerExcess(Distance):
    """Squared Hellinger distance less its small-sample bias (k − 1)/8 · (1/n + 1/n_ref), k the cells in use.

    Measures the part of H² that sampling does not explain: two windows of one population give 0 on average at any
    size, so that windows of different sizes can be compared with each other. Decisions follow this one; read
    `hellinger` when you want a distance between 0 and 1. The bias formula wants a few rows in most cells; with
    fewer it takes off too much, so that values lie below 0, never falsely above.

    Shapes: stacks [C, K] → [C]. Unit: none. Range: below 0 to 1; for (p, p) it is minus the bias, not 0: two equal
    profiles lie *nearer* than two samples of one population would. nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> HellingerExcess().between(counted([30, 70]), counted([50, 50])).round(4)
    array([0.0186])

    Source: the bias is half of Pearson's chi-squared expansion of Σ(√p̂ − √p)², k − 1 over 4n for each side:
    Y. Bishop, S. Fienberg, P. Holland, Discrete Multivariate Analysis (1975), section 14.
    """

    name = "hellinger-excess"
    title = "distance of the whole distribution"
    says = "distance of the whole distribution is {value}"
    reads = Reads.NUMBER
    applies = BOTH
    low = float("-inf")
    shape = 0.1
    high = 1.0
    symmetric = True
    bounds = (0.0, 1.0)

    def natural(self, level: Array) -> Array:
        """[...] nothing where it is less than chance alone makes of equal sides."""
        return np.maximum(level, 0.0)

    def sql(self, question: Question) -> Shown:
        if not question.compared:
            return UNCOMPARED
        side = question.side
        return Statement("shares", {"value": side.layout.cell_sql(question.dialect, side.value, side.number)})

    def _between(self, current: Stack, reference: Stack) -> Array:
        one = np.ones(len(current.columns))
        return squared(current, reference) - (used(current, reference) - 1) / 8 * (
            ratio(one, current.finite) + ratio(one, reference.finite)
        )


def squared(current: Stack, reference: Stack) -> Array:
    """[C] H²; the sum of squares is exact near 0, where 1 − Σ√(pq) would cancel."""
    p, q = shares(current, reference)
    out: Array = np.minimum(((np.sqrt(p) - np.sqrt(q)) ** 2).sum(axis=1) / 2, 1.0)
    return out


def used(current: Stack, reference: Stack) -> Array:
    """[C] how many cells hold a row on either side."""
    p, q = shares(current, reference)
    out: Array = ((p > 0) | (q > 0)).sum(axis=1).astype(np.float64)
    return out
