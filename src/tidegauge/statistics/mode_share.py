"""How much of a column is its fullest cell."""

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle
from tidegauge.statistics.signal_set import Counts
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads

ALL = 0.9  # of the rows in one place
STUCK, USUAL = 0.99, 0.5  # so many there, where no like window had half


class ModeShare(Level):
    """Share of the fullest cell among finite rows, as the angle arcsin √p.

    Rises when values stick: a frozen sensor, a default put in for missing ones, rounding. Any cell may be the
    fullest, a repeated value that the layout does not know as an atom fills an ordinary one; but not one whose rows
    lie further apart than the column's spread, as all of them do in a wide outer cell after a change of unit. Normal
    for its column, a high share is no fault; only its change is. For the largest value alone see `share-at-maximum`.

    Shapes: stack [C, K] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√n.
    nan for categorical columns (there `top-share-1` and its siblings say more) or without finite rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> ModeShare().natural(ModeShare().level(counted([1, 3], [0, 1, 2])))
    array([0.75])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "mode-share"
    title = "share of the most crowded range of values"
    says = "{value} of the rows lie in one narrow range of values"
    plain = "{value} of the values of {column} are nearly the same"
    reads = Reads.SHARE
    applies = NUMERIC
    floor = 0.02
    light = True
    counts = Counts.WHOLE
    walks = False  # with the season another range becomes the fullest
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        return angle(np.where(_narrow(stack), stack.share(), 0.0).max(axis=1, initial=0.0))

    def error(self, stack: Stack) -> Array:
        """[C] ½/√n."""
        return angle_error(stack.finite)

    def natural(self, level: Array) -> Array:
        """[...] share of finite rows, 0 to 1."""
        return from_angle(level)

    def leads(self, value: float) -> bool:
        """Where values lie closer together, where they lie says more; all in one place says all."""
        return value >= ALL

    def gone(self, value: float, expected: float) -> bool:
        """A column that is stuck says as little as one that is missing."""
        return value >= STUCK and expected < USUAL

    def sql(self, question: Question) -> Shown:
        narrow = f"CASE WHEN high - low <= {question.dialect.number(question.side.cells.spread)} THEN n ELSE 0 END"
        return over_cells(question, f"max({narrow}) / {question.dialect.real('sum(n)')}")


def _narrow(stack: Stack) -> NDArray[np.bool_]:
    """[C, K] cells whose rows lie within one spread of each other; all of them where that was not kept."""
    if stack.lows is None or stack.highs is None:
        return np.ones(stack.counts.shape, dtype=bool)
    with np.errstate(over="ignore"):
        return ~(stack.highs - stack.lows > stack.spread[:, None])  # nan, of an empty cell: it has no share
