"""A few of a window's rows as they are: those whose id has the smallest hash."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.base import State, pack, seal, unpack, unseal

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_HEAD = struct.Struct("<IIH")  # rows kept at most, rows, columns
_NAME = struct.Struct("<cI")  # kind of column, bytes of its name
_RAW, _LISTED, _CODES = b"r", b"l", b"c"


@dataclass(frozen=True, eq=False)
class SampledRows(State):
    """At most `limit` whole rows, for what cells cannot say: how columns hang together.

    The rows are those with the smallest hashes of their ids. Which rows those are depends on nothing but the rows, so
    every engine draws the same ones, in any order and however the window is cut; and as any hash is as good as any
    other, they are a fair sample. Two samples add: the smallest hashes of both are the smallest of the whole.

    A number that is missing is NaN here: the counts of cells tell the two apart, one row does not need to. Rows with
    one and the same hash (an id that occurs twice) are ordered by their values.
    """

    limit: int = 0  # rows kept at most; 0 only where nothing was sampled
    hashes: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # [n] 60 bits, ascending
    columns: tuple[str, ...] = ()  # every column of the mapping that was counted, in its order
    numbers: Mapping[str, Floats] = field(default_factory=dict)  # [n] of each numeric column; NaN: missing, or NaN
    codes: Mapping[str, Ints] = field(default_factory=dict)  # [n] of each other one: the code in its layout

    form: ClassVar[Form[memoryview]] = Form("sampled rows", tag=3)

    @classmethod
    def zero(cls) -> Self:
        return cls()

    @classmethod
    def drawn(cls, limit: int, hashes: Ints, columns: Iterable[str], values: Mapping[str, NDArray[Any]]) -> Self:
        """The sample of some rows, in any order: floats are numbers, whole numbers are codes."""
        columns = tuple(columns)
        clean = {c: _clean(values[c]) for c in columns}
        order = np.argsort(hashes)
        if (np.diff(hashes[order]) == 0).any():
            keys = [clean[c] for c in sorted(columns, reverse=True)]  # lexsort: the last key is the first to decide
            order = np.lexsort([*keys, hashes])
        order = order[:limit]
        kept = {c: v[order] for c, v in clean.items()}
        return cls(
            limit,
            hashes[order].astype(np.int64),
            columns,
            {c: v for c, v in kept.items() if v.dtype.kind == "f"},
            {c: v for c, v in kept.items() if v.dtype.kind != "f"},
        )

    @property
    def rows(self) -> int:
        """How many rows were kept."""
        return len(self.hashes)

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Some of the rows."""
        numbers = {c: v[kept] for c, v in self.numbers.items()}
        codes = {c: v[kept] for c, v in self.codes.items()}
        return type(self)(self.limit, self.hashes[kept], self.columns, numbers, codes)

    def __add__(self, other: Self) -> Self:
        """The sample of both; a column that only one of them has is missing in the other's rows."""
        if not self.limit or not other.limit:
            return self if self.limit else other
        columns = self.columns
        if columns != other.columns:
            columns = tuple(sorted({*self.columns, *other.columns}))
        coded = {*self.codes, *other.codes}
        values = {c: np.concatenate([_values(s, c, coded) for s in (self, other)]) for c in columns}
        hashes = np.concatenate([self.hashes, other.hashes])
        return self.drawn(min(self.limit, other.limit), hashes, columns, values)

    def to_row(self) -> bytes:
        parts = [_HEAD.pack(self.limit, self.rows, len(self.columns)), pack(self.hashes)]
        for column in self.columns:
            name = column.encode("utf-8", "surrogatepass")
            kind, body = (_CODES, pack(self.codes[column])) if column in self.codes else _short(self.numbers[column])
            parts += [_NAME.pack(kind, len(name)), name, body]
        return seal(self.form, b"".join(parts))

    @classmethod
    def from_row(cls, row: bytes) -> Self:
        body = unseal(cls.form, row)
        numbers: dict[str, Floats] = {}
        codes: dict[str, Ints] = {}
        columns = []
        try:
            limit, n, many = _HEAD.unpack_from(body)
            hashes, at = unpack(body, _HEAD.size, n)
            for _ in range(many):
                kind, length = _NAME.unpack_from(body, at)
                at += _NAME.size + length
                columns.append(bytes(body[at - length : at]).decode("utf-8", "surrogatepass"))
                if kind == _CODES:
                    values, at = unpack(body, at, n)
                    codes[columns[-1]] = values.astype(np.int64)
                else:
                    numbers[columns[-1]], at = _long(body, at, n, listed=kind == _LISTED)
        except (KeyError, ValueError, IndexError, struct.error) as e:
            raise CorruptBlob(f"stored rows do not read: {e!r}. Profile their window again.") from e
        return cls(limit, hashes.astype(np.int64), tuple(columns), numbers, codes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SampledRows) and self.to_row() == other.to_row()

    def __hash__(self) -> int:
        return hash(self.to_row())


def _values(sample: SampledRows, column: str, coded: set[str]) -> NDArray[Any]:
    """[n] a column's values, or as many missing ones."""
    if column in coded:
        return sample.codes.get(column, np.zeros(sample.rows, dtype=np.int64))
    return sample.numbers.get(column, np.full(sample.rows, np.nan))


def _clean(values: NDArray[Any]) -> NDArray[Any]:
    """[n] one zero and one NaN, so that equal rows have equal bytes."""
    if values.dtype.kind != "f":
        return values.astype(np.int64)
    return np.where(np.isnan(values), np.nan, values + 0.0)


def _short(values: Floats) -> tuple[bytes, bytes]:
    """Numbers as they are; or, where they repeat, each one once and the places in that list."""
    listed, at = np.unique(values, return_inverse=True)  # NaNs are one
    places = pack(at)
    if struct.calcsize("<I") + 8 * len(listed) + len(places) < 8 * len(values):
        return _LISTED, struct.pack("<I", len(listed)) + pack(listed) + places
    return _RAW, pack(values)


def _long(body: memoryview, at: int, n: int, *, listed: bool) -> tuple[Floats, int]:
    """[n] numbers, and where the next ones begin."""
    if not listed:
        values, at = unpack(body, at, n)
        return values, at
    (many,) = struct.unpack_from("<I", body, at)
    some, at = unpack(body, at + 4, many)
    places, at = unpack(body, at, n)
    return np.asarray(some[places]), at
