"""All rows of one segment are gone."""

from typing import ClassVar

from tidegauge.core.window import VOLUME
from tidegauge.replay.faults.base import WINDOW, Change, Columns, Fault, Ground

SHARES = (0.08, 0.18, 0.35)


class SegmentLost(Fault):
    """One value of a segment column has no rows: a region whose feed stopped."""

    name: ClassVar[str] = "segment-lost"
    sizes: ClassVar[tuple[str, str, str]] = ("one of about 8 % of rows", "18 %", "35 %")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.slices]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        return Change(keep=f"{ground.text(column)} IS DISTINCT FROM {value_of(ground, column, SHARES[size])}")

    def blames(self, ground: Ground, columns: Columns) -> Columns:
        del ground
        return (*columns, VOLUME)


def value_of(ground: Ground, column: str, share: float) -> str:
    """The value of a column whose share of the window is nearest to the one given, as a scalar subquery."""
    x = ground.text(column)
    away = f"abs({ground.dialect.real('count(*)')} / (SELECT count(*) FROM {WINDOW}) - {ground.floats(share)})"  # noqa: S608 - ours
    return f"(SELECT {x} FROM {WINDOW} WHERE {x} IS NOT NULL GROUP BY {x} ORDER BY {away}, {x} LIMIT 1)"  # noqa: S608 - quoted
