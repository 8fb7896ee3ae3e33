"""Sampled rows of several windows, each column by its cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
REST = 0  # the code of rows that are in no cell worth looking at


@dataclass(frozen=True)
class CodedRows:
    """Rows of the window that something changed in, and of those that it is compared with."""

    codes: Mapping[str, Ints]  # [n] each: the cell that a row is in, from 1; `REST`: in none that is looked at
    values: Floats  # [n] what a rate is the mean of; ones where rows themselves are counted
    window: Ints  # [n] 0: of the window itself; 1 … W: of one of the others

    @property
    def now(self) -> NDArray[np.bool_]:
        """[n] which rows are of the window itself."""
        return np.asarray(self.window == 0)

    @property
    def windows(self) -> int:
        """How many windows there are, the one itself among them."""
        return 1 + int(self.window.max(initial=0))

    def but(self, rows: NDArray[np.bool_]) -> "CodedRows":
        """All without some rows [n]."""
        return CodedRows({c: x[~rows] for c, x in self.codes.items()}, self.values[~rows], self.window[~rows])

    def within(self, cells: Sequence[tuple[str, int]]) -> NDArray[np.bool_]:
        """[n] which rows are in all of these cells."""
        return np.asarray(np.logical_and.reduce([self.codes[c] == code for c, code in cells]))


@dataclass(frozen=True)
class Grouping:
    """The cells of a column, or of a pair of columns, with what each window has in them."""

    columns: tuple[str, ...]
    cells: Ints  # [K, columns] codes
    n: Floats  # [W, K] rows
    s: Floats  # [W, K] sums of values

    def cell(self, k: int) -> tuple[tuple[str, int], ...]:
        """Which cells the k-th group is of."""
        return tuple(zip(self.columns, self.cells[k].tolist(), strict=True))


def grouping(rows: CodedRows, columns: tuple[str, ...]) -> Grouping:
    """All groups of some columns that have rows, those in no cell too."""
    widths = [1 + int(rows.codes[c].max(initial=0)) for c in columns]
    key = rows.codes[columns[0]]
    for column, width in zip(columns[1:], widths[1:], strict=True):
        key = key * width + rows.codes[column]
    size = int(np.prod(widths))
    at = rows.window * size + key
    whole = (np.bincount(at, by, minlength=rows.windows * size) for by in (np.ones(len(at)), rows.values))
    n, s = (x.reshape(-1, size) for x in whole)
    there = np.flatnonzero(n.sum(axis=0))
    cells = np.stack(np.unravel_index(there, widths), axis=1).astype(np.int64)
    return Grouping(
        columns, cells, np.asarray(n[:, there], dtype=np.float64), np.asarray(s[:, there], dtype=np.float64)
    )


def pairs(columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every two of some columns, by name."""
    yield from combinations(sorted(columns), 2)
