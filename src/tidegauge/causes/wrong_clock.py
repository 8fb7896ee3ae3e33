"""All rows say that they happened some hours later or earlier: a time zone, or a summer time, that was forgotten."""

from typing import ClassVar

from tidegauge.causes.base import Cause
from tidegauge.causes.moved_hours import moved_hours
from tidegauge.causes.rows_change import RowsChange
from tidegauge.tuning.cause_tuning import CauseTuning


class WrongClock(Cause):
    """The hours of like windows, turned on the clock, are those of the window; two turns that fit alike are none."""

    name: ClassVar[str] = "wrong-clock"
    title: ClassVar[str] = "a clock that is off by hours"
    cost: ClassVar[float] = 1.0
    is_fault: ClassVar[bool] = True

    def of_rows(self, rows: RowsChange, tuning: CauseTuning) -> str:
        if rows.hours is None:
            return ""
        found = moved_hours(rows.hours, rows.hours_before, tuning)
        if found is None:
            return ""
        many = f"{abs(found.hours)} hour{'' if abs(found.hours) == 1 else 's'}"
        off = "ahead" if found.hours > 0 else "behind"
        return f"the clock of the rows is {many} {off}, as by another time zone"
