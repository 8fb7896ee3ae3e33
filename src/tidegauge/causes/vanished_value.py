"""The rows of one value are gone: a shop whose feed stopped."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import percent, quoted
from tidegauge.tuning.cause_tuning import CauseTuning


class VanishedValue(Cause):
    """A value of every reference window has next to no row, and the others are to each other as before."""

    name: ClassVar[str] = "vanished-value"
    title: ClassVar[str] = "a value whose rows are gone"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = False

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if column.line or not column.layout.known:
            return
        usual = column.before[1 : column.layout.known + 1]
        least = column.each[:, 1 : column.layout.known + 1].min(axis=0)
        lost = np.where(
            (usual >= tuning.lost) & (least > usual / 2),
            column.now[1 : column.layout.known + 1] / np.maximum(usual, 1e-12),
            1.0,
        )
        code = 1 + int(lost.argmin())
        if lost[code - 1] > tuning.kept or column.before[code] == 1.0:
            return
        mapped = column.before / (1 - column.before[code])
        mapped[code] = 0.0
        before = float(column.before[code])
        label = column.layout.label(code)
        clause = f'the rows with "{label}" in {quoted(column.name)} are gone, {percent(before)} of all before'
        yield self.fitted(column, mapped, clause, label, tuning)
