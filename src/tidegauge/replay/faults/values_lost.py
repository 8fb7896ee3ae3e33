"""Values go missing."""

from typing import ClassVar

from tidegauge.replay.faults.base import Change, Columns, Fault, Ground

SHARES = (0.03, 0.1, 0.5)


class ValuesLost(Fault):
    """A share of one column's values is NULL: a field that an upstream service stopped filling."""

    name: ClassVar[str] = "missing"
    sizes: ClassVar[tuple[str, str, str]] = ("3 % of rows", "10 %", "50 %")

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.mapping.counted]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        hit = ground.hit(SHARES[size])
        return Change({c: f"CASE WHEN {hit} THEN NULL ELSE {ground.name(c)} END" for c in columns})
