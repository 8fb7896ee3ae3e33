"""Predictions belong to other rows."""

from typing import ClassVar

from tidegauge.core.window import STAGES
from tidegauge.replay.faults.base import AT, LOT, Change, Columns, Fault, Ground

SHARES = (0.3, 0.6, 1.0)


class PredictionShuffled(Fault):
    """A share of the rows have each other's predictions: a join by the wrong key. Every column alone looks as ever."""

    name: ClassVar[str] = "prediction-shuffled"
    sizes: ClassVar[tuple[str, str, str]] = ("30 % of rows", "60 %", "all")
    stages: ClassVar[frozenset[str]] = frozenset(STAGES)

    def targets(self, ground: Ground) -> list[Columns]:
        return [(ground.mapping.prediction,)] if ground.mapping.prediction else []

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        x, hit = ground.name(column), ground.hit(SHARES[size])
        over = f"PARTITION BY ({hit})"
        order = f"OVER ({over} ORDER BY {LOT}, {AT})"
        last = f"row_number() {order} = count(*) OVER ({over})"
        other = f"CASE WHEN {last} THEN first_value({x}) {order} ELSE lead({x}) {order} END"
        return Change({column: f"CASE WHEN {hit} THEN {other} ELSE {x} END"})

    def blames(self, ground: Ground, columns: Columns) -> Columns:
        return (*columns, ground.labels.value) if ground.labels else columns
