"""A sensor repeats itself."""

from typing import ClassVar

from tidegauge.replay.faults.base import AT, LOT, WINDOW, Change, Columns, Fault, Ground

SHARES = (0.1, 0.4, 1.0)


class Stuck(Fault):
    """Rows carry the window's first value: a sensor that froze, a cache that was never refreshed."""

    name: ClassVar[str] = "stuck"
    sizes: ClassVar[tuple[str, str, str]] = ("10 % of rows", "40 %", "all")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.quantities]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x = ground.name(column)
        first = f"(SELECT {x} FROM {WINDOW} WHERE {x} IS NOT NULL ORDER BY {AT}, {LOT} LIMIT 1)"  # noqa: S608 - quoted
        return Change({column: f"CASE WHEN {ground.hit(SHARES[size])} THEN {first} ELSE {x} END"})
