"""Labels that are 0 and 1, against a score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Ints
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.label_cells import UNREAL, LabelCells
from tidegauge.profiles.tasks.base import RowSum, Some, Task
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.warehouses.dialect import Dialect

PARTS = {"hits": (">=", 1), "false": (">=", 0), "missed": ("<", 1), "rest": ("<", 0)}


class Binary(Task):
    """Labels that are 0 and 1.

    Nearly all that can be said follows from rows and positives by cell of the score. What a threshold makes of the
    scores does not, for it may lie within a cell, so rows are counted by each threshold that the monitor declares.
    """

    name: ClassVar[str] = "binary"
    says: ClassVar[str] = "labels are 0 and 1"
    none: ClassVar[str] = "neither 0 nor 1"
    sides: ClassVar[tuple[str, str]] = ("label 1", "label 0")

    @classmethod
    def takes(cls, unit: LabelUnit) -> bool:
        return unit.truths

    @property
    def counted(self) -> str:
        return "" if self.unit.usual else "t" + ",".join(map(repr, self.unit.thresholds))

    def own(self, dialect: Dialect, label: str) -> str:
        del dialect
        return f"({label} = 0 OR {label} = 1)"  # one stray 2 a day would leave every other label without a number

    def truth(self, dialect: Dialect) -> str:
        del dialect
        return "label = 0 OR label = 1"

    def sums(self, dialect: Dialect) -> Sequence[RowSum]:
        real = dialect.is_finite("prediction")
        return [
            RowSum(
                f"{t!r} {part}",
                f"CASE WHEN {real} AND prediction {sign} {dialect.number(t)} AND label = {label} THEN 1 ELSE 0 END",
            )
            for t in self.unit.thresholds
            for part, (sign, label) in PARTS.items()
        ]

    def confusions(self, sums: Mapping[str, int]) -> dict[float, Confusion]:
        out: dict[float, dict[str, float]] = {}
        for name, n in sums.items():
            threshold, _, part = name.partition(" ")
            if part in PARTS:
                out.setdefault(float(threshold), {})[part] = float(n)
        return {t: Confusion(**parts) for t, parts in out.items()}

    def labels(self, counts: Ints, labels: Ints) -> Floats:
        """[cells] how many are 1, where all are 0 and 1."""
        del counts
        return np.asarray(labels / self.unit.scale, dtype=np.float64)

    def ones(self, cells: LabelCells) -> Ints | None:
        """[cells] rows whose label is 1; None where labels are others than 0 and 1."""
        if not self.binary(cells):
            return None
        return np.asarray(cells.labels // int(self.unit.scale), dtype=np.int64)

    def turned(self, dialect: Dialect, value: str) -> str:
        one = dialect.number(1.0)
        return f"CASE WHEN {value} = 0 OR {value} = 1 THEN {one} - {value} ELSE {value} END"

    def worse(self, cells: LabelCells, some: Some, *, up: bool) -> LabelCells:
        """Some of the 0 have become 1, or some of the 1 have become 0."""
        ones = cells.labels // int(self.unit.scale)
        more = some(cells.counts - ones) if up else -some(ones)
        return replace(cells, labels=(ones + more) * int(self.unit.scale), sums={})

    def binary(self, cells: LabelCells) -> bool:
        return bool((cells.truths == cells.counts)[cells.codes != UNREAL].all())
