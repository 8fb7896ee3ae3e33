"""Values are cut off at the top."""

from typing import ClassVar

from tidegauge.replay.faults.base import FLOAT, WINDOW, Change, Columns, Fault, Ground

QUANTILES = (0.9, 0.75, 0.5)


class Clipped(Fault):
    """All values above a quantile of the window become it: an overflow guard, a form that refuses more."""

    name: ClassVar[str] = "clipped"
    sizes: ClassVar[tuple[str, str, str]] = ("at the 90 % quantile", "at 75 %", "at the median")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.quantities]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x = ground.number(column)
        finite = f"CASE WHEN abs({x}) <= {ground.floats(1.7e308)} THEN {x} END"  # neither NaN nor infinite
        quantile = f"percentile_disc({QUANTILES[size]}) WITHIN GROUP (ORDER BY {finite})"
        top = f"(SELECT {quantile} FROM {WINDOW})"  # noqa: S608 - names are quoted
        return Change({column: f"CASE WHEN {finite} > {top} THEN {top} ELSE {x} END"}, {column: FLOAT})
