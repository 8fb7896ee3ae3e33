"""Put many columns' cells side by side: states and their layouts → one `Stack`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.layouts.base import MISSING, Layout
from tidegauge.layouts.categorical import CategoricalLayout
from tidegauge.layouts.numeric import BEYOND_LOW, LOW_INF, NAN, NumericLayout
from tidegauge.states.cells import Cells
from tidegauge.states.stack import Array, Stack


def stack_numeric(layouts: Mapping[str, NumericLayout], states: Sequence[Mapping[str, Cells]]) -> Stack:
    """The sum of several windows' states, for every numeric column; a column that no window has counts nothing."""
    columns = tuple(layouts)
    width = max((layout.size for layout in layouts.values()), default=BEYOND_LOW + 1)
    g = _gather(columns, states)
    flat = g.column * width + g.code
    counts = _table(flat, g.count, len(columns), width)
    sums = _table(flat, g.sum, len(columns), width)
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
        kind="numeric",
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


def stack_categorical(layouts: Mapping[str, CategoricalLayout], states: Sequence[Mapping[str, Cells]]) -> Stack:
    """The sum of several windows' states, for every categorical column."""
    columns = tuple(layouts)
    width = max((layout.size for layout in layouts.values()), default=1)
    g = _gather(columns, states)
    counts = _table(g.column * width + g.code, g.count, len(columns), width)
    nothing = np.full(len(columns), np.nan)
    none, blank = np.zeros(len(columns)), np.full((len(columns), width - 1), np.nan)
    return Stack(
        columns=columns,
        kind="categorical",
        rows=counts.sum(axis=1),
        missing=counts[:, MISSING],
        nan=none,
        inf=none,
        counts=counts[:, 1:],
        centres=blank,
        totals=blank,
        low=nothing,
        high=nothing,
        edges=np.full((len(columns), width), np.nan),
        known=np.array([float(len(layout.values)) for layout in layouts.values()]),
        spread=nothing,
        middle=nothing,
        least=nothing,
        most=nothing,
    )


def stack(layouts: Mapping[str, Layout], states: Sequence[Mapping[str, Cells]]) -> tuple[Stack, Stack]:
    """The numeric and the categorical stack of the same windows."""
    numeric = {c: layout for c, layout in layouts.items() if isinstance(layout, NumericLayout)}
    categorical = {c: layout for c, layout in layouts.items() if isinstance(layout, CategoricalLayout)}
    return stack_numeric(numeric, states), stack_categorical(categorical, states)


def _table(at: NDArray[np.int64], what: Array, columns: int, width: int) -> Array:
    """[columns, width] sums of `what` by place."""
    return np.bincount(at, what, minlength=columns * width).astype(np.float64).reshape(columns, width)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Every cell of every state in one long table."""

    column: NDArray[np.int64]
    code: NDArray[np.int64]
    count: Array
    sum: Array
    low: Array
    high: Array


def _gather(columns: Sequence[str], states: Sequence[Mapping[str, Cells]]) -> _Gathered:
    found = [(c, s[column]) for c, column in enumerate(columns) for s in states if column in s]
    empty = np.zeros(0)

    def long(part: Callable[[Cells], NDArray[Any] | None]) -> Array:
        parts = [p for _, s in found if (p := part(s)) is not None]
        return np.concatenate(parts).astype(np.float64) if parts else empty

    return _Gathered(
        column=np.repeat([c for c, _ in found], [len(s.codes) for _, s in found]).astype(np.int64),
        code=np.concatenate([s.codes for _, s in found]) if found else np.zeros(0, dtype=np.int64),
        count=long(lambda s: s.counts),
        sum=long(lambda s: s.sums),
        low=long(lambda s: s.lows),
        high=long(lambda s: s.highs),
    )
