"""How much of a column lies below the least that it ever had."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.base import NUMERIC
from tidegauge.statistics.fact import ExactFact
from tidegauge.statistics.statement import UNCOMPARED, Question, Shown, Statement
from tidegauge.statistics.statistic import Reads


class BelowFloor(ExactFact):
    """Share of values below the least value of all past windows, where that is no accident.

    Minus six adults, a ride of minus 38 minutes: well inside the range that a location or a distance is used to, and
    impossible. The least value of before is a floor where windows reach it again and again with several rows (0
    children, 1 minute), or where no value was ever negative and some now lie as far below as the middle lies above. A
    temperature that falls below all of a month's is neither. For what is too large see `far-outside`: most columns
    that end above end by chance.

    Unit: share of the rows that have a value, 0 to 1. Standard error 0: it is counted.

    >>> BelowFloor().read(0.03)
    0.03

    Source: under exchange of rows the k lowest of n new and r old ones are all new with a chance of
    n(n−1)…/((n+r)(n+r−1)…).
    """

    name = "below-floor"
    title = "values below the least of before"
    says = "{value} of its values lie below {of}, the least that it ever had"
    plain = "{value} of the values of {column} lie below all that it ever had"
    reads = Reads.SHARE
    unit = "share"
    bounds = (0.0, 1.0)
    applies = NUMERIC

    def natural(self, level: Array) -> Array:
        """[...] the share itself, 0 to 1."""
        return np.clip(level, *self.bounds)

    def sql(self, question: Question) -> Shown:
        side = question.side
        if not question.compared:
            return UNCOMPARED
        return Statement("below", {"x": side.number, "value": side.value}, PARTLY)


PARTLY = "values in a cell that reaches above the least of before were not counted; here they are"
