"""Many columns' cells in one long table, from which each kind of column makes its stack."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Array


def by_code(at: NDArray[np.int64], what: Array, columns: int, width: int) -> Array:
    """[columns, width] sums of `what` by place."""
    return np.bincount(at, what, minlength=columns * width).astype(np.float64).reshape(columns, width)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Every cell of every state in one long table."""

    column: NDArray[np.int64]
    code: NDArray[np.int64]
    count: Array
    sum: Array
    low: Array
    high: Array


def gather(columns: Sequence[str], states: Sequence[Mapping[str, Cells]]) -> Gathered:
    """Some columns' cells in all of the states; a column that a state has not counts nothing there."""
    found = [(c, s[column]) for c, column in enumerate(columns) for s in states if column in s]
    empty = np.zeros(0)

    def long(part: Callable[[Cells], NDArray[Any] | None]) -> Array:
        """[cells of all states] one thing of each cell."""
        parts = [p for _, s in found if (p := part(s)) is not None]
        return np.concatenate(parts).astype(np.float64) if parts else empty

    return Gathered(
        column=np.repeat([c for c, _ in found], [len(s.codes) for _, s in found]).astype(np.int64),
        code=np.concatenate([s.codes for _, s in found]) if found else np.zeros(0, dtype=np.int64),
        count=long(lambda s: s.counts),
        sum=long(lambda s: s.sums),
        low=long(lambda s: s.lows),
        high=long(lambda s: s.highs),
    )
