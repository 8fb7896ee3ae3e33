"""Kolmogorov-Smirnov distance on shared cells."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares
from tidegauge.statistics.base import NUMERIC, Distance
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class KolmogorovSmirnov(Distance):
    """Kolmogorov-Smirnov: the greatest gap between the two cumulative distributions, seen at the cells' edges.

    Measures the largest shift of mass across any one threshold, whatever the column's unit. Steady and easily read
    (0.1: somewhere ten rows of a hundred crossed over), but blind to tails and to far moves of few rows: prefer
    Wasserstein for those, Hellinger for changes of shape that leave the bulk in place. It is the distance only; its
    p-value says nothing at a million rows, and decisions judge by the spread between windows.

    Shapes: stacks [C, K] → [C]. Unit: share of rows. Range: 0 to 1. Below the value on raw rows by at most the
    largest over cells of min(p, q), as both distributions only rise inside a cell; a cell of one value adds no error.
    The layout keeps that bound for its own sample as `bound`, under 0.01 for nearly every shape. Above the raw value
    by no more than the mass that shares a grid step with an atom. nan for categorical columns or where a side has no
    finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> KolmogorovSmirnov().between(counted([1, 2, 7], [0, 1, 2, 3]), counted([3, 3, 4], [0, 1, 2, 3])).round(4)
    array([0.3])

    Source: N. Smirnov (1939); scipy.stats.ks_2samp gives the same number on raw rows.
    """

    name = "kolmogorov-smirnov"
    title = "greatest gap between cumulative shares"
    says = "greatest gap between cumulative shares is {value}"
    reads = Reads.SHARE
    applies = NUMERIC
    high = 1.0
    symmetric = True
    scale_free = True
    unit = "share"

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        p, q = shares(current, reference)
        out: Array = np.minimum(np.abs(np.cumsum(p - q, axis=1)).max(axis=1, initial=0.0), 1.0)
        return out
