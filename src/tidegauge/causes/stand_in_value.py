"""A number that stands for none: −999, 9999."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import plain, quoted, some_rows
from tidegauge.causes.standing_still import holds
from tidegauge.profiles.sentinels import sentinels
from tidegauge.tuning.cause_tuning import CauseTuning


class StandInValue(Cause):
    """One value far from all others gained rows, by the rule that the contract's note of sentinels goes by."""

    name: ClassVar[str] = "stand-in"
    title: ClassVar[str] = "a value that stands for none"
    cost: ClassVar[float] = 1.5
    is_fault: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not column.line:
            return
        for value, _ in sentinels(column.line, column.here):
            code = int(column.line.codes(np.array([value]))[0])
            if not column.rises(code, tuning) or any(holds(o, column, code, tuning) for o in column.others):
                continue
            mapped = np.zeros(column.layout.size)
            mapped[code] = 1.0
            share = column.share_of(mapped)
            clause = f"{plain(value)} stands for a missing value of {quoted(column.name)}{some_rows(share)}"
            yield self.fitted(
                column, mapped, clause, plain(value), tuning, gain=float(column.now[code] - column.before[code])
            )
