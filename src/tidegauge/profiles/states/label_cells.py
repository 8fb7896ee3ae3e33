"""Labels counted by the cell of their prediction."""

import struct
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.base import State, pack, seal, unpack, unseal

Ints = NDArray[np.int64]
LABEL_BITS = 20  # a label is counted as floor(label · 2²⁰): exact for 0 and 1
_COUNT = struct.Struct("<H")


@dataclass(frozen=True, eq=False)
class LabelCells(State):
    """Labelled rows by prediction cell: how many, the sum of their labels, the sum of their predictions.

    From these add up accuracy, AUC, calibration and label − prediction (see `statistics/`), whole and by segment.
    Labels are 0 or 1; a number is taken as it is, and only label − prediction is said of it.
    """

    codes: Ints  # prediction cells with labelled rows, ascending
    counts: Ints
    labels: Ints  # sum of labels · 2²⁰
    parts: Ints  # sum of predictions, in the unit of the prediction's layout
    truths: Ints  # rows whose label is 0 or 1: accuracy and AUC are said only where all are

    form: ClassVar[Form[memoryview]] = Form("labels", tag=2)

    @classmethod
    def zero(cls) -> Self:
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty, empty, empty)

    def __add__(self, other: Self) -> Self:
        codes, at = np.unique(np.concatenate([self.codes, other.codes]), return_inverse=True)
        fields = []
        for name in ("counts", "labels", "parts", "truths"):
            a, b = getattr(self, name), getattr(other, name)
            out = np.zeros(len(codes), dtype=np.int64)
            np.add.at(out, at, np.concatenate([a, b]))
            fields.append(out)
        return type(self)(codes, *fields)

    def to_row(self) -> bytes:
        fields = (self.codes, self.counts, self.labels, self.parts, self.truths)
        return seal(self.form, _COUNT.pack(len(self.codes)) + b"".join(pack(f) for f in fields))

    @classmethod
    def from_row(cls, row: bytes) -> Self:
        body = unseal(cls.form, row)
        try:
            (n,) = _COUNT.unpack_from(body)
            at, fields = _COUNT.size, []
            for _ in range(5):
                values, at = unpack(body, at, n)
                fields.append(values.astype(np.int64))
        except (KeyError, ValueError, IndexError, struct.error) as e:
            raise CorruptBlob(f"stored labels do not read: {e!r}. Profile the window again.") from e
        return cls(*fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelCells) and self.to_row() == other.to_row()

    def __hash__(self) -> int:
        return hash(self.to_row())
