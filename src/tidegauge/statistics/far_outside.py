"""How much of a column lies far outside of what the layout's sample held."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads


class FarOutside(Level):
    """Share of finite rows more than three ranges outside of the layout's sample, as the angle arcsin √p.

    The sample's range is its greatest less its least value. Three of them beyond either end is no weather: it is a
    unit error, a sentinel such as −9999, or a corrupt load. Tighter limits alert on storms. A cell counts when the
    mean of its values lies out there.

    Shapes: stack [C, K] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√n.
    nan for categorical columns or without finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> from dataclasses import replace
    >>> stack = replace(counted([9, 1], [0, 1, 9]), most=np.array([1.0]))  # sample from 0 to 1, a cell's mean at 5
    >>> FarOutside().natural(FarOutside().level(stack)).round(4)
    array([0.1])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "far-outside"
    title = "values far outside"
    says = "{value} of its values lie far outside everything seen before"
    plain = "{value} of the values of {column} lie far outside everything before"
    reads = Reads.SHARE
    applies = NUMERIC
    floor = 0.01
    one_sided = True
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        with np.errstate(over="ignore"):
            reach = self.tuning.statistics.ranges * (stack.most - stack.least)
            low, high = (stack.least - reach)[:, None], (stack.most + reach)[:, None]
        far = (stack.centres < low) | (stack.centres > high)
        share = np.where(far, stack.share(), 0.0).sum(axis=1)
        return angle(np.where(stack.finite > 0, share, np.nan))

    def error(self, stack: Stack) -> Array:
        """[C] ½/√n."""
        return angle_error(stack.finite)

    def natural(self, level: Array) -> Array:
        """[...] share of finite rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        layout = question.side.cells
        reach = self.tuning.statistics.ranges * (layout.most - layout.least)
        far = f"mean < {layout.least - reach!r} OR mean > {layout.most + reach!r}"
        return over_cells(question, f"sum(CASE WHEN {far} THEN n ELSE 0 END) / {question.dialect.real('sum(n)')}")
