"""Rows are loaded twice."""

from typing import ClassVar

from tidegauge.core.window import VOLUME
from tidegauge.replay.faults.base import Change, Columns, Fault, Ground

SHARES = (0.2, 0.5, 1.0)


class RowsDoubled(Fault):
    """A share of the rows is there twice, id and all: a load that was tried again."""

    name: ClassVar[str] = "rows-doubled"
    sizes: ClassVar[tuple[str, str, str]] = ("20 % of rows", "50 %", "all")

    def targets(self, ground: Ground) -> list[Columns]:
        del ground
        return [(VOLUME,)]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        del columns
        return Change(again=ground.hit(SHARES[size]))
