"""How many values are NULL."""

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import BOTH, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle, ratio
from tidegauge.statistics.statement import Question, Shown, share_of_rows
from tidegauge.statistics.statistic import Reads

GONE = 0.99  # of the values missing


class Missing(Level):
    """Share of rows without a value (NULL), as the angle arcsin √p.

    The commonest fault of a pipeline and the first thing to look at. The angle makes a step from 0.1 to 1 % as
    visible as one from 10 to 14 %. NaN is not NULL: see `not-finite`. Both directions count, since a column that is
    suddenly filled is a change as well.

    Shapes: stack [C, …] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√rows.
    nan where the window has no rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> now, before = counted([90], missing=10), counted([99], missing=1)
    >>> Missing().between(now, before).round(4)
    array([0.2216])
    >>> Missing().natural(Missing().level(now)).round(4)
    array([0.1])

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "missing"
    title = "missing values"
    says = "{value} of its values are missing"
    plain = "{value} of the values of {column} are missing"
    reads = Reads.SHARE
    applies = BOTH
    floor = 0.01
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        return angle(ratio(stack.missing, stack.rows))

    def error(self, stack: Stack) -> Array:
        """[C] ½/√rows."""
        return angle_error(stack.rows)

    def natural(self, level: Array) -> Array:
        """[...] share of rows, 0 to 1."""
        return from_angle(level)

    def gone(self, value: float, expected: float) -> bool:
        return value > GONE > expected

    def sql(self, question: Question) -> Shown:
        return share_of_rows(f"{question.side.value} IS NULL")
