"""Quantiles and spreads of columns with gaps, without a slow path and without warnings."""

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.tail_tuning import SpreadTuning
from tidegauge.tuning.tuning import SHIPPED

Floats = NDArray[np.float64]


def quantile(values: Floats, q: float) -> Floats:
    """[...] the q-quantile along the first axis, NaN left out; NaN where nothing is left. Linear, as NumPy's.

    >>> quantile(np.array([[1.0], [np.nan], [3.0]]), 0.5)
    array([2.])
    """
    return ordered(np.sort(values, axis=0), q)


def ordered(values: Floats, q: float) -> Floats:
    """[...] the q-quantile of values that are sorted along the first axis, NaN last."""
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    n = np.count_nonzero(~np.isnan(values), axis=0)
    at = q * np.maximum(n - 1, 0)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(n - 1, 0))
    a = np.take_along_axis(values, low[None], 0)[0]
    b = np.take_along_axis(values, high[None], 0)[0]
    weight = at - low
    # a + (b − a)·w would be NaN where both are the same infinity
    return np.where(n > 0, np.where(weight > 0, a * (1 - weight) + b * weight, a), np.nan)


def median(values: Floats) -> Floats:
    """[...] the median along the first axis, NaN left out."""
    return quantile(values, 0.5)


def mean(values: Floats) -> Floats:
    """[...] the mean along the first axis, NaN left out; NaN where nothing is left."""
    n = np.count_nonzero(~np.isnan(values), axis=0)
    return np.where(n > 0, np.nansum(values, axis=0) / np.maximum(n, 1), np.nan)


def spread(
    residuals: Floats,
    tuning: SpreadTuning = SHIPPED.decisions.spreads,
    unbounded: NDArray[np.bool_] | None = None,
) -> Floats:
    """[...] how far residuals usually lie from zero: the largest of three robust guesses of a standard deviation.

    1.4826 · MAD alone is zero for a column that seldom moves; its 90 % quantile and part of its root mean square see
    the few times when it did. `unbounded`: which of the last axis are on a scale without an end, where one wild window
    would be all that the square sees: it counts as so many spreads away.
    """
    size = np.sort(np.abs(residuals), axis=0)  # sorted once for both quantiles; NaN last
    robust = tuning.mad * ordered(size, 0.5), ordered(size, tuning.outer) / tuning.outer_two_sided
    if unbounded is not None and unbounded.any():
        end = tuning.far * np.fmax(*robust)
        size = np.where(unbounded & (end > 0), np.minimum(size, end), size)
    out: Floats = np.fmax.reduce((*robust, tuning.rms * np.sqrt(mean(size**2))))
    return out


def spread_above(values: Floats, tuning: SpreadTuning = SHIPPED.decisions.spreads) -> Floats:
    """[...] the same for a distance less its median, where only the upper side counts."""
    guesses = (
        tuning.mad * median(np.abs(values)),
        quantile(values, tuning.outer) / tuning.outer_one_sided,
        tuning.rms * np.sqrt(mean(values**2)),
    )
    out: Floats = np.fmax.reduce(guesses)
    return out
