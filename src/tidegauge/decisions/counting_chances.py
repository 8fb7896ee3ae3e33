"""How improbable it is that so few of some rows come, where the rate itself differs from window to window.

A share of rows is binomial only at a fixed rate. Where the rate scatters about its mean as a beta distribution does,
the count is beta-binomial; a number of rows, Poisson at a rate that scatters as a gamma does, is negative binomial.
Both by recurrence, in logarithms, so that nothing is imported and nothing underflows.

Source: J. Skellam, A probability distribution derived from the binomial by regarding the probability of success as
variable (1948); M. Greenwood, G. Yule, An inquiry into the nature of frequency distributions (1920).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
TEN = float(np.log(10.0))
STEPS = np.linspace(0.3, 0.95, 14)  # of the exponent in Chernoff's bound; the best of them is nearly the best of all
STEADY = 1e-9  # a rate that scatters by less is taken as fixed


def at_most(hits: int, rows: int, rate: float, excess: float) -> Floats:
    """[hits + 1] −log10 of the chance of at most 0, 1, … hits among some rows.

    `excess`: the correlation of two rows of one window, 0 where the rate is always the same.

    >>> at_most(1, 10, 0.5, 0.0).round(3).tolist()  # (1/2)¹⁰ and 11 of them
    [3.01, 1.969]
    >>> at_most(0, 10, 0.5, 1 / 3).round(3).tolist()  # a rate that may be anything: one in eleven
    [1.041]
    """
    rate = min(max(rate, STEADY), 1 - STEADY)
    scatter = 1 / max(excess, STEADY) - 1  # pseudo-rows that the rate is known by
    a, b = rate * scatter, (1 - rate) * scatter
    none = np.arange(rows)
    start = float(np.log1p(-a / (a + b + none)).sum())
    k = np.arange(min(hits, rows))
    steps = np.log(rows - k) + np.log(a + k) - np.log(k + 1.0) - np.log(b + rows - 1 - k)
    return _together(start, steps)


def all_of(rows: int, rate: float, excess: float) -> float:
    """−log10 of the chance that all of some rows are alike, each at a rate."""
    return float(at_most(0, rows, 1 - rate, excess)[0])


def rows_at_most(rows: int, usual: float, scatter: float) -> Floats:
    """[rows + 1] −log10 of the chance of at most 0, 1, … rows where so many are usual.

    `scatter`: the standard deviation of the usual number from window to window, as a part of it.

    >>> rows_at_most(0, 5.0, 0.0).round(3).tolist()  # e⁻⁵
    [2.171]
    """
    shape = 1 / max(scatter**2, STEADY)
    start = -shape * float(np.log1p(usual / shape))
    k = np.arange(rows)
    steps = np.log(k + shape) - np.log(k + 1.0) + np.log(usual) - np.log(usual + shape)
    return _together(start, steps)


def absent_together(absent: Floats, every: Floats) -> float:
    """−log10 of the chance that categories which are as improbable to be absent are so at once, whichever they are.

    `absent`, `every` [...]: −ln of the chance of no row, of those that are absent and of all that might have been.
    By Chernoff's bound on the sum over the absent ones, so that choosing them afterwards costs what it should.

    >>> round(absent_together(np.array([5.0, 5.0]), np.array([5.0, 5.0, 5.0])), 2)
    3.38

    Source: H. Chernoff, A measure of asymptotic efficiency for tests of a hypothesis based on the sum of observations
    (1952).
    """
    chance = np.exp(-every)[:, None]
    price = np.log1p(chance ** (1 - STEPS) - chance).sum(axis=0)
    return max(float((STEPS * absent.sum() - price).max()) / TEN, 0.0)


def _together(start: float, steps: Floats) -> Floats:
    """[n + 1] −log10 of running sums of terms whose logarithms begin somewhere and go on in steps [n]."""
    terms = start + np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(-np.logaddexp.accumulate(terms) / TEN)
