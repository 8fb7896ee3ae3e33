"""The number line of a layout: how its codes are numbered, the pieces of its grid, and where its cells end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tidegauge.profiles.layouts.base import Floats

NAN, LOW_INF, BEYOND_LOW = 1, 2, 3
TAILS = 22  # doubling cells on each side: from 1/64 of the body's width to 65,536 times it
BODY = BEYOND_LOW + TAILS + 1  # the first code of the body


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the grid with one step: index = offset + floor((x − start) · inverse)."""

    start: float
    inverse: float  # a power of two
    offset: int
    size: int


class Line(Protocol):
    """What is asked of a layout here: `NumericLayout`."""

    @property
    def pieces(self) -> tuple[Piece, ...]: ...
    @property
    def starts(self) -> tuple[int, ...]: ...
    @property
    def atoms(self) -> tuple[tuple[float, int], ...]: ...
    @property
    def stop(self) -> float: ...
    @property
    def grid(self) -> int: ...
    @property
    def low_edges(self) -> Sequence[tuple[float, int]]: ...
    @property
    def tail_edges(self) -> Sequence[tuple[float, int]]: ...


def edges_of(line: Line) -> Floats:
    """[cells + 1] boundaries of the finite cells, ascending; −inf and inf at the ends."""
    cells = len(line.starts) + len(line.atoms) + 2 * TAILS + 2
    bounds = np.empty(cells + 1)
    bounds[0], bounds[-1] = -np.inf, np.inf
    bounds[1 : TAILS + 1] = [e for e, _ in reversed(line.low_edges)]
    interval = _interval_starts(line)
    at, k = TAILS + 1, 0
    for i in range(len(line.starts)):
        bounds[at] = interval[i]
        at += 1
        while k < len(line.atoms) and line.atoms[k][1] == i + 1:
            bounds[at] = interval[i + 1]  # an atom is a cell without width, at the end of the one that holds it
            at, k = at + 1, k + 1
    bounds[at] = line.stop
    bounds[at + 1 : at + 1 + TAILS] = [e for e, _ in line.tail_edges]
    return bounds


def _interval_starts(line: Line) -> Floats:
    """[intervals + 1] where the interval cells of the body begin, and where the body stops."""
    starts = np.array([p.start for p in line.pieces])
    inverses, offsets = np.array([p.inverse for p in line.pieces]), np.array([p.offset for p in line.pieces])
    g = np.append(np.array(line.starts), line.grid)
    p = np.searchsorted(offsets, g, side="right") - 1
    out: Floats = starts[p] + (g - offsets[p]) / inverses[p]
    out[-1] = line.stop
    return out
