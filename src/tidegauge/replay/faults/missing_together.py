"""Values of several columns go missing in the same rows."""

from typing import ClassVar

from tidegauge.replay.faults.base import Change, Columns, Fault, Ground
from tidegauge.replay.faults.values_lost import SHARES

TOGETHER = 3


class MissingTogether(Fault):
    """Three features that stand beside each other in the monitor are NULL in the same rows: a join that failed."""

    name: ClassVar[str] = "missing-together"
    sizes: ClassVar[tuple[str, str, str]] = ("3 % of rows", "10 %", "50 %")

    def targets(self, ground: Ground) -> list[Columns]:
        found = ground.features
        return [found[i : i + TOGETHER] for i in range(0, len(found) - TOGETHER + 1, TOGETHER)]

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        hit = ground.hit(SHARES[size])
        return Change({c: f"CASE WHEN {hit} THEN NULL ELSE {ground.name(c)} END" for c in columns})
