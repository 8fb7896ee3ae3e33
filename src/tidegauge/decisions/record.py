"""What one window's decision leaves for later ones: its levels, and how far they lay from what was expected."""

import struct
import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.errors import CorruptBlob

Floats = NDArray[np.float64]
_HEAD = struct.Struct("<2sBI")  # magic, format, CRC-32 of all that follows
_SHAPE = struct.Struct("<16sHHHB")  # vocabulary, predictors, levels, distances, references
_MAGIC, _FORMAT = b"TR", 2
MEND = "Profile and decide the window again: tidegauge backfill MONITOR --again."


@dataclass(frozen=True, eq=False)
class Record:
    """The vectors of one window, one step ahead: nothing in them was known only later.

    `x` levels [K], `error` their textbook standard errors [K], `residuals` of every predictor [P, K], `distances` to
    every pool [R, D], `z` in spreads between windows [K + D]; `n` rows.
    """

    vocabulary: str
    n: float
    x: Floats
    error: Floats
    residuals: Floats
    distances: Floats
    z: Floats

    def to_blob(self) -> bytes:
        """Bytes with a format version and a checksum; equal records give equal bytes."""
        p, k = self.residuals.shape
        parts = (np.array([self.n]), self.x, self.error, self.residuals, self.distances, self.z)
        shape = _SHAPE.pack(self.vocabulary.encode(), p, k, self.distances.shape[1], self.distances.shape[0])
        body = shape + b"".join(np.ascontiguousarray(a, dtype="<f8").tobytes() for a in parts)
        return _HEAD.pack(_MAGIC, _FORMAT, zlib.crc32(body)) + body

    @classmethod
    def from_blob(cls, blob: bytes) -> Self:
        """The record that wrote these bytes; CorruptBlob where they are not whole."""
        if len(blob) < _HEAD.size + _SHAPE.size:
            raise CorruptBlob(f"stored scores are cut short: {len(blob)} bytes. {MEND}")
        magic, version, crc = _HEAD.unpack_from(blob)
        body = memoryview(blob)[_HEAD.size :]
        if magic != _MAGIC or version != _FORMAT or zlib.crc32(body) != crc:
            raise CorruptBlob(f"stored scores fail their checksum. {MEND}")
        vocabulary, p, k, d, r = _SHAPE.unpack_from(body)
        values = np.frombuffer(body, "<f8", -1, _SHAPE.size)
        sizes = np.cumsum([1, k, k, p * k, r * d])
        n, x, error, residuals, distances, z = np.split(values, sizes)
        return cls(vocabulary.decode(), float(n[0]), x, error, residuals.reshape(p, k), distances.reshape(r, d), z)
