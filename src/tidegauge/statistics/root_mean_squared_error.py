"""How far predicted numbers lie from what came true, large errors before all."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.error_level import ErrorLevel
from tidegauge.statistics.statistic import Reads


class RootMeanSquaredError(ErrorLevel):
    """√ of the mean of (label − prediction)².

    What most models are trained on. A few large errors decide it, so it moves from window to window where
    `mean-absolute-error`, which is judged, stays.

    Unit: that of the label. Range 0 upwards, never below `mean-absolute-error`. NaN where labels are no numbers.
    Standard error of normal errors, RMSE/√(2n).

    >>> from tidegauge.statistics.labelled import Labelled
    >>> errors = Errors(100.0, 0.1, 0.5, 0.36, 2.0, 5.0, 0.2, 100.0)
    >>> one = np.array([100.0])
    >>> round(RootMeanSquaredError().level(Labelled(one, one, one, False, errors=errors)), 4)
    0.6

    Source: C. Gauss, Theoria combinationis observationum erroribus minimis obnoxiae (1823).
    """

    name = "root-mean-squared-error"
    title = "root mean squared error (RMSE)"
    says = "the root mean squared error is {value}"
    reads = Reads.COLUMN
    bounds = (0.0, float("inf"))
    number = "deviation"

    def _of(self, errors: Errors) -> float:
        return float(np.sqrt(errors.squared))

    def _error(self, errors: Errors) -> float:
        return float(np.sqrt(errors.squared / errors.rows / 2))

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.maximum(level, 0.0)
