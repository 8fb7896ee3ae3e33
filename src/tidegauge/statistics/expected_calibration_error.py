"""How far scores lie from how often they come true."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, Labelled, ShownLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads

BINS = 10


class ExpectedCalibrationError(ShownLevel):
    """Mean of |share of labels that are 1 − mean score| over ten even bins of the score: ECE, as others compute it.

    The number to compare with a paper or another tool. `calibration-error`, which is judged, takes the window's label
    bias off first and pools equal numbers of rows: a stormy day is then told once, by `label-bias`.

    Range 0 to 1. NaN where labels are not 0 and 1, or predictions no probabilities. With few rows it is above 0 without
    reason. Standard error ½/√n.

    >>> level = ExpectedCalibrationError()
    >>> round(level.level(Labelled(np.array([10.0, 10.0]), np.array([4.0, 6.0]), np.array([2.0, 8.0]), True)), 4)
    0.2

    Source: M. Naeini, G. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning (2015).
    """

    name = "expected-calibration-error"
    title = "expected calibration error (ECE, ten even bins)"
    says = "expected calibration error is {value}"
    applies = BINARY
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)

    def _level(self, labelled: Labelled) -> float:
        if not labelled.probable:
            return float("nan")
        # a cell beside 0.3 counts above it, as 0.3 itself does, whatever the last bit of 10 times its mean
        group = np.clip(np.floor(labelled.score * BINS + 1e-9), 0, BINS - 1).astype(np.int64)
        gap = np.bincount(group, labelled.label - labelled.n * labelled.score)
        return float(np.abs(gap).sum() / labelled.rows)

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        return float(0.5 / np.sqrt(labelled.rows)) if not np.isnan(self.level(labelled)) else float("nan")

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.clip(level, 0.0, 1.0)

    def sql(self, question: Question) -> Shown:
        bins = f"least(floor({BINS} * prediction / n), {BINS - 1})"
        return over_labels(question, "sum(abs(label - prediction)) / sum(n)", group=bins)
