"""Counts, exact sums, least and greatest value of every cell of a layout that has rows."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.base import State, pack, seal, unpack, unseal

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_COUNT = struct.Struct("<HB")


@dataclass(frozen=True, eq=False)
class Cells(State):
    """One column's counts in its layout's cells, cells without rows left out.

    `sums` are integers in the layout's unit (see `NumericLayout.parts`), so they add exactly in any order; `lows` and
    `highs` are the cell's extremes. A categorical column has counts only: the other three are None.
    """

    codes: Ints  # ascending, each with rows
    counts: Ints
    sums: Ints | None = None
    lows: Floats | None = None
    highs: Floats | None = None

    form: ClassVar[Form[memoryview]] = Form("cells", tag=1)

    @classmethod
    def zero(cls) -> Self:
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty)

    @property
    def rows(self) -> int:
        """All rows counted."""
        return int(self.counts.sum())

    def __add__(self, other: Self) -> Self:
        return self.total([self, other])

    @classmethod
    def total(cls, states: Sequence[Self]) -> Self:
        """The sum of many states at once; the same as adding them one by one, in any order."""
        some = [s for s in states if len(s.codes)]
        if not some:
            return cls.zero()
        codes, at = np.unique(np.concatenate([s.codes for s in some]), return_inverse=True)
        counts = _sum(np.concatenate([s.counts for s in some]), at, len(codes))
        if any(s.sums is None for s in some):
            return cls(codes, counts)
        return cls(codes, counts, *_of_values(some, at, len(codes)))

    def to_row(self) -> bytes:
        parts = [_COUNT.pack(len(self.codes), self.sums is not None), pack(self.codes), pack(self.counts)]
        if self.sums is not None and self.lows is not None and self.highs is not None:
            parts += [pack(self.sums), pack(self.lows), pack(self.highs)]
        return seal(self.form, b"".join(parts))

    @classmethod
    def from_row(cls, row: bytes) -> Self:
        body = unseal(cls.form, row)
        try:
            n, summed = _COUNT.unpack_from(body)
            codes, at = unpack(body, _COUNT.size, n)
            counts, at = unpack(body, at, n)
            rest: list[Any] = []
            for _ in range(3 if summed else 0):
                values, at = unpack(body, at, n)
                rest.append(values)
        except (KeyError, ValueError, IndexError, struct.error) as e:
            raise CorruptBlob(f"a stored profile does not read: {e!r}. Profile its window again.") from e
        if not rest:
            return cls(codes.astype(np.int64), counts.astype(np.int64))
        return cls(codes.astype(np.int64), counts.astype(np.int64), rest[0].astype(np.int64), rest[1], rest[2])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cells) and self.to_row() == other.to_row()

    def __hash__(self) -> int:
        return hash(self.to_row())


def _of_values(states: Sequence[Cells], at: NDArray[np.intp], size: int) -> tuple[Ints, Floats, Floats]:
    """[size] each: sums, least and greatest values of the cells of some states, which stand `at` their place."""
    lows, highs = np.full(size, np.inf), np.full(size, -np.inf)
    np.fmin.at(lows, at, np.concatenate([s.lows for s in states if s.lows is not None]))
    np.fmax.at(highs, at, np.concatenate([s.highs for s in states if s.highs is not None]))
    sums = _sum(np.concatenate([s.sums for s in states if s.sums is not None]), at, size)
    return sums, lows, highs


def _sum(values: Ints, at: NDArray[np.intp], size: int) -> Ints:
    """[groups] exact sums; one past 64 bits is an error that says so, never a wrong number."""
    out = np.zeros(size, dtype=np.int64)
    np.add.at(out, at, values)
    rough = np.bincount(at, weights=values.astype(np.float64), minlength=size)
    if len(rough) and float(np.abs(rough).max()) > 2.0**62:
        raise OverflowError("a profile's exact sum does not fit 64 bits: fewer windows in one reference, please")
    return out
