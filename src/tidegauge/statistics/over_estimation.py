"""How far predicted numbers lie above what came true."""

from tidegauge.statistics.one_sided_error import OneSidedError


class OverEstimation(OneSidedError):
    """Mean of what predictions lie above their labels; a row whose prediction lies below adds 0.

    Where too much costs another price than too little. With `under-estimation` it adds up to `mean-absolute-error`, and
    what is left of it without `under-estimation` is `label-bias` turned round.

    Unit: that of the label. Range 0 upwards. NaN where labels are no numbers. Standard error at most √(mean e²/2n).

    >>> import numpy as np
    >>> from tidegauge.profiles.tasks.errors_of_numbers import Errors
    >>> from tidegauge.statistics.labelled import Labelled
    >>> errors = Errors(100.0, 0.1, 0.5, 0.4, 2.0, 6.0, 0.2, 100.0)
    >>> one = np.array([100.0])
    >>> OverEstimation().level(Labelled(one, one, one, False, errors=errors))
    0.2

    Source: one half of the mean absolute error; R. Koenker, G. Bassett, Regression quantiles (1978).
    """

    name = "over-estimation"
    title = "over-estimation"
    says = "predictions lie above their labels by {value} on average, rows below counted as 0"
    side = -1
    number = "(absolute - error) / 2"
