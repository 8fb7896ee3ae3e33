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

from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.cells import Cells

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
        values = KINDS[layout.kind].drawn(layout, cells, allot(cells.counts, min(rows, size)))
        out[name] = pd.Series(values, dtype=values.dtype)  # Great Expectations does not know pandas' own str yet
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
