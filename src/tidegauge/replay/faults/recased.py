"""Categories change between upper and lower case."""

from typing import ClassVar

from tidegauge.replay.faults.base import TEXT, Change, Columns, Fault, Ground

SHARES = (0.05, 0.3, 1.0)


class Recased(Fault):
    """A code "AA" becomes "aa": the same to a person, and unknown to the model."""

    name: ClassVar[str] = "recased"
    sizes: ClassVar[tuple[str, str, str]] = ("5 % of rows", "30 %", "all")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.names]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x = ground.text(column)
        other = f"CASE WHEN lower({x}) <> {x} THEN lower({x}) ELSE upper({x}) END"
        return Change({column: f"CASE WHEN {ground.hit(SHARES[size])} THEN {other} ELSE {x} END"}, {column: TEXT})
