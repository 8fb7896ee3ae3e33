"""Many columns' states side by side, so that a statistic over all of them is one numpy expression."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stack:
    """C columns of one kind, each counted in at most K cells, padded on the right where a column has fewer.

    Padding is a cell with zero rows; its edges and centres are nan. Counts are whole numbers held as floats
    (exact to 2^53). Two stacks compare when they come from the same layouts: then cell k of column c means the same
    in both.
    """

    columns: tuple[str, ...]
    kind: str  # what statistics read in it (`Statistic.applies`): "numeric", "categorical", or one of their own
    rows: Array  # [C] all rows of the window
    missing: Array  # [C] NULLs
    nan: Array  # [C] NaN
    inf: Array  # [C] +inf and −inf
    counts: Array  # [C, K] numeric: cells in ascending order of value; categorical: known values, then hash buckets
    centres: Array  # [C, K] numeric: mean value of the cell in this stack (its midpoint where empty), else nan
    totals: Array  # [C, K] numeric: exact sum of the cell's values, else nan
    low: Array  # [C] least finite value, nan where there is none
    high: Array  # [C] greatest finite value, nan where there is none
    edges: Array  # [C, K + 1] numeric: cell k is [edges[k], edges[k + 1]), an atom has no width; ±inf at the ends
    known: Array  # [C] categorical: how many of the K cells are known values; the next ones are buckets
    spread: Array  # [C] numeric: interquartile range of the layout's sample, never 0, else nan
    middle: Array  # [C] numeric: median of the layout's sample, else nan
    least: Array  # [C] numeric: least value of the layout's sample, else nan
    most: Array  # [C] numeric: greatest value of the layout's sample, else nan
    lows: Array | None = None  # [C, K] numeric: least value of each cell, nan where empty; None where not kept
    highs: Array | None = None  # [C, K] numeric: greatest value of each cell

    @property
    def ordered(self) -> bool:
        """Whether the cells lie on a number line: then there are means, medians and ends."""
        return len(self.columns) > 0 and bool(np.isfinite(self.spread).all())

    @property
    def finite(self) -> Array:
        """[C] rows that fell into a cell: neither missing nor NaN nor infinite."""
        total: Array = self.counts.sum(axis=1)
        return total

    def share(self) -> Array:
        """[C, K] each cell's share of the column's finite rows; nan throughout a column that has none."""
        return share(self.counts)


def share(counts: Array) -> Array:
    """[C, K] rows of `counts` as shares of their sum; a row without any count is nan, without a warning.

    >>> share(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [ nan,  nan]])
    """
    total = counts.sum(axis=1, keepdims=True)
    out: Array = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    return out


def widen(a: Array, b: Array) -> tuple[Array, Array]:
    """Two [C, …] count tables padded with empty cells to one width, for stacks that were padded to different ones."""
    width = max(a.shape[1], b.shape[1])
    return _pad(a, width), _pad(b, width)


def widest_edges(a: Stack, b: Stack) -> Array:
    """[C, K + 1] the cells' boundaries at the wider of two stacks' widths (they are the layout's, so the same)."""
    return a.edges if a.edges.shape[1] >= b.edges.shape[1] else b.edges


def _pad(counts: Array, width: int) -> Array:
    """[C, width] the counts, empty cells at the end."""
    if counts.shape[1] == width:
        return counts
    return np.pad(counts, ((0, 0), (0, width - counts.shape[1])))


def shares(current: Stack, reference: Stack) -> tuple[Array, Array]:
    """Both stacks' shares [C, K] at one width. Raises ValueError when they do not hold the same columns."""
    if current.columns != reference.columns:
        raise ValueError(f"stacks of different columns do not compare: {current.columns} and {reference.columns}")
    a, b = widen(current.counts, reference.counts)
    return share(a), share(b)
