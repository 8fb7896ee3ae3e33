"""Changes planted in stored profiles and sampled rows: what each is, and those that only need codes to be made."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import MISSING, Floats, Layout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows

FEWEST = 2.0**-12  # of a share of rows
DRAWN = 20_000  # rows of a window, up to which it matters how many a draw hits
STEP = 2.0**0.5


class Planting(ABC):
    """One kind of change, and the sizes that it is tried in, ascending."""

    sizes: Sequence[float]

    @abstractmethod
    def cells(self, cells: Cells, size: float) -> Cells:
        """A column's cells, had its values changed so."""

    @abstractmethod
    def rows(self, sample: SampledRows, column: str, size: float) -> SampledRows:
        """The sampled rows, had they changed so."""

    def clearly(self, size: float) -> float:
        """The strength by which a change of that size must show, for the next window to show it too."""
        del size
        return 1.0

    def between(self, low: float, high: float, part: float) -> float:
        """The size that lies so far between two that were tried, where there are any between."""
        return float(low * (high / low) ** part)


class Lots:
    """A number between 0 and 1 for each row of a window: the rows below a share are changed, and more for a larger one.

    Drawn, not dealt out: a rate of one in a hundred is now eight rows of a thousand, now twelve, and a window must
    show it all the same.
    """

    def __init__(self, rows: int, sampled: int, seed: int) -> None:
        g = np.random.default_rng(seed)
        self.rows = rows
        self.each: Floats = g.random(sampled)  # [n] of the sampled rows
        self._all = np.sort(np.append(self.each, g.random(max(min(rows, DRAWN) - sampled, 0))))

    def share(self, size: float) -> float:
        """Of the window's rows, those that are below; of very many rows as many as are to be expected."""
        if self.rows > DRAWN or not len(self._all) or size >= 1:
            return size
        return float(np.searchsorted(self._all, size)) / len(self._all)


class Shares(Planting):
    """A share of the rows changes, drawn by lot."""

    def __init__(self, lots: Lots) -> None:
        self.lots = lots
        steps = round(-np.log(FEWEST) / np.log(STEP))
        sizes = FEWEST * STEP ** np.arange(steps + 1)
        self.sizes = np.unique(np.maximum(sizes, 1 / max(lots.rows, 1))).tolist()

    def hit(self, size: float) -> NDArray[np.bool_]:
        """[n] which sampled rows."""
        return self.lots.each < size


class LostValues(Shares):
    """Values go missing, whatever they were."""

    def cells(self, cells: Cells, size: float) -> Cells:
        return _moved(cells, MISSING, self.lots.share(size))

    def rows(self, sample: SampledRows, column: str, size: float) -> SampledRows:
        if column in sample.numbers:
            return with_values(sample, column, np.where(self.hit(size), np.nan, sample.numbers[column]))
        return with_values(sample, column, np.where(self.hit(size), MISSING, sample.codes[column]))


class Moved(Shares):
    """Rows of any category turn into the second most frequent one: a default filled in, a code in place of another."""

    to = 2

    @classmethod
    def can(cls, layout: Layout) -> bool:
        """Whether there is a second category."""
        return not layout.ordered and layout.known >= cls.to

    def cells(self, cells: Cells, size: float) -> Cells:
        return _moved(cells, self.to, self.lots.share(size))

    def rows(self, sample: SampledRows, column: str, size: float) -> SampledRows:
        return with_values(sample, column, np.where(self.hit(size), self.to, sample.codes[column]))


def with_values(sample: SampledRows, column: str, values: NDArray[np.generic]) -> SampledRows:
    """The sample with other values in one column."""
    if column in sample.numbers:
        return replace(sample, numbers={**sample.numbers, column: values.astype(np.float64)})
    return replace(sample, codes={**sample.codes, column: values.astype(np.int64)})


def _moved(cells: Cells, to: int, size: float) -> Cells:
    """A share of every cell's rows in another one; a cell's lost part of a row is lost by a later cell."""
    gone = np.diff(np.floor(np.cumsum(cells.counts) * size + 1e-9), prepend=0.0).astype(np.int64)
    counts = cells.counts - gone
    some = counts > 0
    sums = lows = highs = None
    if cells.sums is not None and cells.lows is not None and cells.highs is not None:
        sums = (cells.sums[some] * (counts[some] / cells.counts[some])).astype(np.int64)
        lows, highs = cells.lows[some], cells.highs[some]
    left = Cells(cells.codes[some], counts[some], sums, lows, highs)
    n = np.array([gone.sum()])
    if not n[0]:
        return left
    none = np.zeros(1)
    at = np.array([to])
    return left + (Cells(at, n) if sums is None else Cells(at, n, none.astype(np.int64), none, none))
