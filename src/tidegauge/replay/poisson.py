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
    low, high = 0.0, count + 40.0 + 12 * math.sqrt(count + 1)
    for _ in range(80):  # past the last bit of a float
        middle = (low + high) / 2
        if at_most(count, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def at_most(count: int, mean: float) -> float:
    """Probability of `count` events or fewer.

    >>> round(at_most(2, 1.0), 4)
    0.9197
    """
    if mean <= 0:
        return 1.0
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def paired(gained: int, lost: int) -> float:
    """The probability of so uneven a split of changed outcomes if neither way were better (two-sided sign test).

    >>> paired(5, 0), paired(4, 4)
    (0.0625, 1.0)

    Source: Q. McNemar, Note on the sampling error of the difference between correlated proportions (1947); exact form.
    """
    n, k = gained + lost, min(gained, lost)
    if not n:
        return 1.0
    return min(1.0, sum(2 * math.comb(n, i) for i in range(k + 1)) / (1 << n))
