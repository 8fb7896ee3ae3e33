"""The sign is the other one: debits booked as credits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.column_words import quoted, some_rows
from tidegauge.causes.never_reached import brings, displaced_rows, proves
from tidegauge.tuning.cause_tuning import CauseTuning


class OppositeSign(Cause):
    """x became −x, in all rows or in some."""

    name: ClassVar[str] = "opposite-sign"
    title: ClassVar[str] = "the opposite sign"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = True
    is_map: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not column.line or any(brings(column, other, tuning) for other in column.others):
            return
        mapped = column.pushed(turned)
        displaced = displaced_rows(column, turned, tuning.jump, tuning)
        share = displaced or column.share_of(mapped)
        if column.distance(mapped, column.before) < tuning.gain or share == 0.0:
            return
        proved = share == 1.0 and proves(column, turned, tuning)
        clause = f"{quoted(column.name)} has the opposite sign{some_rows(share)}"
        z = self.fitted(column, mapped, clause, "sign", tuning, share=share, proved=proved or displaced > 0)
        yield replace(z, displaced=displaced > 0)


def turned(values: Floats) -> Floats:
    """[n] values with the other sign; 0 has none."""
    return 0.0 - values
