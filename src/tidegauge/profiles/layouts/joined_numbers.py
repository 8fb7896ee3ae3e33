"""Numbers cut again: cells that split those of two or three layouts at once, so that any of them comes by summing.

Where a value lies in both of two layouts is one number: the sum of its two codes. As values rise neither code falls, so
a sum stands for one pair of cells; one look-up makes it a code. Values with a cell of their own in any of the layouts
have one here too. So every engine finds the same cell here if it finds the same cells there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import MISSING, Floats, Ints, Layout
from tidegauge.profiles.layouts.line import BEYOND_LOW, LOW_INF, NAN
from tidegauge.profiles.layouts.numeric import NumericLayout

_FLIP = np.int64(2**63 - 1)


class _Cells(NamedTuple):
    """The cells on the line, in order: stretches between values, each followed by the single values that lie in it."""

    lefts: Floats  # [K] the least value of each stretch
    codes: Ints  # [K]
    sums: Ints  # [K] of the codes in all cuts
    atoms: Floats  # [A] ascending
    atom_codes: Ints  # [A]


@dataclass(frozen=True)
class JoinedNumbers(NumericLayout):
    """The newest layout of a column, with the cells of older ones told apart as well. Sums are in the newest's unit."""

    older: tuple[NumericLayout, ...]  # the first one first

    @classmethod
    def of(cls, cuts: Sequence[NumericLayout]) -> Self:
        """What splits all of these, the newest last."""
        return cls(**{f.name: getattr(cuts[-1], f.name) for f in fields(NumericLayout)}, older=tuple(cuts[:-1]))

    @cached_property
    def newest(self) -> NumericLayout:
        """The one that was cut last."""
        return NumericLayout(**{f.name: getattr(self, f.name) for f in fields(NumericLayout)})

    @property
    def cuts(self) -> tuple[NumericLayout, ...]:
        return (*self.older, self.newest)

    @cached_property
    def _cells(self) -> _Cells:
        lefts = np.unique(np.concatenate([[-np.finfo(np.float64).max], *(first_values(c) for c in self.cuts)]))
        atoms = np.unique([value for c in self.cuts for value, _ in c.atoms])
        home = np.searchsorted(lefts, atoms, side="right") - 1
        order = np.arange(len(lefts))
        sums = np.sum([c.stretches(lefts) for c in self.cuts], axis=0)
        codes = BEYOND_LOW + order + np.searchsorted(home, order, side="left")
        return _Cells(lefts, codes, sums, atoms, BEYOND_LOW + home + 1 + np.arange(len(atoms)))

    @property
    def size(self) -> int:
        return BEYOND_LOW + len(self._cells.lefts) + len(self._cells.atoms) + 1

    @cached_property
    def atom_codes(self) -> tuple[tuple[float, int], ...]:
        return tuple(zip(self._cells.atoms.tolist(), self._cells.atom_codes.tolist(), strict=True))

    @cached_property
    def lookup(self) -> NDArray[np.int64]:
        """[sums + 1] sum of the codes in all cuts → code."""
        many, cells = len(self.cuts), self._cells
        out = np.zeros(sum(c.high_inf for c in self.cuts) + 1, dtype=np.int64)
        out[NAN * many], out[LOW_INF * many], out[-1] = NAN, LOW_INF, self.high_inf
        out[cells.sums] = cells.codes
        return out

    @cached_property
    def edges(self) -> Floats:
        """[cells + 1] as of any layout of numbers: −inf, where each cell begins, inf."""
        cells = self._cells
        bounds = np.full(self.high_inf - BEYOND_LOW + 1, np.inf)
        ends = np.append(cells.lefts[1:], np.inf)
        bounds[cells.codes - BEYOND_LOW] = cells.lefts
        bounds[cells.atom_codes - BEYOND_LOW] = ends[np.searchsorted(cells.lefts, cells.atoms, side="right") - 1]
        bounds[0] = -np.inf
        return bounds

    @cached_property
    def coarse(self) -> NDArray[np.int64]:
        """[size] of every code the stack's cell: as the newest cut has it."""
        return np.asarray(self.newest.coarse[self.onto(self.newest)])

    def stretches(self, values: Floats) -> Ints:
        """[n] codes, where no value has a cell of its own."""
        x = np.asarray(values, dtype=np.float64)
        return np.asarray(self.lookup[np.sum([c.stretches(x) for c in self.cuts], axis=0)])

    def onto(self, cut: Layout) -> Ints:
        mine = next((c for c in self.cuts if c.id == cut.id), None)
        if mine is None:
            return super().onto(cut)
        out, cells = np.zeros(self.size, dtype=np.int64), self._cells
        out[[MISSING, NAN, LOW_INF, self.high_inf]] = MISSING, NAN, LOW_INF, mine.high_inf
        out[cells.codes] = mine.stretches(cells.lefts)
        out[cells.atom_codes] = mine.codes(cells.atoms)
        return out

    def content(self) -> dict[str, Any]:
        return {"cuts": [c.content() for c in self.cuts]}

    @classmethod
    def from_content(cls, c: dict[str, Any]) -> Self:
        return cls.of([NumericLayout.from_content(each) for each in c["cuts"]])


def first_values(line: NumericLayout) -> Floats:
    """[stretches − 1] the least number of each stretch but the lowest, found among all doubles: exact to the last bit.

    An edge as it is drawn may lie a rounding beside it.
    """
    wanted = np.arange(BEYOND_LOW + 1, line.high_inf)
    most = np.finfo(np.float64).max
    low, high = (np.full(len(wanted), _ordered(np.array(end))) for end in (-most, most))
    while (low < high).any():
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        there = line.stretches(_double(middle)) >= wanted
        low, high = np.where(there | (low >= high), low, middle + 1), np.where(there, middle, high)
    return np.unique(_double(high) + 0.0)


def _ordered(x: Floats) -> Ints:
    """[n] doubles as whole numbers in the same order."""
    bits = np.asarray(x, dtype=np.float64).view(np.int64)
    return np.asarray(bits ^ ((bits >> 63) & _FLIP))


def _double(order: Ints) -> Floats:
    """[n] the doubles that `_ordered` numbered."""
    return np.asarray(order ^ ((order >> 63) & _FLIP)).view(np.float64)
