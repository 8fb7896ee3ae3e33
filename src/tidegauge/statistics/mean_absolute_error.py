"""How far predicted numbers lie from what came true."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.error_level import NAN, ErrorLevel
from tidegauge.statistics.scales import BOUNDLESS
from tidegauge.statistics.statistic import Reads

MOST = 500.0  # of the logarithm: its exponential is a number, and so is that of its opposite


class MeanAbsoluteError(ErrorLevel):
    """Mean of |label − prediction|, on the logarithmic scale: the size of the error, which is judged.

    Errors that grow to both sides alike leave `label-bias` where it was; this sees them. On a logarithm, twice the
    error is as far off in a quiet season as in a rough one. Prefer it to `root-mean-squared-error`, which a few rows
    decide.

    Unit: that of the label; followed as the logarithm of interquartile ranges of the labels' first sample. Range 0
    upwards. NaN where all errors are 0, or labels are no numbers. Standard error of the logarithm
    √(mean e²/(mean |e|)² − 1)/√n.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> errors = Errors(100.0, 0.1, 0.5, 0.4, 2.0, 5.0, 0.2, 100.0)
    >>> level = MeanAbsoluteError()
    >>> one = np.array([100.0])
    >>> round(level.read(level.level(Labelled(one, one, one, False, errors=errors))), 4)
    0.5

    Source: C. Willmott, K. Matsuura, Advantages of the mean absolute error over the root mean square error (2005).
    """

    name = "mean-absolute-error"
    title = "mean absolute error (MAE)"
    says = "predictions are off by {value} on average"
    reads = Reads.COLUMN
    unit = "log"
    far = BOUNDLESS
    judged = True
    floor = 0.05
    light = False
    one_sided = True
    by_segment = True
    number = "absolute"

    def _of(self, errors: Errors) -> float:
        return float(np.log(errors.absolute)) if errors.absolute > 0 else NAN

    def _error(self, errors: Errors) -> float:
        return float(np.sqrt(max(errors.squared / errors.absolute**2 - 1, 0.1) / errors.rows))

    def natural(self, level: Array) -> Array:
        """[...] the error itself, in spreads of the labels' first sample."""
        out: Array = np.exp(np.clip(level, -MOST, MOST))
        return out
