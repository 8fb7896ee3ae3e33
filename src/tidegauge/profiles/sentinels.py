"""A value that stands for another thing than a number: −999999999 for "unknown", 1e15 for "none"."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells

Floats = NDArray[np.float64]
APART = 10.0  # times as far from all other values as these reach: what a tail does once in a great while
LEAST, MOST = 0.0005, 0.5  # of the rows: a slip of the hand; what is most of a column is the column


class Sentinel(NamedTuple):
    """A value that many rows share, far from all others."""

    value: float
    share: float  # of the rows that hold a number


def sentinels(layout: NumericLayout, cells: Cells) -> list[Sentinel]:
    """The least and the greatest value of a window's rows, where they look like sentinels.

    A cell keeps its extremes: where these are one value, all of its rows hold it. One row alone is never one.
    """
    if cells.lows is None or cells.highs is None:
        return []
    a, z = np.searchsorted(cells.codes, [BEYOND_LOW, layout.high_inf]).tolist()
    return _at_the_ends(cells.lows[a:z], cells.highs[a:z], cells.counts[a:z])


def sentinels_among(numbers: Floats) -> list[Sentinel]:
    """[n] → the same of plain numbers.

    >>> sentinels_among(np.array([-999.0, -999.0, 1.0, 2.0, 3.0, 4.0]))
    [Sentinel(value=-999.0, share=0.3333333333333333)]
    """
    values, counts = np.unique(numbers[np.isfinite(numbers)], return_counts=True)
    return _at_the_ends(values, values, counts)


def _at_the_ends(lows: Floats, highs: Floats, counts: NDArray[np.int64]) -> list[Sentinel]:
    if len(counts) < 4:  # a few values tell nothing of each other
        return []
    found, rows = [], int(counts.sum())
    with np.errstate(over="ignore"):  # near the greatest floats a distance is infinite
        reach = highs[-2] - lows[1]  # there may be one at either end
        for k, gap in ((0, lows[1] - highs[0]), (-1, lows[-1] - highs[-2])):
            part = float(counts[k]) / rows
            if lows[k] == highs[k] and counts[k] > 1 and LEAST <= part <= MOST and gap > APART * reach > 0:
                found.append(Sentinel(float(lows[k]), part))
    return found
