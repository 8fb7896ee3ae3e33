"""Jensen-Shannon distance."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.statistics.base import BOTH, Distance
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class JensenShannon(Distance):
    """Jensen-Shannon distance: the square root of the divergence in bits.

    Measures how well one row tells which of the two profiles it came from: JSD² is the information (in bits) that
    a row gives about its side. A metric, finite with empty cells, so it serves numbers and categories alike.
    This is the *distance*, √JSD in base 2, as `scipy.spatial.distance.jensenshannon(p, q, base=2)` gives it; some
    tools print the divergence, its square. Hellinger behaves almost the same and its small-sample bias is known
    exactly: decisions use that. Prefer Wasserstein where "how far" matters, as this one knows no order of cells.

    Shapes: stacks [C, K] → [C]. Unit: none. Range: 0 (same) to 1 (no cell in common). nan where a side has no
    finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> JensenShannon().between(counted([30, 70]), counted([50, 50])).round(4)
    array([0.1741])

    Source: J. Lin, Divergence measures based on the Shannon entropy (1991); the root is a metric: D. M. Endres,
    J. E. Schindelin (2003).
    """

    name = "jensen-shannon"
    title = "Jensen-Shannon distance"
    says = "Jensen-Shannon distance is {value}"
    reads = Reads.NUMBER
    applies = BOTH
    high = 1.0
    symmetric = True
    scale_free = True

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        p, q = shares(current, reference)
        half = (p + q) / 2
        divergence = (_relative_entropy(p, half) + _relative_entropy(q, half)) / 2
        out: Array = np.sqrt(np.clip(divergence, 0, 1))  # rounding may leave −1e-17 or 1 + 1e-16
        return out


def _relative_entropy(p: Array, q: Array) -> Array:
    """[C] Σ p·log2(p / q), where q > 0 wherever p is; an empty cell adds nothing."""
    part = np.divide(p, q, out=np.ones_like(p), where=p > 0)
    out: Array = (p * np.log2(part)).sum(axis=1)
    return out
