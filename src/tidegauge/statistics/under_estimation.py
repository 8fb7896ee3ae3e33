"""How far predicted numbers lie below what came true."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.error_level import ErrorLevel
from tidegauge.statistics.statistic import Reads


class UnderEstimation(ErrorLevel):
    """Mean of what predictions lie below their labels; a row whose prediction lies above adds 0.

    Where too little costs another price than too much: stock that is not there. With `over-estimation` it adds up to
    `mean-absolute-error`.

    Unit: that of the label. Range 0 upwards. NaN where labels are no numbers. Standard error at most √(mean e²/2n).

    >>> from tidegauge.statistics.labelled import Labelled
    >>> errors = Errors(100.0, 0.1, 0.5, 0.4, 2.0, 6.0, 0.2, 100.0)
    >>> one = np.array([100.0])
    >>> UnderEstimation().level(Labelled(one, one, one, False, errors=errors))
    0.3

    Source: one half of the mean absolute error; R. Koenker, G. Bassett, Regression quantiles (1978).
    """

    name = "under-estimation"
    title = "under-estimation"
    says = "predictions lie below their labels by {value} on average, rows above counted as 0"
    reads = Reads.COLUMN
    bounds = (0.0, float("inf"))
    number = "(absolute + error) / 2"

    def _of(self, errors: Errors) -> float:
        return max((errors.absolute + errors.error) / 2, 0.0)

    def _error(self, errors: Errors) -> float:
        return float(np.sqrt(errors.squared / errors.rows / 2))

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.maximum(level, 0.0)
