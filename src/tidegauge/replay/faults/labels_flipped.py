"""The truth turns round in one segment."""

from typing import ClassVar

from tidegauge.profiles.tasks import task_of
from tidegauge.replay.faults.base import Change, Columns, Fault, Ground
from tidegauge.replay.faults.segment_lost import SHARES, value_of


class LabelsFlipped(Fault):
    """In one segment 0 and 1 change places, or each class becomes the next: what was learnt no longer holds there."""

    name: ClassVar[str] = "labels-flipped"
    sizes: ClassVar[tuple[str, str, str]] = ("a segment of about 8 % of rows", "18 %", "35 %")
    stages: ClassVar[frozenset[str]] = frozenset({"labels"})

    def targets(self, ground: Ground) -> list[Columns]:
        return [(c,) for c in ground.slices] if ground.labels and ground.mapping.id else []

    def change(self, ground: Ground, columns: Columns, size: int) -> Change:
        (column,) = columns
        return Change(
            truth="" if ground.labels is None else task_of(ground.labels.unit).turned(ground.dialect, ground.label),
            rows=f"{ground.text(column)} = {value_of(ground, column, SHARES[size])}",
        )

    def blames(self, ground: Ground, columns: Columns) -> Columns:
        del columns
        return (ground.labels.value,) if ground.labels else ()
