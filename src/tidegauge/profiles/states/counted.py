"""A small stack straight from counts: for examples, tests, and whoever has counted by hand."""

from collections.abc import Sequence

import numpy as np

from tidegauge.profiles.states.stack import Array, Stack


def counted(
    counts: Sequence[float] | Array,
    edges: Sequence[float] | Array | None = None,
    *,
    missing: float = 0,
    nan: float = 0,
    known: int | None = None,
) -> Stack:
    """A stack of one column: categorical, or numeric with `edges` (one more than counts).

    A numeric cell's mean is taken at its midpoint, the spread is 1 and the middle is the middle of the edges.

    >>> counted([3, 1]).share()
    array([[0.75, 0.25]])
    >>> counted([3, 1], edges=[0, 1, 3]).totals
    array([[1.5, 2. ]])
    """
    table = np.array([counts], dtype=np.float64)
    width = table.shape[1]
    blank, none = np.full(1, np.nan), np.full((1, width), np.nan)
    rows = table.sum(axis=1) + missing + nan
    if edges is None:
        fixed = np.array([float(width if known is None else known)])
        return Stack(("a",), "categorical", rows, np.array([float(missing)]), np.array([float(nan)]), np.zeros(1),
                     table, none, none, blank, blank, np.full((1, width + 1), np.nan), fixed,
                     blank, blank, blank, blank)  # fmt: skip
    cuts = np.array([edges], dtype=np.float64)
    centres = (cuts[:, :-1] + cuts[:, 1:]) / 2
    full = np.flatnonzero(table[0])
    low = cuts[:, full[0]] if len(full) else blank
    high = cuts[:, full[-1] + 1] if len(full) else blank
    return Stack(("a",), "numeric", rows, np.array([float(missing)]), np.array([float(nan)]), np.zeros(1),
                 table, centres, table * centres, low, high, cuts, blank,
                 np.ones(1), (cuts[:, 0] + cuts[:, -1]) / 2, cuts[:, 0], cuts[:, -1])  # fmt: skip
