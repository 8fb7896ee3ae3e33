"""What works by a tuning: the shipped one, until it is asked for itself by another."""

from copy import copy
from typing import Self

from tidegauge.tuning.tuning import SHIPPED, Tuning


class Tunable:
    """A member of a list (a statistic, a family of relations) that reads its constants off `tuning`.

    The lists hold members by the shipped tuning. Who works by another asks each for itself by that one.
    """

    tuning: Tuning = SHIPPED

    def tuned(self, tuning: Tuning) -> Self:
        """The same by another tuning."""
        if tuning is self.tuning:
            return self
        other = copy(self)
        other.tuning = tuning
        return other
