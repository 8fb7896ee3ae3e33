"""How much of a column lies at its greatest value."""

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads


class ShareAtMaximum(Level):
    """Share of the topmost cell that has rows, as the angle arcsin √p.

    Rises when values are clipped: a saturated sensor, a column narrowed to a smaller type, a cap that someone
    lowered. All rows beyond the cap pile up in the cell that holds it. It counts the cell, not the exact value, so
    ordinary columns have a small share here too.

    Shapes: stack [C, K] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√n.
    nan for categorical columns or without finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> ShareAtMaximum().natural(ShareAtMaximum().level(counted([1, 3, 0], [0, 1, 2, 3])))
    array([0.75])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "share-at-maximum"
    title = "share of values beside the highest one"
    says = "{value} of the values lie beside the highest one"
    plain = "{value} of the values of {column} lie beside the highest one"
    reads = Reads.SHARE
    applies = NUMERIC
    floor = 0.02
    light = True
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        share = stack.share()
        if not share.shape[1]:
            return np.full(len(share), np.nan)
        top = share.shape[1] - 1 - np.argmax(share[:, ::-1] > 0, axis=1)
        return angle(share[np.arange(len(share)), top])

    def error(self, stack: Stack) -> Array:
        """[C] ½/√n."""
        return angle_error(stack.finite)

    def natural(self, level: Array) -> Array:
        """[...] share of finite rows, 0 to 1."""
        return from_angle(level)

    def leads(self, value: float) -> bool:
        """Never: where values lie closer together, where they lie says more, be it the highest place or not."""
        del value
        return False

    def sql(self, question: Question) -> Shown:
        top = "CASE WHEN cell = (SELECT max(cell) FROM tidegauge_squashed) THEN n END"
        return over_cells(question, f"max({top}) / {question.dialect.real('sum(n)')}")
