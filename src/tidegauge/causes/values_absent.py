"""Values are missing."""

from collections.abc import Iterator
from math import sqrt
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import percent, quoted
from tidegauge.profiles.layouts.base import MISSING
from tidegauge.profiles.layouts.line import NAN
from tidegauge.tuning.cause_tuning import CauseTuning

WORDS = ("missing", "NaN")


class ValuesAbsent(Cause):
    """More rows have no value than in any window of the reference; the others are as they were."""

    name: ClassVar[str] = "values-missing"
    title: ClassVar[str] = "missing values"
    cost: ClassVar[float] = 1.0
    is_fault: ClassVar[bool] = True
    is_seen: ClassVar[bool] = True
    joins: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        for code in (MISSING, NAN) if column.line else (MISSING,):
            if not column.rises(code, tuning):
                continue
            mapped = np.zeros(column.layout.size)
            mapped[code] = 1.0
            before, now = float(column.before[code]), 100 * float(column.now[code])
            clause = f"{now:.3g} % of the values of {quoted(column.name)} are {WORDS[code]}, {percent(before)} before"
            gain = float(column.now[code] - column.before[code])
            share = gain / (1 - float(column.before[code]))
            yield self.fitted(column, mapped, clause, WORDS[code], tuning, share=share, gain=gain)

    def goes_with(
        self, column: ColumnChange, z: Candidate, other: ColumnChange, like: Candidate, tuning: CauseTuning
    ) -> bool:
        """Whether as many came to be missing: their difference is no more than the chance of one of them."""
        error = sqrt(z.share * (1 - z.share) / max(column.rows, 1))
        return column.name == other.name or abs(z.share - like.share) <= tuning.together * error + 1 / column.rows

    def clause_for(self, z: Candidate, columns: tuple[str, ...]) -> str:
        if len(columns) == 1:
            return z.clause
        *most, last = map(quoted, columns)
        return f"values of {', '.join(most)} and {last} are {z.key} in about as many rows, {100 * z.share:.3g} % of all"
