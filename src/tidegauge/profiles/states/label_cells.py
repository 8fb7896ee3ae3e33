"""Labels counted by the cell of their prediction."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.base import State, pack, seal, unpack, unseal

Ints = NDArray[np.int64]
UNREAL = -1  # in the place of a cell: rows whose only labels are NaN or infinite, which are none
PLANES = -2  # from there down: cells in which a task counts its rows a second time, by something else
_COUNT = struct.Struct("<H")


@dataclass(frozen=True, eq=False)
class LabelCells(State):
    """Labelled rows by prediction cell: how many, the sum of their labels, the sum of their predictions.

    From these add up accuracy, AUC, calibration and label − prediction (see `statistics/`), whole and by segment.
    Labels are 0 and 1, numbers, or classes, whose cell is a pair of classes. Which of them, and the unit of their sum,
    follows from the labels' layout (`LabelUnit`), as a numeric column's does from its own. What their task adds up
    beside that over all rows (errors, rows beyond a threshold) is kept by name; a state that was written before holds
    none of it, and adds as if its rows were not among those.
    """

    codes: Ints  # prediction cells with labelled rows, ascending
    counts: Ints
    labels: Ints  # sum of labels, in their unit
    parts: Ints  # sum of predictions, in the unit of the prediction's layout
    truths: (
        Ints  # rows that the task counts (`Task.truth`): of 0 and 1 those whose label is one, of numbers those above
    )
    sums: Mapping[str, int] = field(
        default_factory=dict, kw_only=True
    )  # of the task, over all rows: see `profiles/tasks/`

    form: ClassVar[Form[memoryview]] = Form("labels", 2, tag=2, readers={1: lambda old: memoryview(bytes(old) + b"{}")})

    @property
    def rows(self) -> int:
        """Rows that have a label."""
        return int(self.counts[self.codes >= 0].sum())

    @property
    def unreal(self) -> int:
        """Rows whose only labels are NaN or infinite."""
        return int(self.counts[self.codes == UNREAL].sum())

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
        names = self.sums.keys() | other.sums.keys()
        return type(self)(codes, *fields, sums={k: self.sums.get(k, 0) + other.sums.get(k, 0) for k in names})

    def to_row(self) -> bytes:
        sums = json.dumps({k: n for k, n in sorted(self.sums.items()) if n}, separators=(",", ":"))
        return seal(self.form, self._cells() + sums.encode())

    def first_form(self) -> bytes:
        """The bytes without the sums, as they were before there were any: what a digest of labels is made of."""
        return seal(self.form, self._cells(), number=1)

    def _cells(self) -> bytes:
        fields = (self.codes, self.counts, self.labels, self.parts, self.truths)
        return _COUNT.pack(len(self.codes)) + b"".join(pack(f) for f in fields)

    @classmethod
    def from_row(cls, row: bytes) -> Self:
        body = unseal(cls.form, row)
        try:
            (n,) = _COUNT.unpack_from(body)
            at, fields = _COUNT.size, []
            for _ in range(5):
                values, at = unpack(body, at, n)
                fields.append(values.astype(np.int64))
            sums = {str(k): int(n) for k, n in json.loads(bytes(body[at:])).items()}
        except (KeyError, ValueError, IndexError, AttributeError, TypeError, struct.error) as e:
            raise CorruptBlob(f"stored labels do not read: {e!r}. Profile the window again.") from e
        return cls(*fields, sums=sums)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LabelCells) and self.to_row() == other.to_row()

    def __hash__(self) -> int:
        return hash(self.to_row())
