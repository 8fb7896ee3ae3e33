"""The share of one of a column's most frequent categories."""

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import CATEGORICAL, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.signal_set import Counts
from tidegauge.statistics.statement import Question, Shown, share_of_values
from tidegauge.statistics.statistic import Reads

TOP = 15  # categories that are followed one by one


class TopShare(Level):
    """Share of the k-th most frequent category of the layout's sample among non-missing rows, as arcsin √p.

    Follows a column's main values one by one, so that a single carrier that vanishes or doubles is not lost in a
    distance over all. The layout lists its values by frequency and never reorders them, so `top-share-3` is the
    same value in every window. There are fifteen; rarer values, and columns of many, are for `hellinger-excess`,
    values that the layout does not know for `new-categories`.

    Shapes: stack [C, K] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√n. nan for
    numeric columns, where the layout knows fewer values, or without rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> TopShare(2).natural(TopShare(2).level(counted([5, 3, 2]))).round(4)
    array([0.3])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    title = "share of {of}"
    says = "share of {of} is {value}"
    plain = "{of} is in {value} of the rows of {column}"
    reads = Reads.SHARE
    applies = CATEGORICAL
    floor = 0.015
    light = True
    counts = Counts.SHARE
    unit = "angle"

    def __init__(self, rank: int) -> None:
        self.rank = rank  # 1 is the most frequent; cell rank − 1 of the stack
        self.name = f"top-share-{rank}"

    def _level(self, stack: Stack) -> Array:
        if stack.counts.shape[1] < self.rank:
            return np.full(len(stack.columns), np.nan)
        return np.where(stack.known >= self.rank, angle(stack.share()[:, self.rank - 1]), np.nan)

    def error(self, stack: Stack) -> Array:
        """[C] ½/√n."""
        return np.where(stack.known >= self.rank, angle_error(stack.finite), np.nan)

    def natural(self, level: Array) -> Array:
        """[...] share of non-missing rows, 0 to 1."""
        return from_angle(level)

    def there(self, stack: Stack) -> NDArray[np.bool_]:
        """[C] columns whose layout names so many values."""
        out: NDArray[np.bool_] = stack.known >= self.rank
        return out

    def about(self, layout: Layout | None) -> str:
        """The layout's value of this rank."""
        named = layout.named if layout is not None else ()
        return named[self.rank - 1] if len(named) >= self.rank else ""

    def sql(self, question: Question) -> Shown:
        side = question.side
        return share_of_values(side, f"{side.value} = {question.dialect.text(self.about(side.layout))}")
