"""What a boosted model rests on."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_SHRINK = "ridge regression, A. Hoerl, R. Kennard (1970); judged by hand, never swept"


@dataclass(frozen=True, slots=True)
class BoostingTuning:
    """A ridge regression, and oblivious trees on what it leaves."""

    bins: Annotated[int, Because("of a column, for the trees")] = 32
    knots: Annotated[tuple[float, ...], Because("quantiles at which the ridge may bend")] = (0.1, 0.3, 0.5, 0.7, 0.9)
    reach: Annotated[float, Because("standard deviations that a number counts as for the ridge, at most")] = 5.0
    ridge: Annotated[float, Because("pseudo-rows of the ridge", _SHRINK)] = 5.0
    shrink: Annotated[float, Because("pseudo-rows of a leaf", _SHRINK)] = 8.0
    pull: Annotated[float, Because("pseudo-rows of a category's mean", _SHRINK)] = 10.0
    rate: Annotated[
        float, Because("of a tree that is believed", "J. Friedman (2001): small steps generalise better")
    ] = 0.15
    part: Annotated[
        float, Because("of the rows that each tree sees, drawn anew", "J. Friedman, Stochastic boosting (2002)")
    ] = 0.5
    fewest: Annotated[int, Because("rows that a tree sees at least, where there are as many")] = 500
    least: Annotated[int, Because("rows below which there is no model")] = 200
    tails: Annotated[float, Because("of the target's values at each end that count as the last one within")] = 0.005
    beyond: Annotated[float, Because("of the target's range that a prediction may lie outside of it")] = 0.25
    unit: Annotated[float, Because("the quantile of past absolute residuals that is the unit of a residual")] = 0.8
    least_unit: Annotated[float, Because("of the target's spread: no unit is smaller")] = 1e-2
