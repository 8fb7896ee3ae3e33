"""The rows of a window themselves, beside those of the windows that it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidegauge.causes.column_change import ColumnChange


@dataclass(frozen=True, eq=False)
class RowsChange:
    """What is asked of rows by every cause that is one of rows."""

    now: int
    before: Sequence[int]  # of each reference window
    doubled: float  # the share of rows with an id that occurred before in the window
    doubled_before: float  # the most of like windows
    columns: Sequence[ColumnChange]  # all that the monitor counts
