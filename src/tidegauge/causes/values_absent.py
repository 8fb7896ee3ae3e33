"""Values are missing."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import quoted
from tidegauge.tuning.cause_tuning import CauseTuning

WORDS = ("missing", "NaN")


class ValuesAbsent(Cause):
    """More rows have no value than in any window of the reference; the others are as they were."""

    name: ClassVar[str] = "values-missing"
    title: ClassVar[str] = "missing values"
    cost: ClassVar[float] = 1.0

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        for code in column.absent:
            if not column.rises(code, tuning):
                continue
            mapped = np.zeros(column.layout.size)
            mapped[code] = 1.0
            before, now = 100 * float(column.before[code]), 100 * float(column.now[code])
            said = f"{now:.3g} % of the values of {quoted(column.name)} are {WORDS[code]}, {before:.2g} % before"
            yield self.fitted(column, mapped, said, WORDS[code], tuning, counted=True)
