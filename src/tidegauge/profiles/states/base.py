"""What every state can do: add, and write and read itself."""

import struct
import zlib
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form

MAGIC = b"TG"
_HEAD = struct.Struct("<2sBBI")  # magic, number of the form, kind of state, CRC-32 of what follows


class State(ABC):
    """What one window × segment × column leaves behind: a commutative monoid with a byte form.

    `zero() + s == s`, `a + b == b + a`, `(a + b) + c == a + (b + c)`, and `from_row(s.to_row()) == s`, byte for
    byte, whatever the order and number of shards.
    """

    form: ClassVar[Form[memoryview]]  # how it is written; a new one brings a reader for the one before

    @classmethod
    @abstractmethod
    def zero(cls) -> Self:
        """The state of no rows."""

    @abstractmethod
    def __add__(self, other: Self) -> Self:
        """The state of both sets of rows together."""

    @abstractmethod
    def to_row(self) -> bytes:
        """Bytes with the number of their form and a checksum; equal states give equal bytes."""

    @classmethod
    @abstractmethod
    def from_row(cls, row: bytes) -> Self:
        """The state that wrote these bytes; CorruptBlob where they are not whole, NewerForm where they are too new."""


def seal(form: Form[Any], body: bytes, number: int = 0) -> bytes:
    """Put the head before a state's bytes; `number`: of the form, where it is not the current one."""
    number = number or form.number
    return _HEAD.pack(MAGIC, number, form.tag, _checksum(number, body)) + body


def unseal(form: Form[memoryview], row: bytes) -> memoryview:
    """A state's bytes without the head, once the head has been found right, as the current form has them."""
    return form.current(*opened(form, row))


def opened(form: Form[Any], row: bytes) -> tuple[int, memoryview]:
    """The number of the form that a state was written in, and its bytes without the head."""
    if len(row) < _HEAD.size:
        raise CorruptBlob(f"a stored profile is cut short: {len(row)} bytes. {_MEND}")
    magic, number, found, crc = _HEAD.unpack_from(row)
    if magic != MAGIC or not number or found != form.tag:
        raise CorruptBlob(
            f"a stored profile begins with {row[:4]!r}: form {number}, kind {found}; this version reads kind "
            f"{form.tag}, {form.name}. {_MEND}"
        )
    body = memoryview(row)[_HEAD.size :]
    if _checksum(number, body) != crc:
        raise CorruptBlob(f"a stored profile fails its checksum ({len(row)} bytes). {_MEND}")
    return number, body


def _checksum(number: int, body: bytes | memoryview) -> int:
    """The number of the form is in it: a damaged one is damage, and no form of the future."""
    return zlib.crc32(body, number - 1)


_MEND = "Profile its window again: tidegauge backfill MONITOR --from … --to … --again."

_UNSIGNED = {"A": "<u1", "B": "<u2", "C": "<u4", "D": "<u8"}
_SIGNED = {"a": "<i1", "b": "<i2", "c": "<i4", "d": "<i8"}
_WIDTHS = {ord(letter): dtype for letter, dtype in {"f": "<f8", **_UNSIGNED, **_SIGNED}.items()}


def pack(values: NDArray[Any]) -> bytes:
    """Integers at the least width that holds them all (little-endian), the width first; floats as they are."""
    if values.dtype.kind == "f":
        return b"f" + values.astype("<f8").tobytes()
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for letter, dtype in (_SIGNED if low < 0 else _UNSIGNED).items():
        info = np.iinfo(dtype)
        if info.min <= low and high <= info.max:
            return letter.encode() + values.astype(dtype).tobytes()
    raise OverflowError(f"an integer of a profile does not fit 64 bits: {low} … {high}")


def unpack(body: memoryview, at: int, n: int) -> tuple[NDArray[Any], int]:
    """[n] values that `pack` wrote at `at`, and where the next ones begin."""
    dtype = np.dtype(_WIDTHS[body[at]])
    end = at + 1 + n * dtype.itemsize
    return np.frombuffer(body, dtype, n, at + 1), end
