"""Precision and recall in one number."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.statistic import Reads
from tidegauge.statistics.threshold_level import NAN, ThresholdLevel


class F1Score(ThresholdLevel):
    """Harmonic mean of precision and recall at one half, 2 TP / (2 TP + FP + FN).

    For a rare class, where `accuracy` is high whatever the model does. It weighs what was missed like what was cried
    for nothing, and moves with the base rate: read `precision` and `recall` for which of them has changed.

    Range 0 to 1. NaN where no label is 1 and no prediction reaches the threshold, or labels are other than 0 and 1.
    Standard error by the delta method, √(f(1 − f)(2 − f)/(2 TP + FP + FN)) with f at least 0.05.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> F1Score().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    0.8

    Source: C. van Rijsbergen, Information Retrieval (1979); the error: K. Takahashi and others, Confidence interval for
    micro-averaged F1 and macro-averaged F1 scores (2022).
    """

    name = "f1"
    title = "F1"
    says = "F1 is {value}"
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)
    number = "2 * coalesce({hits_}, 0) / nullif(coalesce({yes_}, 0) + coalesce({ones_}, 0), 0)"

    def _of(self, confusion: Confusion) -> float:
        most = confusion.yes + confusion.ones
        return 2 * confusion.hits / most if most else NAN

    def _error(self, confusion: Confusion) -> float:
        f = float(np.clip(self._of(confusion), 0.05, 0.95))
        return float(np.sqrt(f * (1 - f) * (2 - f) / (confusion.yes + confusion.ones)))

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.clip(level, 0.0, 1.0)
