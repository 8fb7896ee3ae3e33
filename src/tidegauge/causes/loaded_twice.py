"""Rows are there twice: a load that was tried again."""

from typing import ClassVar

from tidegauge.causes.base import Cause
from tidegauge.causes.column_words import plain
from tidegauge.causes.rows_change import RowsChange
from tidegauge.tuning.cause_tuning import CauseTuning


class LoadedTwice(Cause):
    """More rows repeat an id than in any like window, and without them there are as many as usual."""

    name: ClassVar[str] = "loaded-twice"
    title: ClassVar[str] = "rows that are there twice"
    cost: ClassVar[float] = 1.0
    is_fault: ClassVar[bool] = True

    def of_rows(self, rows: RowsChange, tuning: CauseTuning) -> str:
        if not rows.doubled > rows.doubled_before + tuning.gain:
            return ""
        again = round(rows.doubled * rows.now)
        room = tuning.uneven * min(rows.before)
        if not min(rows.before) - room <= rows.now - again <= max(rows.before) + room:
            return ""
        return f"{plain(again)} of {plain(rows.now)} rows repeat the id of another one: some were loaded twice"
