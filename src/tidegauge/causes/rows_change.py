"""The rows of a window themselves, beside those of the windows that it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tidegauge.causes.column_change import ColumnChange, Floats


@dataclass(frozen=True, eq=False)
class RowsChange:
    """What is asked of rows by every cause that is one of rows."""

    now: int
    before: Sequence[int]  # of each reference window
    doubled: float  # the share of rows with an id that occurred before in the window
    doubled_before: float  # the most of like windows
    columns: Sequence[ColumnChange]  # all that the monitor counts
    hours: Floats | None = None  # [24] by the clock; None where they were not counted
    hours_before: Floats = field(default_factory=lambda: np.zeros((0, 24)))  # [windows, 24] of those that have them
