"""How far scores lie from what came true, squared."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, Labelled, ShownLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class BrierScore(ShownLevel):
    """Mean of (score − label)².

    Order and calibration in one number, and no row can add more than 1: prefer it to `log-loss` where some scores lie
    at 0 or 1. `auc` says whether the order is the reason, `expected-calibration-error` whether the level is.

    Range 0 to 1; a score that is always the base rate p has p(1 − p). NaN where labels are not 0 and 1, or predictions
    no probabilities. Standard error: the rows' standard deviation over √n.

    >>> round(BrierScore().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True)), 4)
    0.16

    Source: G. Brier, Verification of forecasts expressed in terms of probability (1950).
    """

    name = "brier"
    title = "Brier score"
    says = "the Brier score is {value}"
    applies = BINARY
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)

    def _level(self, labelled: Labelled) -> float:
        return _mean(labelled, 2) if labelled.probable else float("nan")

    def error(self, labelled: Labelled) -> float:
        """The rows' standard deviation over √n."""
        level = self.level(labelled)
        return float(np.sqrt(max(_mean(labelled, 4) - level**2, 0.0) / labelled.rows)) if not np.isnan(level) else level

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.clip(level, 0.0, 1.0)

    def sql(self, question: Question) -> Shown:
        score = "prediction / nullif(n, 0)"
        return over_labels(question, f"sum(prediction * {score} - 2 * label * {score} + label) / sum(n)")


def _mean(labelled: Labelled, power: int) -> float:
    """The mean over rows of |score − label| to a power."""
    score = np.clip(labelled.score, 0.0, 1.0)
    ones, zeros = labelled.label, labelled.n - labelled.label
    return float((ones * (1 - score) ** power + zeros * score**power).sum() / labelled.rows)
