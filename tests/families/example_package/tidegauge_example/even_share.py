"""A statistic from outside."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads


class EvenShare(Level):
    """Share of finite values in every second cell of the layout, as the angle arcsin √p.

    Shapes: stack [C, K] → [C]. Unit: angle; `natural` gives the share. Standard error ½/√n. nan without finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> EvenShare().natural(EvenShare().level(counted([1, 3], [0, 1, 2])))
    array([0.25])

    Source: a share.
    """

    name = "even-share"
    title = "values in every second range"
    says = "{value} of its values lie in every second range"
    reads = Reads.SHARE
    applies = NUMERIC
    floor = 0.02
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        share: Array = stack.share()[:, ::2].sum(axis=1)
        return angle(np.where(stack.finite > 0, share, np.nan))

    def error(self, stack: Stack) -> Array:
        """[C] ½/√n."""
        return angle_error(stack.finite)

    def natural(self, level: Array) -> Array:
        """Share of finite rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        """The first finite cell has the code 3."""
        return over_cells(
            question, f"sum(CASE WHEN cell % 2 = 1 THEN n ELSE 0 END) / {question.dialect.real('sum(n)')}"
        )
