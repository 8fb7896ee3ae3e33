"""Numbers stacked: cells of the number line side by side, with their means and edges."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import MISSING
from tidegauge.profiles.layouts.line import BEYOND_LOW, LOW_INF, NAN
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.profiles.states.stacking import by_code, gather

Floats = NDArray[np.float64]


def stack_numeric(layouts: Mapping[str, NumericLayout], states: Sequence[Mapping[str, Cells]]) -> Stack:
    """The sum of several windows' states, for every numeric column; a column that no window has counts nothing."""
    columns = tuple(layouts)
    width = max((layout.size for layout in layouts.values()), default=BEYOND_LOW + 1)
    g = gather(columns, states)
    flat = g.column * width + g.code
    counts = by_code(flat, g.count, len(columns), width)
    sums = by_code(flat, g.sum, len(columns), width)
    ends = np.full((2, len(columns) * width), np.inf)
    np.fmin.at(ends[0], flat, g.low)  # on one long row: several times faster than by column and code
    np.fmin.at(ends[1], flat, -g.high)
    least, most = ends[0].reshape(counts.shape), -ends[1].reshape(counts.shape)
    line = _Line(len(columns), width - 1 - BEYOND_LOW)
    for c, layout in enumerate(layouts.values()):
        here = slice(BEYOND_LOW, layout.high_inf)
        line.put(c, layout, counts[c, here], sums[c, here], least[c, here], most[c, here])
    above = np.array([layout.high_inf for layout in layouts.values()], dtype=np.int64)
    return Stack(
        columns=columns,
        kind=NumericLayout.kind,
        rows=counts.sum(axis=1),
        missing=counts[:, MISSING],
        nan=counts[:, NAN],
        inf=counts[:, LOW_INF] + counts[np.arange(len(columns)), above],
        counts=line.cells,
        centres=line.centres,
        totals=line.totals,
        low=np.where(np.isfinite(line.low), line.low, np.nan),
        high=np.where(np.isfinite(line.high), line.high, np.nan),
        edges=line.edges,
        known=np.full(len(columns), np.nan),
        spread=np.array([layout.spread for layout in layouts.values()]),
        middle=np.array([layout.middle for layout in layouts.values()]),
        least=np.array([layout.least for layout in layouts.values()]),
        most=np.array([layout.most for layout in layouts.values()]),
        lows=line.lows,
        highs=line.highs,
    )


class _Line:
    """[columns, cells] what is known of each cell between the two infinities; a narrower column leaves the rest out."""

    def __init__(self, columns: int, cells: int) -> None:
        shape = (columns, cells)
        self.low, self.high = np.full(columns, np.inf), np.full(columns, -np.inf)
        self.cells, self.totals = np.zeros(shape), np.zeros(shape)
        self.centres, self.edges = np.full(shape, np.nan), np.full((columns, cells + 1), np.nan)
        self.lows, self.highs = np.full(shape, np.nan), np.full(shape, np.nan)

    def put(self, c: int, layout: NumericLayout, counts: Floats, sums: Floats, least: Floats, most: Floats) -> None:
        """Column `c`: [n] rows of each cell, sums of what was floored in it, its least and its greatest value."""
        n = len(counts)
        cells, totals, centres = self.cells[c, :n], self.totals[c, :n], self.centres[c, :n]
        cells[:], self.edges[c, : n + 1] = counts, layout.edges
        low, high = least.min(), most.max()
        self.low[c], self.high[c] = low, high
        # a floored value lies half a unit below the true one on average
        totals[:] = cells * layout.start + (sums + 0.5 * cells) / layout.scale
        some = cells > 0
        self.lows[c, :n], self.highs[c, :n] = np.where(some, least, np.nan), np.where(some, most, np.nan)
        # past the tails only count, least and greatest are kept; a sum of 1e308s may not fit, their mean does
        with np.errstate(over="ignore"):
            if some[0]:
                totals[0] = cells[0] * low
            if some[-1]:
                totals[-1] = cells[-1] * high
        bounds = np.concatenate([[layout.lowest], layout.edges[1:-1], [layout.highest]])
        middle = bounds[:-1] + (bounds[1:] - bounds[:-1]) / 2
        centres[:] = np.where(some, totals / np.maximum(cells, 1), middle)
        centres[0] = low if some[0] else middle[0]
        centres[-1] = high if some[-1] else middle[-1]
