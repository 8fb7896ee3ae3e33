"""Rows are not there."""

from typing import ClassVar

from tidegauge.core.window import VOLUME
from tidegauge.replay.faults.base import Change, Columns, Fault, Ground

SHARES = (0.2, 0.5, 0.8)


class RowsLost(Fault):
    """A share of the rows is missing, all over the window: a partition that was not loaded."""

    name: ClassVar[str] = "rows-lost"
    sizes: ClassVar[tuple[str, str, str]] = ("20 % of rows", "50 %", "80 %")

    def targets(self, ground: Ground) -> list[Columns]:
        del ground
        return [(VOLUME,)]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        del columns
        return Change(keep=f"NOT ({ground.hit(SHARES[size])})")
