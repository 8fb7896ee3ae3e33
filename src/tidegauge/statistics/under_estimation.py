"""How far predicted numbers lie below what came true."""

from tidegauge.statistics.one_sided_error import OneSidedError


class UnderEstimation(OneSidedError):
    """Mean of what predictions lie below their labels; a row whose prediction lies above adds 0.

    Where too little costs another price than too much: stock that is not there. With `over-estimation` it adds up to
    `mean-absolute-error`.

    Unit: that of the label. Range 0 upwards. NaN where labels are no numbers. Standard error at most √(mean e²/2n).

    >>> import numpy as np
    >>> from tidegauge.profiles.tasks.errors_of_numbers import Errors
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
    side = 1
    number = "(absolute + error) / 2"
