"""How far predicted numbers lie from what came true, as a part of it."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.error_level import NAN, ErrorLevel
from tidegauge.statistics.scales import BOUNDLESS
from tidegauge.statistics.statistic import Reads

MOST = 500.0  # of the logarithm: its exponential is a number


class MeanAbsolutePercentageError(ErrorLevel):
    """Mean of |label − prediction| / |label|, over rows whose label is not 0, on the logarithmic scale: MAPE.

    For sales or prices, where ten per cent means the same of a small one and a large one. Labels near 0 make it large
    whatever the model does, so it is not judged. An error a million times its label is left out.

    Range 0 upwards, as a part: 0.1 is ten per cent. NaN where no label is other than 0, or labels are no numbers.
    Standard error of the logarithm 1/√n.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> errors = Errors(100.0, 0.1, 0.5, 0.4, 2.0, 6.0, 0.2, 100.0)
    >>> level, one = MeanAbsolutePercentageError(), np.array([100.0])
    >>> round(level.read(level.level(Labelled(one, one, one, False, errors=errors))), 4)
    0.2

    Source: S. Makridakis, S. Wheelwright, R. Hyndman, Forecasting: methods and applications (1998).
    """

    name = "mean-absolute-percentage-error"
    title = "mean absolute error as a part of the label (MAPE)"
    says = "predictions are off by {value} of the label on average (1: by all of it)"
    reads = Reads.NUMBER
    unit = "log"
    far = BOUNDLESS
    number = "relative"

    def _of(self, errors: Errors) -> float:
        return float(np.log(errors.relative)) if errors.relative > 0 else NAN

    def _error(self, errors: Errors) -> float:
        return float(1 / np.sqrt(errors.relative_rows))

    def natural(self, level: Array) -> Array:
        """[...] the part itself."""
        out: Array = np.exp(np.clip(level, -MOST, MOST))
        return out
