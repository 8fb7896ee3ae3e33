"""Numbers of a window that break a limit of the monitor's own."""

from math import inf
from typing import ClassVar

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.fact import ExactFact
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Reads


class BrokenLimit(ExactFact):
    """A number that the monitor's file bounds, outside of that.

    What is in `limits` must hold of every window: it is held against no past, has no part in the budget of false
    alerts, and no answer to an incident makes it usual.

    Unit: that of what is bounded. Standard error 0: it is counted.

    >>> BrokenLimit().read(900.0)
    900.0

    Source: the monitor's own file.
    """

    name = "number-limit"
    title = "{of}"
    says = "{of} does not hold: it is {value}"
    plain = "{of} does not hold: it is {value}"
    tells = "{of} does not hold: it is {value} on {day}"
    reads = Reads.NUMBER
    subject = "what a limit is of"
    unit = "its own"
    bounds: ClassVar[tuple[float, float]] = (-inf, inf)

    def sql(self, question: Question) -> Shown:
        del question
        return IN_FILE


class BrokenShareLimit(BrokenLimit):
    """A share of rows or values that the monitor's file bounds, outside of that; as `number-limit`, in per cent.

    Unit: share, 0 to 1. Standard error 0: it is counted.

    >>> BrokenShareLimit().read(0.07)
    0.07

    Source: the monitor's own file.
    """

    name = "share-limit"
    reads = Reads.SHARE
    unit = "share"
    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def natural(self, level: Array) -> Array:
        """[...] shares, which nothing puts outside of 0 to 1."""
        return np.clip(level, *self.bounds)


BROKEN_LIMITS = frozenset({BrokenLimit.name, BrokenShareLimit.name})
IN_FILE = NoStatement("It was counted when the window was profiled, and is held against a limit in the monitor's file.")
