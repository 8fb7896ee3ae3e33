"""Pearson's chi-squared for two samples, and the effect size made from it."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack, shares, widen
from tidegauge.statistics.base import BOTH, Distance
from tidegauge.statistics.scales import ratio
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class ChiSquared(Distance):
    """Chi-squared of homogeneity: Σ (observed − expected)² / expected over the 2 × K table of counts.

    The classical test statistic, here because people know it and some policies name it. It grows with the number of
    rows: at a million rows any difference is "significant", so its value means little between windows of different
    size. Prefer `cramers-v` (the same without the size) to compare windows, Hellinger to find drift.

    Shapes: stacks [C, K] → [C]. Unit: none; about cells − 1 where nothing changed. Range: 0 up. Cells that are
    empty on both sides are left out. nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> ChiSquared().between(counted([30, 70]), counted([50, 50])).round(4)
    array([8.3333])

    Source: K. Pearson (1900); scipy.stats.chi2_contingency(table, correction=False) gives the same number.
    """

    name = "chi-squared"
    title = "chi-squared"
    says = "chi-squared is {value}"
    reads = Reads.NUMBER
    applies = BOTH
    symmetric = True

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        return statistic(current, reference)


class CramersV(Distance):
    """Cramér's V: √(χ² / all rows of both sides), how strongly the side predicts the cell.

    Chi-squared with the number of rows taken out: 0 where both sides have the same shares, 1 where no cell is
    shared. Good for categories and for a report's reader who knows correlation. It shrinks when one side is much
    larger than the other (a day against a year), so compare only scores with like references; Hellinger does not
    have that flaw. Small windows raise it by about √((k − 1)/rows).

    Shapes: stacks [C, K] → [C]. Unit: none. Range: 0 to 1. nan where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> CramersV().between(counted([30, 70]), counted([50, 50])).round(4)
    array([0.2041])

    Source: H. Cramér, Mathematical Methods of Statistics (1946), section 21.9, with min(rows, columns) − 1 = 1.
    """

    name = "cramers-v"
    title = "Cramér's V"
    says = "Cramér's V is {value}"
    reads = Reads.NUMBER
    applies = BOTH
    high = 1.0
    symmetric = True

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        out: Array = np.minimum(np.sqrt(ratio(statistic(current, reference), current.finite + reference.finite)), 1.0)
        return out


def statistic(current: Stack, reference: Stack) -> Array:
    """[C] χ² as n·m·Σ (p − q)² / (a + b), the expected counts solved out; exactly 0 for equal shares."""
    p, q = shares(current, reference)
    a, b = widen(current.counts, reference.counts)
    part = np.divide((p - q) ** 2, a + b, out=np.zeros_like(p), where=a + b > 0)
    total: Array = part.sum(axis=1) * current.finite * reference.finite
    return np.where((current.finite > 0) & (reference.finite > 0), total, np.nan)
