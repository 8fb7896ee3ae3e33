"""How many values are NaN or infinite."""

from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.scales import angle, angle_error, from_angle, ratio
from tidegauge.statistics.statement import Question, Shown, share_of_rows
from tidegauge.statistics.statistic import Reads


class NotFinite(Level):
    """Share of rows that are NaN, +inf or −inf, as the angle arcsin √p.

    These come from arithmetic that went wrong (0/0, an overflow, a failed parse), where a NULL comes from data that
    is not there: `missing` counts those. A model fed one of them often answers NaN, so even a few matter.

    Shapes: stack [C, …] → [C]. Unit: angle, 0 to π/2; `natural` gives the share. Standard error ½/√rows.
    nan for categorical columns or where the window has no rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> one = NotFinite().level(counted([99], [0, 1], nan=1))
    >>> one.round(4), NotFinite().natural(one).round(4)
    (array([0.1002]), array([0.01]))

    Source: M. Freeman, J. Tukey, Transformations related to the angular and the square root (1950).
    """

    name = "not-finite"
    title = "NaN and infinite values"
    says = "{value} of its values are NaN or infinite"
    plain = "{value} of the values of {column} are no numbers"
    reads = Reads.SHARE
    applies = NUMERIC
    floor = 0.01
    one_sided = True
    unit = "angle"

    def _level(self, stack: Stack) -> Array:
        return angle(ratio(stack.nan + stack.inf, stack.rows))

    def error(self, stack: Stack) -> Array:
        """[C] ½/√rows."""
        return angle_error(stack.rows)

    def natural(self, level: Array) -> Array:
        """[...] share of rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        side = question.side
        return share_of_rows(f"{side.value} IS NOT NULL AND NOT {question.dialect.is_finite(side.number)}")
