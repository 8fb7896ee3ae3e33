"""Part of the rows is missing, whichever they are: a partition that was not loaded."""

from typing import ClassVar

from tidegauge.causes.base import Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import plain
from tidegauge.causes.rows_change import RowsChange
from tidegauge.tuning.cause_tuning import CauseTuning


class PartialLoad(Cause):
    """Fewer rows than in any like window, and no column is made up in another way than these are."""

    name: ClassVar[str] = "partial-load"
    title: ClassVar[str] = "part of the rows is missing"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = True

    def of_rows(self, rows: RowsChange, tuning: CauseTuning) -> str:
        least = min(rows.before)
        if not 0 < rows.now < (1 - tuning.uneven) * least or not rows.columns:
            return ""
        if any(is_other(c, tuning) for c in rows.columns):
            return ""
        usual = f"{plain(least)} to {plain(max(rows.before))}"
        return f"part of the rows is missing, of all kinds alike: {plain(rows.now)} of usually {usual}"


def is_other(column: ColumnChange, tuning: CauseTuning) -> bool:
    """Whether a column is made up otherwise than its reference windows, beyond the chance of so few rows."""
    return column.gone > tuning.beyond * column.farthest + column.noise
