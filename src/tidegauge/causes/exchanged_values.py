"""Two categories have changed places: a table of codes that shifted by a line."""

from collections.abc import Iterator
from math import sqrt
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import quoted
from tidegauge.tuning.cause_tuning import CauseTuning


class ExchangedValues(Cause):
    """The value that gained most and the one that lost most, each with the other's share."""

    name: ClassVar[str] = "exchanged-values"
    title: ClassVar[str] = "two values exchanged"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if column.line or column.layout.known < 2:
            return
        moved = (column.now - column.before)[1 : column.layout.known + 1]
        up, down = 1 + int(moved.argmax()), 1 + int(moved.argmin())
        if column.before[down] <= column.before[up] or not column.rises(up, tuning):
            return
        mapped = column.before.copy()
        mapped[[up, down]] = column.before[[down, up]]
        if not self._landed(column, up, down, tuning):
            return
        gain = float(column.now[up] - column.before[up])
        one, other = (f'"{column.layout.label(k)}"' for k in sorted((up, down)))
        clause = f"{one} and {other} of {quoted(column.name)} have changed places"
        yield self.fitted(column, mapped, clause, f"{one} {other}", tuning, share=1.0, gain=gain)

    @staticmethod
    def _landed(column: ColumnChange, up: int, down: int, tuning: CauseTuning) -> bool:
        """Whether each lies where the other one lay. Halfway, nobody knows: some of one may have become the other.

        In rows as well as in shares: where rows of one are lost the other's share grows, and nothing changed places.
        """
        if not column.falls(down, tuning):
            return False
        usual_rows = float(np.median([p.rows for p in column.past]))
        between = usual_rows * sqrt(float(column.before[up] * column.before[down]))
        if not column.now[down] * column.rows < between < column.now[up] * column.rows:
            return False
        for code, other in ((up, down), (down, up)):
            usual = column.each[:, other]
            error = tuning.errors * column.error_of(float(column.before[other]))
            if not usual.min() - error <= column.now[code] <= usual.max() + error:
                return False
        return True
