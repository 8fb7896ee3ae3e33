"""How far scores lie from what they promise, at either end."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, Labelled, LabelLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class CalibrationError(LabelLevel):
    """Mean of |label − prediction| over ten pools of cells of equal rows, once the window's label bias is taken off.

    Sees scores that are off in opposite ways at both ends, which `label-bias` averages out, and nothing of what
    `label-bias` sees: a stormy day, late as a whole, is told once. With few rows it is above 0 without reason; the
    spread between windows knows.

    Range 0 to 1. NaN for labels other than 0 and 1. Standard error ½/√n.

    >>> CalibrationError().level(Labelled(np.array([10.0, 10.0]), np.array([4.0, 6.0]), np.array([2.0, 8.0]), True))
    0.2

    Source: M. Naeini, G. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning (2015).
    """

    name = "calibration-error"
    title = "calibration error"
    says = "calibration error is {value}"
    applies = BINARY
    reads = Reads.NUMBER
    floor = 0.02

    def _level(self, labelled: Labelled) -> float:
        if not labelled.binary:
            return float("nan")
        middle = (np.cumsum(labelled.n) - labelled.n / 2) / labelled.rows
        group = np.minimum((middle * 10).astype(np.int64), 9)
        rows = np.bincount(group, labelled.n)
        gap = np.bincount(group, labelled.label) - np.bincount(group, labelled.prediction)
        return float(np.abs(gap - rows * gap.sum() / rows.sum()).sum() / labelled.rows)

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        return float(0.5 / np.sqrt(labelled.rows)) if labelled.rows >= self.least and labelled.binary else float("nan")

    def sql(self, question: Question) -> Shown:
        pools = "least(floor(10 * middle / rows_), 9)"
        return over_labels(question, "sum(abs(label - prediction - n * bias / rows_)) / sum(n)", group=pools)

    def natural(self, level: Array) -> Array:
        """[...] the level, and of a band's ends what lies within its range."""
        return np.clip(level, 0.0, 1.0)
