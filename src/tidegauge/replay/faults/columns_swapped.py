"""Two columns change places."""

from itertools import pairwise
from typing import ClassVar

from tidegauge.replay.faults.base import FLOAT, Change, Columns, Fault, Ground

SHARES = (0.1, 0.4, 1.0)


class ColumnsSwapped(Fault):
    """Two numeric features that stand beside each other are exchanged: an INSERT by position."""

    name: ClassVar[str] = "columns-swapped"
    sizes: ClassVar[tuple[str, str, str]] = ("10 % of rows", "40 %", "all")

    def targets(self, ground: Ground) -> list[Columns]:
        return list(pairwise(ground.quantities))

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        a, b = columns
        x, y, hit = ground.number(a), ground.number(b), ground.hit(SHARES[size])
        swapped = {a: f"CASE WHEN {hit} THEN {y} ELSE {x} END", b: f"CASE WHEN {hit} THEN {x} ELSE {y} END"}
        return Change(swapped, {a: FLOAT, b: FLOAT})
