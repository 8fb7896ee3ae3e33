"""Two categories have changed places: a table of codes that shifted by a line."""

from collections.abc import Iterator
from typing import ClassVar

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import quoted, some_rows
from tidegauge.tuning.cause_tuning import CauseTuning


class ExchangedValues(Cause):
    """The value that gained most and the one that lost most, each with the other's share."""

    name: ClassVar[str] = "exchanged-values"
    title: ClassVar[str] = "two values exchanged"
    cost: ClassVar[float] = 2.0

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if column.line or column.layout.known < 2:
            return
        moved = (column.now - column.before)[1 : column.layout.known + 1]
        up, down = 1 + int(moved.argmax()), 1 + int(moved.argmin())
        if column.before[down] <= column.before[up] or not column.rises(up, tuning):
            return
        mapped = column.before.copy()
        mapped[[up, down]] = column.before[[down, up]]
        share = column.share_of(mapped)
        one, other = (f'"{column.layout.label(k)}"' for k in sorted((up, down)))
        said = f"{one} and {other} of {quoted(column.name)} have changed places{some_rows(share)}"
        yield self.fitted(column, mapped, said, f"{one} {other}", tuning)
