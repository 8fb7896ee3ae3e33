"""A shift planted in a column of numbers: every value moves by as much."""

import numpy as np

from tidegauge.profiles.kinds.changes import STEP, Planting, with_values
from tidegauge.profiles.layouts.base import Floats, Ints
from tidegauge.profiles.layouts.line import LOW_INF
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows

POINTS = 8  # that stand for the rows of one cell
FINEST, WIDEST = 2.0**-8, 2.0**4  # of a shift, in spreads of the layout
CLEARLY = 1.05


class Shift(Planting):
    """Every value of a number plus `size`. Of whole numbers it is a whole one: half a step is another kind of change.

    A cell's rows are taken to lie evenly between its least and its greatest value, which the profile keeps.
    """

    def __init__(self, layout: NumericLayout, sign: int) -> None:
        self.layout, self.sign = layout, sign
        least = least_shift(layout)
        widest = max(WIDEST * layout.spread, 2 * (layout.most - layout.least), 4 * least)
        steps = int(np.ceil(np.log(widest / least) / np.log(STEP)))
        sizes = least * STEP ** np.arange(steps + 1)
        self.sizes = np.unique(np.round(sizes) if layout.whole else sizes).tolist()

    def cells(self, cells: Cells, size: float) -> Cells:
        plain = (cells.codes > LOW_INF) & (cells.codes < self.layout.high_inf)
        if cells.lows is None or cells.highs is None or not plain.any():
            return cells
        values, counts = _points(cells.counts[plain], cells.lows[plain], cells.highs[plain], whole=self.layout.whole)
        moved = values + self.sign * size
        codes, at = np.unique(self.layout.codes(moved), return_inverse=True)
        lows, highs = np.full(len(codes), np.inf), np.full(len(codes), -np.inf)
        np.fmin.at(lows, at, moved)
        np.fmax.at(highs, at, moved)
        n = np.zeros(len(codes), dtype=np.int64)
        sums = np.zeros(len(codes), dtype=np.int64)
        np.add.at(n, at, counts)
        np.add.at(sums, at, self.layout.parts(moved) * counts)
        rest, none = ~plain, np.zeros(np.count_nonzero(~plain))
        left = Cells(cells.codes[rest], cells.counts[rest], none.astype(np.int64), none, none)
        return Cells(codes.astype(np.int64), n, sums, lows, highs) + left

    def rows(self, sample: SampledRows, column: str, size: float) -> SampledRows:
        return with_values(sample, column, sample.numbers[column] + self.sign * size)

    def clearly(self, size: float) -> float:
        # strength hardly grows with the size once ties are broken, and a threshold moves by a twentieth in a week
        return CLEARLY if size > self.sizes[0] else 1.0

    def between(self, low: float, high: float, part: float) -> float:
        found = super().between(low, high, part)
        return float(np.ceil(found - 1e-9)) if self.layout.whole else found


def least_shift(layout: NumericLayout) -> float:
    """The smallest shift that is tried: of whole numbers one, or else so little that it stands for any shift at all."""
    return 1.0 if layout.whole else layout.spread * FINEST


def _points(counts: Ints, lows: Floats, highs: Floats, *, whole: bool) -> tuple[Floats, Ints]:
    """[n], [n] values that stand for each cell's rows, and how many rows each stands for."""
    many = np.where(highs > lows, np.minimum(counts, POINTS), 1)
    if whole:
        many = np.minimum(many, np.maximum(highs - lows + 1, 1)).astype(np.int64)
    cell = np.repeat(np.arange(len(counts)), many)
    rank = np.arange(len(cell)) - np.repeat(np.cumsum(many) - many, many)
    part = rank / np.maximum(many[cell] - 1, 1)
    single = (many == 1)[cell]
    values = np.where(single, (lows + highs)[cell] / 2, lows[cell] + part * (highs - lows)[cell])
    if whole:
        values = np.round(values)
    share = counts[cell] * np.stack([rank, rank + 1]) // many[cell]
    return values, (share[1] - share[0]).astype(np.int64)
