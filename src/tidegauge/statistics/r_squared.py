"""How much of what varies the predictions know."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.error_level import NAN, ErrorLevel
from tidegauge.statistics.scales import BOUNDLESS
from tidegauge.statistics.statistic import Reads

MOST = 500.0  # of the logarithm: its exponential is a number


class RSquared(ErrorLevel):
    """1 − mean (label − prediction)² / variance of labels in the window, on the scale ln(1 − R²): R².

    Has no unit, so it compares models of different things; but it falls in a window whose labels hardly vary, though
    the errors are the same. `mean-absolute-error` says which of the two it is.

    Range up to 1; 0 is as good as the window's own mean, below 0 worse. NaN where labels are all alike, or no numbers.
    Standard error of the logarithm 2·√(R²)/√n, with R² at least a quarter.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> errors = Errors(100.0, 0.1, 0.5, 0.4, 2.0, 6.0, 0.2, 100.0)
    >>> level, one = RSquared(), np.array([100.0])
    >>> round(level.read(level.level(Labelled(one, one, one, False, errors=errors))), 4)
    0.8

    Source: S. Wright, Correlation and causation (1921).
    """

    name = "r-squared"
    title = "R²"
    far = BOUNDLESS
    says = "R² is {value}"
    reads = Reads.NUMBER
    falls = True
    bounds = (-float("inf"), 1.0)
    number = "1 - squared / nullif(varying, 0)"

    def _of(self, errors: Errors) -> float:
        varying = errors.label_squared - errors.label**2
        if varying <= 1e-12 * max(errors.label_squared, 1.0) or errors.squared <= 0:
            return NAN
        return float(np.log(errors.squared / varying))

    def _error(self, errors: Errors) -> float:
        known = 1 - np.exp(self._of(errors))
        return float(2 * np.sqrt(max(known, 0.25) / errors.rows))

    def natural(self, level: Array) -> Array:
        """[...] R² itself."""
        out: Array = 1 - np.exp(np.clip(level, -MOST, MOST))
        return out
