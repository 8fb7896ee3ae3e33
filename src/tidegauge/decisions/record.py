"""What one window's decision leaves for later ones: its levels, and how far they lay from what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.errors import CorruptBlob
from tidegauge.core.forms import Form
from tidegauge.profiles.states.arrays import Arrays, read_arrays, write_arrays
from tidegauge.statistics.signal_set import Signal, SignalSet

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

    def read_as(self, mine: SignalSet, other: SignalSet) -> Self:
        """The record of `mine` in the signals of another set: it says nothing of those that it has not."""
        levels, signals = _places(mine.levels, other.levels), _places(mine.signals, other.signals)
        distances = _places(mine.distances, other.distances)
        return replace(
            self,
            signal_set=other.id,
            x=_taken(self.x, levels),
            error=_taken(self.error, levels),
            residuals=_taken(self.residuals, levels),
            distances=_taken(self.distances, distances),
            z=_taken(self.z, signals),
            slow=_taken(self.slow, levels),
            pooled=_taken(self.pooled, levels),
            slow_z=np.nan_to_num(_taken(self.slow_z, levels)),
        )

    def unlearnt(self) -> Self:
        """The record of a window that is known to be a hole in the log: its levels stand, but nobody learns from them.

        How far it lay from what was expected says neither which prediction is good nor how far windows usually lie.
        """
        unknown = {k: np.full_like(getattr(self, k), np.nan) for k in ("residuals", "distances", "slow", "pooled")}
        return replace(self, **unknown, z=np.zeros_like(self.z), slow_z=np.zeros_like(self.slow_z))

    def kept(self) -> Self:
        """The record as it will be read back: what decides later windows must not depend on who computed it when."""
        return type(self).from_blob(self.to_blob())


def _places(mine: Sequence[Signal], other: Sequence[Signal]) -> NDArray[np.int64]:
    """[other] of each signal of another set its place in mine; −1 where it has none."""
    at = {t.key: k for k, t in enumerate(mine)}
    return np.array([at.get(t.key, -1) for t in other], dtype=np.int64)


def _taken(values: Floats, places: NDArray[np.int64]) -> Floats:
    """[..., K] what stands at some places; NaN where there is none."""
    padded = np.concatenate([values, np.full((*values.shape[:-1], 1), np.nan)], axis=-1)
    return np.asarray(padded[..., places])
