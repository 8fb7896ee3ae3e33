"""A number loses its sign."""

from typing import ClassVar

from tidegauge.replay.faults.base import FLOAT, Change, Columns, Fault, Ground

SHARES = (0.03, 0.2, 1.0)


class SignFlipped(Fault):
    """x becomes −x: debits booked as credits, a direction taken the other way."""

    name: ClassVar[str] = "sign-flipped"
    sizes: ClassVar[tuple[str, str, str]] = ("3 % of rows", "20 %", "all")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.quantities]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x = ground.number(column)
        return Change({column: f"CASE WHEN {ground.hit(SHARES[size])} THEN -({x}) ELSE {x} END"}, {column: FLOAT})
