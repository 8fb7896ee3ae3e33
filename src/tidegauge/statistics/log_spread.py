"""How widely a column's values spread."""

from math import inf

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.location import Location, deviation_of
from tidegauge.statistics.scales import BOUNDLESS, ratio
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads


class LogSpread(Level):
    """log(s + 0.05), s the standard deviation of asinh((v − middle) / spread).

    Sees what a mean cannot: a stuck sensor (s falls to 0), noise that doubles, a second population on both sides.
    The logarithm makes half as wide and twice as wide equally far. Spread inside a cell is not counted, which a
    layout of 150 cells hardly notices.

    Shapes: stack [C, K] → [C]. Unit: logarithm; `natural` gives s. Standard error 0.8/√n (0.71 for a normal, more for
    heavier shapes). nan for categorical columns or without rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> level = LogSpread().level(counted([1, 1], [-2, 0, 2]))
    >>> level.round(4), LogSpread().natural(level).round(4)
    (array([-0.0711]), array([0.8814]))

    Source: the error is that of a log standard deviation, 1/√(2n): J. F. Kenney, E. S. Keeping (1951), part 2.
    """

    name = "log-spread"
    title = "spread of values"
    says = "spread of values is {value}"
    plain = "the values of {column} lie {more} far apart"
    reads = Reads.NUMBER
    bounds = (0.0, inf)
    shape = 0.1
    applies = NUMERIC
    floor = 0.05
    light = True
    unit = "log"
    far = BOUNDLESS
    after = (Location.name,)  # asinh draws far values together: three times as wide, far out, reads as a narrow column

    def _level(self, stack: Stack) -> Array:
        out: Array = np.log(deviation_of(stack) + self.tuning.statistics.still)
        return out

    def error(self, stack: Stack) -> Array:
        """[C] 0.8/√n."""
        return np.sqrt(ratio(np.full_like(stack.finite, 0.64), stack.finite))

    def natural(self, level: Array) -> Array:
        """[...] standard deviation on the asinh scale."""
        spread: Array = np.exp(np.minimum(level, 700.0)) - self.tuning.statistics.still
        out: Array = np.where(np.abs(spread) < 1e-15, 0.0, spread)  # what rounding leaves of no spread at all
        return out

    def sql(self, question: Question) -> Shown:
        square = "sum(n * a * a) / sum(n) - power(sum(n * a) / sum(n), 2)"
        return over_cells(question, f"sqrt(greatest({square}, 0))", nearly=True)
