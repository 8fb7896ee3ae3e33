"""Which way of estimating has been the nearest, how far it may be off, and whether it is worth saying."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tidegauge.decisions.calibration import Expected, Floats
from tidegauge.tuning.estimate_tuning import EstimateTuning

NINETY = 1.6449  # standard errors to either side that hold 90 % of a normal distribution


@dataclass(frozen=True, eq=False)
class TrackRecord:
    """Of earlier windows, oldest first, how far estimates were off, and the variance that labels alone give them."""

    off: Floats
    scatter: Floats

    def mean(self, fades: float) -> float:
        """How far they were off in the mean, the last ones counting most; nan of none."""
        if not len(self.off):
            return float("nan")
        weights = fades ** np.arange(len(self.off))[::-1]
        return float((weights * np.abs(self.off)).sum() / weights.sum())

    def variance(self, scatter: float) -> float:
        """Of one more: what labels alone give it, and what the past shows beyond that."""
        beyond = float((self.off**2).mean() - self.scatter.mean())
        return scatter + max(beyond, 0.0) * (1 + 1 / len(self.off))


class Best(NamedTuple):
    """What there is to say, in the order of an `Estimate`."""

    value: float
    low: float
    high: float
    way: str
    off: float
    naive: float
    record: int
    speaks: bool


def chosen(
    here: Mapping[str, Expected], past: Mapping[str, TrackRecord], naive: TrackRecord, tuning: EstimateTuning
) -> Best:
    """The way whose record is the best; without a record the first, which then says nothing.

    >>> tuning, two = EstimateTuning(), {"a": Expected(0.9, 1e-4), "b": Expected(0.8, 1e-4)}
    >>> off = {
    ...     "a": TrackRecord(np.full(5, 0.05), np.full(5, 1e-4)),
    ...     "b": TrackRecord(np.full(5, 0.01), np.full(5, 1e-4)),
    ... }
    >>> best = chosen(two, off, TrackRecord(np.full(5, 0.04), np.zeros(5)), tuning)
    >>> best.way, round(best.low, 3), round(best.high, 3), best.speaks
    ('b', 0.78, 0.82, True)
    """
    nothing = float("nan")
    means = {way: past[way].mean(tuning.fades) for way in here if len(past[way].off) >= tuning.known}
    guess, first = naive.mean(tuning.fades), next(iter(here))
    if not means:
        n = max(len(p.off) for p in past.values())
        return Best(here[first].value, nothing, nothing, first, nothing, guess, n, speaks=False)
    way = min(means, key=lambda w: means[w])
    value, n = here[way].value, len(past[way].off)
    reach = student(n) * float(np.sqrt(past[way].variance(here[way].variance)))
    speaks = bool(np.isfinite([value, reach]).all() and means[way] <= tuning.better * guess)
    low, high = max(value - reach, 0.0), min(value + reach, 1.0)
    return Best(value, low, high, way, means[way], guess, n, speaks)


def student(n: int) -> float:
    """How many deviations hold 90 % of Student's t with so many degrees of freedom, by Cornish and Fisher.

    >>> round(student(3), 2), round(student(25), 3)
    (2.31, 1.708)
    """
    z = NINETY
    return z + (z**3 + z) / (4 * n) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
