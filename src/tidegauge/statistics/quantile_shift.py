"""How far a quantile moved: the median, and the lower and upper decile."""

from typing import Self

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Distance
from tidegauge.statistics.scales import ratio, saturate
from tidegauge.statistics.stack_quantile import quantile_of
from tidegauge.statistics.statement import UNFOLLOWED, Question, Shown
from tidegauge.statistics.statistic import Reads


class QuantileShift(Distance):
    """A quantile of the current rows less that of the reference, in spreads (the layout's interquartile range).

    `median-shift` tells of the bulk and is deaf to wild values; `p10-shift` and `p90-shift` tell whether a change
    is one of level (all three alike), of scale (p10 and p90 apart) or of one side. Signed. Where one value holds
    much of the column a quantile jumps or does not move at all: use mode share or Hellinger there.

    Inside a cell rows are taken as spread evenly about the cell's own mean, as widely as the cell allows; so a cell
    with one value gives that value, and others are right to a fraction of the cell's width.

    Shapes: stacks [C, K] → [C]. Unit: spreads. Range: all numbers. Swapping the sides changes the sign. nan for
    categorical columns or where a side has no finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> now, before = counted([0, 10], [0, 2, 4]), counted([10, 0], [0, 2, 4])
    >>> QuantileShift(0.5, "median-shift").between(now, before)
    array([2.])

    Source: R. Hyndman, Y. Fan, Sample quantiles in statistical packages (1996), definition 4 within a cell.
    """

    reads = Reads.NUMBER
    applies = NUMERIC
    low = float("-inf")
    scale_free = True
    unit = "spreads"

    def __init__(self, probability: float, name: str) -> None:
        self.probability = probability
        self.name = name
        self.title = f"shift of the {probability:.1f} quantile, in spreads"
        self.says = f"its {probability:.1f} quantile moved by {{value}} spreads"

    @classmethod
    def all(cls) -> tuple[Self, ...]:
        """The median and what tells a change of level from one of scale."""
        return cls(0.5, "median-shift"), cls(0.1, "p10-shift"), cls(0.9, "p90-shift")

    def sql(self, question: Question) -> Shown:
        del question
        return UNFOLLOWED

    def _between(self, current: Stack, reference: Stack) -> Array:
        now, before = quantile_of(current, self.probability), quantile_of(reference, self.probability)
        with np.errstate(over="ignore"):
            return saturate(ratio(now / 4 - before / 4, reference.spread) * 4)
