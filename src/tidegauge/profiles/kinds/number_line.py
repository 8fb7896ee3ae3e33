"""Numbers stacked: cells of the number line side by side, with their means and edges."""

from collections.abc import Mapping, Sequence

import numpy as np

from tidegauge.profiles.layouts.base import MISSING
from tidegauge.profiles.layouts.line import BEYOND_LOW, LOW_INF, NAN
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.profiles.states.stacking import by_code, gather


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
    low, high = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)
    inner = width - 1 - BEYOND_LOW
    cells, totals = np.zeros((len(columns), inner)), np.zeros((len(columns), inner))
    centres, edges = np.full((len(columns), inner), np.nan), np.full((len(columns), inner + 1), np.nan)
    lows, highs = np.full((len(columns), inner), np.nan), np.full((len(columns), inner), np.nan)
    inf = np.zeros(len(columns))
    for c, layout in enumerate(layouts.values()):
        n = layout.high_inf - BEYOND_LOW
        here = slice(BEYOND_LOW, BEYOND_LOW + n)
        cells[c, :n], edges[c, : n + 1] = counts[c, here], layout.edges
        low[c], high[c] = least[c, here].min(), most[c, here].max()
        # a floored value lies half a unit below the true one on average
        totals[c, :n] = cells[c, :n] * layout.start + (sums[c, here] + 0.5 * cells[c, :n]) / layout.scale
        some = cells[c, :n] > 0
        lows[c, :n], highs[c, :n] = np.where(some, least[c, here], np.nan), np.where(some, most[c, here], np.nan)
        # past the tails only count, least and greatest are kept; a sum of 1e308s may not fit, their mean does
        with np.errstate(over="ignore"):
            if some[0]:
                totals[c, 0] = cells[c, 0] * low[c]
            if some[n - 1]:
                totals[c, n - 1] = cells[c, n - 1] * high[c]
        bounds = np.concatenate([[layout.lowest], layout.edges[1:-1], [layout.highest]])
        middle = bounds[:-1] + (bounds[1:] - bounds[:-1]) / 2
        centres[c, :n] = np.where(some, totals[c, :n] / np.maximum(cells[c, :n], 1), middle)
        centres[c, 0] = low[c] if some[0] else middle[0]
        centres[c, n - 1] = high[c] if some[n - 1] else middle[n - 1]
        inf[c] = counts[c, LOW_INF] + counts[c, layout.high_inf]
    return Stack(
        columns=columns,
        kind=NumericLayout.kind,
        rows=counts.sum(axis=1),
        missing=counts[:, MISSING],
        nan=counts[:, NAN],
        inf=inf,
        counts=cells,
        centres=centres,
        totals=totals,
        low=np.where(np.isfinite(low), low, np.nan),
        high=np.where(np.isfinite(high), high, np.nan),
        edges=edges,
        known=np.full(len(columns), np.nan),
        spread=np.array([layout.spread for layout in layouts.values()]),
        middle=np.array([layout.middle for layout in layouts.values()]),
        least=np.array([layout.least for layout in layouts.values()]),
        most=np.array([layout.most for layout in layouts.values()]),
        lows=lows,
        highs=highs,
    )
