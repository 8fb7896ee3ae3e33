"""A value turns up that was never seen."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import percent, quoted
from tidegauge.tuning.cause_tuning import CauseTuning


class OneNewValue(Cause):
    """One bucket of unknown values gains rows. Which value it is no profile says: it is hashed."""

    name: ClassVar[str] = "new-category"
    title: ClassVar[str] = "a new category"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = False

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if column.line or column.layout.known + 1 >= column.layout.size:
            return
        first = column.layout.known + 1
        code = first + int((column.now - column.before)[first:].argmax())
        if not column.rises(code, tuning):
            return
        mapped = np.zeros(column.layout.size)
        mapped[code] = 1.0
        gain = float(column.now[code] - column.before[code])
        clause = f"{quoted(column.name)} has a value that was never seen before, in {percent(gain)} of the rows"
        yield self.fitted(column, mapped, clause, "new", tuning, gain=gain)
