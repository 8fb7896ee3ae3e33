"""A window's profile as a small frame that stands for its rows, one column at a time.

Each column's values are drawn from its cells: every cell that has rows is there, the least and the greatest value are
exact, missing values are missing, and shares are those of the window (to one row in ten thousand). So an expectation
about one column means the same here as on the table, at the cost of 10,000 rows whatever the window holds. Rows do not
belong together: an expectation about two columns is for the table.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tidegauge.layouts.base import MISSING, Layout
from tidegauge.layouts.numeric import BEYOND_LOW, LOW_INF, NAN, NumericLayout
from tidegauge.states.cells import Cells

if TYPE_CHECKING:
    import pandas as pd

SIZE = 10_000
Ints = NDArray[np.int64]


def small_frame(columns: Mapping[str, Cells], layouts: Mapping[str, Layout], size: int = SIZE) -> "pd.DataFrame":
    """The frame. A window with fewer rows than `size` gives one row for each."""
    import pandas as pd

    rows = max((cells.rows for cells in columns.values()), default=0)
    out: dict[str, pd.Series] = {}
    for name, cells in columns.items():
        layout = layouts[name]
        share = allot(cells.counts, min(rows, size))
        if isinstance(layout, NumericLayout):
            out[name] = pd.Series(_numbers(cells, layout, share), dtype="float64")
        else:
            labels = [None if code == MISSING else layout.label(code) for code in cells.codes.tolist()]
            values = [label for label, n in zip(labels, share.tolist(), strict=True) for _ in range(n)]
            out[name] = pd.Series(values, dtype="object")  # Great Expectations does not know pandas' own str yet
    return pd.DataFrame(out)


def allot(counts: Ints, size: int) -> Ints:
    """Rows of the frame for each cell: in proportion, none left out, a cell of two or more with two where they fit.

    >>> allot(np.array([1, 1_000_000]), 100).tolist()
    [1, 99]
    """
    total = int(counts.sum())
    if total <= size:
        return counts
    fits: Ints = np.minimum(counts, size // len(counts))
    least: Ints = np.minimum(fits, 2)
    ideal = counts * (size / total)
    share: Ints = np.maximum(least, np.floor(ideal).astype(np.int64))
    lacking = size - int(share.sum())
    if lacking > 0:
        share[np.argsort(share - ideal, kind="stable")[:lacking]] += 1
    for k in np.argsort(-share, kind="stable") if lacking < 0 else ():
        given = min(int(share[k] - least[k]), -lacking)  # the largest make room for the small ones
        share[k] -= given
        lacking += given
    return share


def _numbers(cells: Cells, layout: NumericLayout, share: Ints) -> NDArray[np.float64]:
    """The values of a numeric column: in each cell its least, its greatest, and its mean in between."""
    out = np.empty(int(share.sum()))
    at = 0
    for k, (code, n) in enumerate(zip(cells.codes.tolist(), share.tolist(), strict=True)):
        here = out[at : at + n]
        at += n
        if code in (MISSING, NAN):
            here[:] = np.nan
        elif code in (LOW_INF, layout.high_inf):
            here[:] = -np.inf if code == LOW_INF else np.inf
        elif cells.sums is not None and cells.lows is not None and cells.highs is not None and n:
            low, high = cells.lows[k], cells.highs[k]
            beyond = code in (BEYOND_LOW, layout.high_inf - 1)  # only counted there, not summed
            mean = low if beyond else layout.start + (cells.sums[k] / cells.counts[k] + 0.5) / layout.scale
            here[:] = np.clip(mean, low, high)
            here[0], here[-1] = low, high
    return out
