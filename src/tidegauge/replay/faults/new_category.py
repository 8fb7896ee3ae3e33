"""A category that was never there."""

from typing import ClassVar

from tidegauge.replay.faults.base import TEXT, Change, Columns, Fault, Ground

SHARES = (0.01, 0.05, 0.3)
VALUE = "tidegauge-new"


class NewCategory(Fault):
    """Some rows carry a value that no layout knows: a product that was launched, an enum that was extended."""

    name: ClassVar[str] = "new-category"
    sizes: ClassVar[tuple[str, str, str]] = ("1 % of rows", "5 %", "30 %")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.names]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x = ground.text(column)
        return Change({column: f"CASE WHEN {ground.hit(SHARES[size])} THEN '{VALUE}' ELSE {x} END"}, {column: TEXT})
