"""What the two halves of the mean absolute error share: how far predictions lie to one side of their labels."""

from typing import ClassVar

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.error_level import ErrorLevel
from tidegauge.statistics.statistic import Reads


class OneSidedError(ErrorLevel):
    """Mean of what predictions lie off their labels to one side; a row on the other side adds 0."""

    reads = Reads.COLUMN
    bounds = (0.0, float("inf"))
    side: ClassVar[int]  # 1: labels above their predictions; −1: below

    def _of(self, errors: Errors) -> float:
        return max((errors.absolute + self.side * errors.error) / 2, 0.0)

    def _error(self, errors: Errors) -> float:
        return float(np.sqrt(errors.squared / errors.rows / 2))

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.maximum(level, 0.0)
