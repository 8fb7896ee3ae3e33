"""A number moves."""

from typing import ClassVar

from tidegauge.replay.faults.base import FLOAT, NORMAL, Change, Columns, Fault, Ground

SPREADS = (0.25, 0.6, 1.5)


class Shifted(Fault):
    """Every value moves by a part of the column's spread, up or down: a recalibration, another population."""

    name: ClassVar[str] = "shifted"
    sizes: ClassVar[tuple[str, str, str]] = ("by 0.25 spreads", "by 0.6", "by 1.5")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.quantities if c in ground.spreads]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        by = ground.sign(column) * SPREADS[size] * ground.spreads[column] / NORMAL
        return Change({column: f"{ground.number(column)} + {ground.floats(by)}"}, {column: FLOAT})
