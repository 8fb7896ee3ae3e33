"""Where a segment's predictions lie."""

import numpy as np

from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.base import SegmentLevel
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads

PLAIN = 2  # ranks 0 and 1 are the missing and the not finite ones
TOP = 17  # from the lowest to the highest of the other ranks


class PredictionRank(SegmentLevel):
    """Mean rank of a segment's predictions among the about twenty ranges of the prediction's layout, from 0 to 1.

    A model that fails for one carrier moves that carrier's scores and hardly the whole. Ranks, for a segment has few
    rows and one wild score should not speak for it.

    Unit: share of the way from the lowest to the highest rank. Range: 0 to 1. Standard error s/√n, with s the standard
    deviation of ranks, at least 0.1. nan with fewer than five rows.

    >>> cells = Cells(np.array([2, 19]), np.array([5, 15]), np.zeros(2), np.zeros(2), np.zeros(2))
    >>> round(PredictionRank().level(cells), 2)
    0.75

    Source: F. Wilcoxon, Individual comparisons by ranking methods (1945), with ranks of ranges.
    """

    name = "prediction-rank"
    title = "mean rank of predictions, 0 to 1"
    says = "its predictions have the mean rank {value} (0 lowest, 1 highest)"
    plain = "predictions do not stand among all others where they did"
    reads = Reads.NUMBER
    floor = 0.02

    def level(self, cells: Cells | None) -> float:
        return self._mean_and_error(cells)[0]

    def error(self, cells: Cells | None) -> float:
        return self._mean_and_error(cells)[1]

    def natural(self, level: Array) -> Array:
        """[...] the rank, 0 to 1."""
        out: Array = np.clip(level, 0, 1)
        return out

    def sql(self, question: Question) -> Shown:
        d = question.dialect
        rank = d.at(d.these(int(k) for k in question.side.cells.coarse), "cell")
        way = question.dialect.real(str(TOP))
        return over_cells(question, f"sum(n * ({rank} - {PLAIN}) / {way}) / sum(n)")

    def _mean_and_error(self, cells: Cells | None) -> tuple[float, float]:
        if cells is None:
            return np.nan, np.nan
        plain = cells.codes >= PLAIN
        n = float(cells.counts[plain].sum())
        if n < self.tuning.statistics.ranked:
            return np.nan, np.nan
        rank = (cells.codes[plain] - PLAIN) / TOP
        mean = float((rank * cells.counts[plain]).sum() / n)
        variance = float((cells.counts[plain] * (rank - mean) ** 2).sum() / n)
        return mean, max(np.sqrt(variance), 0.1) / np.sqrt(n)
