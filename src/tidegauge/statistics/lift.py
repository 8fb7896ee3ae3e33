"""How much more often those predicted to be 1 are, than all."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.scales import BOUNDLESS
from tidegauge.statistics.statistic import Reads
from tidegauge.statistics.threshold_level import NAN, ThresholdLevel

MOST = 50.0  # of the logarithm: nothing that can be counted lies beyond


class Lift(ThresholdLevel):
    """Precision at one half over the share of all labels that are 1, on the logarithmic scale.

    What a model is worth to somebody who can look at a few rows only: 3 is three times as many finds as by drawing
    rows blindly. Unlike `precision` it hardly follows the base rate.

    Range 0 upwards; 1 is chance. NaN where there is no row that is 1 and predicted to be, or labels are other than 0
    and 1. Standard error of the logarithm √(1/TP − 1/(TP + FP) + 1/(TP + FN) − 1/n).

    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = Lift().level(Labelled(np.array([30.0, 10.0]), np.array([2.0, 8.0]), np.array([6.0, 8.0]), True))
    >>> round(float(np.exp(level)), 4)
    3.2

    Source: G. Piatetsky-Shapiro, B. Masand, Estimating campaign benefits and modeling lift (1999); the error is that
    of a relative risk: D. Katz and others (1978).
    """

    name = "lift"
    title = "lift"
    says = "those predicted to be 1 are so {value} times as often as all are"
    reads = Reads.NUMBER
    unit = "log"
    far = BOUNDLESS
    number = "{hits_} * {rows_} / ({yes_} * {ones_})"

    def _of(self, confusion: Confusion) -> float:
        if not confusion.hits:
            return NAN
        return float(np.log(confusion.hits * confusion.rows / (confusion.yes * confusion.ones)))

    def _error(self, confusion: Confusion) -> float:
        c = confusion
        return float(np.sqrt(max(1 / c.hits - 1 / c.yes + 1 / c.ones - 1 / c.rows, 0.0)))

    def natural(self, level: Array) -> Array:
        """[...] the lift itself."""
        out: Array = np.exp(np.clip(level, -MOST, MOST))
        return out
