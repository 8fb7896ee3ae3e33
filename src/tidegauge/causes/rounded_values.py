"""Numbers have lost what is behind the point: a column of another type."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import quoted
from tidegauge.tuning.cause_tuning import CauseTuning

WAYS: Mapping[str, np.ufunc] = {"rounded to": np.rint, "cut down to": np.floor}


class RoundedValues(Cause):
    """All values are whole numbers, of which the reference has few."""

    name: ClassVar[str] = "rounded"
    title: ClassVar[str] = "numbers without decimals"
    cost: ClassVar[float] = 1.5
    is_fault: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        before, now = column.values_before, column.values_now
        if not column.line or column.line.whole or len(now) < tuning.values or (now != np.rint(now)).any():
            return
        if (before == np.rint(before)).mean() > tuning.foreign:
            return
        for words, way in WAYS.items():
            clause = f"the values of {quoted(column.name)} are {words} whole numbers"
            yield self.fitted(column, column.pushed(way), clause, words, tuning, share=1.0)
