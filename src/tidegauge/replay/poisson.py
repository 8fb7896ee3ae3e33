"""Exact intervals for a rate of rare events, and an exact test of paired outcomes."""

import math

SURE = 0.95


def interval(count: int, months: float, sure: float = SURE) -> tuple[float, float]:
    """The exact (Garwood) interval for events a month, from how many there were in some months.

    None in a year may still be one in four months: the upper end says so.

    >>> [round(x, 2) for x in interval(0, 12.0)], [round(x, 2) for x in interval(6, 8.0)]
    ([0.0, 0.31], [0.28, 1.63])

    Source: F. Garwood, Fiducial limits for the Poisson distribution (1936).
    """
    if months <= 0:
        return 0.0, math.inf
    tail = (1 - sure) / 2
    low = 0.0 if count == 0 else _mean_with(count - 1, 1 - tail)
    return low / months, _mean_with(count, tail) / months


def _mean_with(count: int, probability: float) -> float:
    """The mean at which `count` events or fewer have this probability."""
    from scipy.special import gammainccinv  # a replay may take its 0.4 s; a night asks nothing of it

    return float(gammainccinv(count + 1, probability))


def at_most(count: int, mean: float) -> float:
    """Probability of `count` events or fewer.

    >>> round(at_most(2, 1.0), 4)
    0.9197
    """
    if mean <= 0:
        return 1.0
    from scipy.special import pdtr

    return float(pdtr(count, mean))


def paired(gained: int, lost: int) -> float:
    """The probability of so uneven a split of changed outcomes if neither way were better (two-sided sign test).

    >>> paired(5, 0), paired(4, 4)
    (0.0625, 1.0)

    Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions (1947); exact form.
    """
    n, k = gained + lost, min(gained, lost)
    if not n:
        return 1.0
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(k, n, 0.5)))
