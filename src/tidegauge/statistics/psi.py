"""Population stability index."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.statistics.base import BOTH, Distance
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class PopulationStabilityIndex(Distance):
    """PSI: Σ (p − q)·ln(p / q) over the layout's cells, a share below 0.0001 counting as 0.0001.

    Measures by how much the shares of cells moved, weighing a move by its ratio: the symmetric form of
    Kullback and Leibler's divergence. Banks know it by rules of thumb (0.1 look, 0.25 act) that were made for ten
    cells; a layout has some 150 and PSI of two equal populations grows with (cells − 1)·(1/n + 1/n_ref), so use
    the spread between past windows, not those rules. Prefer Hellinger where cells are thin or empty: it needs no
    floor. Prefer Wasserstein where "how far" matters, as PSI knows no order of cells.

    Shapes: stacks [C, K] → [C]. Unit: nats. Range: 0 to 18.5 (the floor bounds it). Cells that are below the floor
    on both sides add nothing. nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> PopulationStabilityIndex().between(counted([30, 70]), counted([50, 50])).round(4)
    array([0.1695])

    Source: S. Kullback, R. A. Leibler, On information and sufficiency (1951), eq. 2.6; the banking use:
    N. Siddiqi, Credit Risk Scorecards (2006), chapter 11.
    """

    name = "psi"
    title = "population stability index (PSI)"
    says = "population stability index (PSI) is {value}"
    reads = Reads.NUMBER
    applies = BOTH
    high = 18.5
    symmetric = True
    scale_free = True
    unit = "nats"

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        p, q = shares(current, reference)
        floor = self.tuning.statistics.psi_floor
        p, q = np.maximum(p, floor), np.maximum(q, floor)
        out: Array = ((p - q) * np.log(p / q)).sum(axis=1)
        return out
