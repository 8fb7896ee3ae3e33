"""How sure a count is."""

from dataclasses import dataclass

from scipy.stats import chi2


@dataclass(frozen=True)
class Interval:
    """The rates between which a Poisson count leaves one, with 95 % confidence: exact (Garwood, 1936)."""

    low: float
    high: float


def interval(count: int, confidence: float = 0.95) -> Interval:
    """The exact interval of the expectation behind a count.

    >>> interval(3)
    Interval(low=0.6186..., high=8.7672...)
    """
    rest = 1 - confidence
    low = float(chi2.ppf(rest / 2, 2 * count) / 2) if count else 0.0
    return Interval(low, float(chi2.ppf(1 - rest / 2, 2 * (count + 1)) / 2))
