"""What one level counts in a window, and the chance of that at a predicted rate."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.decisions.counting_chances import all_of, at_most, rows_at_most
from tidegauge.decisions.scored import Sample
from tidegauge.statistics.signal_set import Counts, Signal

Floats = NDArray[np.float64]
ANGLE = 0.25  # the variance of one row on the scale of angles
SINGLE = 1e-6  # the least variance of a label, and the fewest rows that are expected
MOST_ALIKE = 0.99  # rows of a window whose rate may be anything are as good as one row


@dataclass(frozen=True, slots=True)
class Hits:
    """So many of so many rows, or so many rows."""

    counts: Counts
    hits: int
    rows: int  # of which; 0 for a number of rows
    predicted: float  # of labels, the share of ones that was predicted
    usual: float  # rows of a usual window
    floor: float  # the least spread that is believed

    @classmethod
    def of(cls, signal: Signal, sample: Sample, k: int, usual: float) -> Self | None:
        """What the k-th level counts; None where nobody knows of how many rows."""
        x, error = float(sample.x[k]), float(sample.error[k])
        if signal.counts is Counts.ROWS:
            return cls(signal.counts, round(float(np.expm1(x))), 0, 0.0, usual, signal.floor)
        if signal.counts is Counts.LABELS:
            ones = sample.ones.get(k)
            hits, rows, predicted = (0, 0, 0.0) if ones is None else (ones.ones, round(ones.rows), ones.predicted)
        else:  # an angle, with the error 1/2√n
            rows, predicted = round(ANGLE / error**2) if error > 0 else 0, 0.0
            hits = rows * float(np.sin(x)) ** 2
        return cls(signal.counts, round(hits), rows, predicted, usual, signal.floor) if rows else None

    @property
    def are_alike(self) -> bool:
        """Whether all rows are one category, or in one narrow range."""
        return self.counts in (Counts.SHARE, Counts.WHOLE) and self.hits == self.rows

    def few(self, expected: float, spread: float) -> Floats:
        """[U] −log10 of the chance of at most none, one, … as many as are usual; of this window's at least."""
        most = max(self._usual(expected), self.hits)
        if self.counts is Counts.ROWS:
            scatter = max(spread**2 - 1 / (1 + self.usual), self.floor**2) ** 0.5
            return rows_at_most(most, max(float(np.expm1(expected)), SINGLE), scatter)
        rate = self._rate(expected)
        return at_most(most, self.rows, rate, self._alike(rate, spread))

    def none(self, expected: float, spread: float) -> float:
        """−log10 of the chance that not one is there."""
        rate = self._rate(expected)
        return float(at_most(0, self.rows, rate, self._alike(rate, spread))[0])

    def whole(self, expected: float, spread: float) -> float:
        """−log10 of the chance that all rows are alike."""
        rate = self._rate(expected)
        return all_of(self.rows, rate, self._alike(rate, spread))

    def level(self, hits: float) -> float:
        """The level of so many."""
        if self.counts is Counts.ROWS:
            return float(np.log1p(hits))
        share = hits / self.rows
        return share - self.predicted if self.counts is Counts.LABELS else float(np.arcsin(np.sqrt(share)))

    def _usual(self, expected: float) -> int:
        if self.counts is Counts.ROWS:
            return int(np.expm1(min(max(expected, 0.0), 2 + np.log1p(self.usual))))  # nobody expects far more
        return min(int(self.rows * self._rate(expected)), self.rows)

    def _rate(self, expected: float) -> float:
        """The share of rows that a prediction stands for."""
        if self.counts is Counts.LABELS:
            return min(max(expected + self.predicted, 0.0), 1.0)
        return float(np.sin(min(max(expected, 0.0), np.pi / 2))) ** 2

    def _alike(self, rate: float, spread: float) -> float:
        """How alike two rows of a window are: by what the rate scatters more than rows of a usual window make it."""
        single = max(rate * (1 - rate), SINGLE) if self.counts is Counts.LABELS else ANGLE
        return min(max(spread**2 - single / max(self.usual, 1.0), self.floor**2) / single, MOST_ALIKE)
