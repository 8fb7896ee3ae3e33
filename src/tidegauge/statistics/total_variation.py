"""Total variation distance."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.statistics.base import BOTH, Distance
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class TotalVariation(Distance):
    """Total variation: ½ Σ |p − q|, the share of rows that would have to change cell.

    The one distance that everybody can read: 0.07 means that seven rows of a hundred lie elsewhere. Use it to
    explain; for finding drift prefer Hellinger, since here a thin cell that grew tenfold hardly shows, and sampling
    alone adds about √(k/n).

    Shapes: stacks [C, K] → [C]. Unit: share of rows. Range: 0 to 1. nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> TotalVariation().between(counted([30, 70]), counted([50, 50]))
    array([0.2])

    Source: D. A. Levin, Y. Peres, Markov Chains and Mixing Times (2017), section 4.1.
    """

    name = "total-variation"
    title = "rows that would have to change to match the reference"
    says = "{value} of its rows would have to change to match the reference"
    reads = Reads.SHARE
    applies = BOTH
    high = 1.0
    symmetric = True
    scale_free = True
    unit = "share"

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        p, q = shares(current, reference)
        out: Array = np.minimum(np.abs(p - q).sum(axis=1) / 2, 1.0)
        return out
