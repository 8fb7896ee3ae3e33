"""Counts in cells that split several layouts → counts in the cells of one of them: sums, and nothing else."""

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Ints, Layout
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.cells import Cells


def coarsened(cells: Cells, layout: Layout, cut: Layout, onto: Ints) -> Cells:
    """Cells of `layout` as `cut` has them; `onto` is `layout.onto(cut)`.

    Counts, least and greatest values come out as if they had been counted in `cut`, to the byte, and so do the exact
    sums of the newest cut, in whose unit they are kept. In the unit of an older one they are right to its resolution,
    or to the width of a cell here where that is wider.
    """
    line, older = on_a_line(layout), on_a_line(cut)
    sums = cells.sums
    if line is not None and older is not None and sums is not None and cut.id != layout.cuts[-1].id:
        sums = _in_unit(cells, line, older, onto)
    return type(cells).total([type(cells)(onto[cells.codes], cells.counts, sums, cells.lows, cells.highs)])


def _in_unit(cells: Cells, line: NumericLayout, older: NumericLayout, onto: Ints) -> Ints:
    """[codes] sums in the unit of an older cut; nothing where that one only counts."""
    out = np.zeros(len(cells.codes), dtype=np.int64)
    code = onto[cells.codes]
    kept = (code > BEYOND_LOW) & (code < older.high_inf - 1)
    if cells.sums is None or cells.lows is None or cells.highs is None or not kept.any():
        return out
    n, low, high = cells.counts[kept], cells.lows[kept], cells.highs[kept]
    mean = _means(n, cells.sums[kept], low, high, line)
    # a floored value lies half a unit below the true one on average
    out[kept] = np.rint(((mean - older.start) * older.scale - 0.5) * n).astype(np.int64)
    return out


def _means(n: Ints, sums: Ints, low: Floats, high: Floats, line: NumericLayout) -> Floats:
    """[cells] mean value of each: by its sum, or half way between its ends where it lies past the newest's tails."""
    mean = line.start + (sums / n + 0.5) / line.scale
    summed = (low >= line.lowest) & (high < line.highest)
    out: Floats = np.clip(np.where(summed, mean, low / 2 + high / 2), low, high)
    return out
