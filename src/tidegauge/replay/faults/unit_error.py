"""A number comes in another unit."""

from typing import ClassVar

from tidegauge.replay.faults.base import FLOAT, Change, Columns, Fault, Ground

STEPS = ((1.609344, 1.0), (1000.0, 0.3), (1000.0, 1.0))  # factor, share of rows


class UnitError(Fault):
    """Miles become kilometres, or units thousandths: every value is plausible text, and wrong."""

    name: ClassVar[str] = "unit-error"
    sizes: ClassVar[tuple[str, str, str]] = ("× 1.609, all rows", "× 1000, 30 %", "× 1000, all")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.quantities]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        factor, share = STEPS[size]
        x, most = ground.number(column), ground.floats(1e300)
        changed = f"CASE WHEN {ground.hit(share)} AND abs({x}) < {most} THEN {x} * {ground.floats(factor)} ELSE {x} END"
        return Change({column: changed}, {column: FLOAT})
