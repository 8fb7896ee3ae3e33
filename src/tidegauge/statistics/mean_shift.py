"""How far the mean moved."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Distance
from tidegauge.statistics.scales import mean_of, ratio, saturate
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class MeanShift(Distance):
    """Mean of the current rows less mean of the reference, in spreads (the layout's interquartile range).

    Exact, since cells keep exact sums. Signed: it says which way. The mean follows one wild value as far as it likes;
    prefer `median-shift` for heavy tails, and Wasserstein to see moves that cancel.

    Shapes: stacks [C, K] → [C]. Unit: spreads. Range: all numbers. Swapping the sides changes the sign. Values past
    the layout's outermost tail count with the window's extreme. nan for categorical columns or where a side has no
    finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> MeanShift().between(counted([5, 5], [0, 2, 4]), counted([10, 0], [0, 2, 4]))
    array([1.])

    Source: with the standard deviation for the spread it is Cohen's d: J. Cohen, Statistical Power Analysis (1988).
    """

    name = "mean-shift"
    title = "shift of the mean, in spreads"
    says = "its mean moved by {value} spreads"
    reads = Reads.NUMBER
    applies = NUMERIC
    low = float("-inf")
    scale_free = True
    unit = "spreads"

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        with np.errstate(over="ignore"):
            return saturate(ratio(_quarter_mean(current) - _quarter_mean(reference), reference.spread) * 4)


def _quarter_mean(stack: Stack) -> Array:
    """[C] a quarter of the mean: no difference of two overflows, and offsets from the middle keep it precise."""
    offset = np.clip(stack.centres, stack.low[:, None], stack.high[:, None]) / 4 - stack.middle[:, None] / 4
    return mean_of(offset, stack)
