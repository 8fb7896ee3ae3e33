"""What one window's decision leaves for later ones: its levels, and how far they lay from what was expected."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.arrays import Arrays, read_arrays, write_arrays

Floats = NDArray[np.float64]
FORM = Form[Arrays]("scores", tag=5)
MEND = "Decide the window again: tidegauge backfill MONITOR --again."
EXACT = ("n", "x")  # the others are kept with seven digits: they are only ever compared with each other


@dataclass(frozen=True, eq=False)
class Record:
    """The vectors of one window, one step ahead: nothing in them was known only later.

    `x` levels [K], `error` their textbook standard errors [K], `residuals` of every predictor [P, K], `distances` to
    every pool [R, D], `z` in spreads between windows [K + D]; of slow drift the residuals to each lagged reference
    `slow` [L, K], their averages `pooled` [L, K], `slow_z` [K] and `slow_strength`; `n` rows.
    """

    signal_set: str
    n: float
    x: Floats
    error: Floats
    residuals: Floats
    distances: Floats
    z: Floats
    slow: Floats
    pooled: Floats
    slow_z: Floats
    slow_strength: float = 0.0

    def to_blob(self) -> bytes:
        """Bytes with the number of their form and a checksum; equal records give equal bytes."""
        arrays = {f.name: np.asarray(getattr(self, f.name)) for f in fields(self) if f.name != "signal_set"}
        kept = {k: a.astype("<f8" if k in EXACT else "<f4") for k, a in arrays.items()}
        return write_arrays(FORM, kept, self.signal_set)

    @classmethod
    def from_blob(cls, blob: bytes) -> Self:
        """The record that wrote these bytes; CorruptBlob where they are not whole."""
        try:
            signal_set, arrays = read_arrays(FORM, blob)
            wide = {k: a.astype(np.float64) for k, a in arrays.items()}
            return cls(
                signal_set=signal_set, n=wide.pop("n").item(), slow_strength=wide.pop("slow_strength").item(), **wide
            )
        except (CorruptBlob, TypeError, KeyError) as e:
            raise CorruptBlob(f"stored scores do not read: {e} {MEND}") from e

    def kept(self) -> Self:
        """The record as it will be read back: what decides later windows must not depend on who computed it when."""
        return type(self).from_blob(self.to_blob())
