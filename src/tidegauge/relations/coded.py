"""Sampled rows as relations read them: numbers, a few cells a column, exact values told apart, missing or not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.tuning.relation_tuning import CodeTuning
from tidegauge.tuning.tuning import SHIPPED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LARGEST = 1e100  # no number counts as more: squares and sums of it must fit a float


@dataclass(frozen=True)
class Coder:
    """The few cells of each column, cut once: quantile cells of numbers, the most frequent categories.

    Every column ends in two more cells: all other values, and missing.
    """

    edges: Mapping[str, Floats]
    named: Mapping[str, int]

    @classmethod
    def cut(cls, rows: SampledRows, known: Mapping[str, int], tuning: CodeTuning = SHIPPED.relations.codes) -> Self:
        """Cells from first rows; `known`: how many categories each layout names."""
        edges = {}
        for column, values in rows.numbers.items():
            there = np.clip(values[np.isfinite(values)], -LARGEST, LARGEST)
            ranks = np.linspace(0, 1, tuning.cells + 1)[1:-1]
            edges[column] = np.unique(np.quantile(there, ranks)) if len(there) else np.zeros(1)
        return cls(edges, {c: min(tuning.named, known[c]) for c in rows.codes})

    def size(self, column: str) -> int:
        """Cells of a column."""
        return len(self.edges[column]) + 2 if column in self.edges else self.named[column] + 2

    def cells(self, column: str, rows: SampledRows) -> Ints:
        """[n] each row's cell."""
        size = self.size(column)
        if column in self.edges:
            values = rows.numbers.get(column)
            if values is None:
                return np.full(rows.rows, size - 1)
            cell = np.searchsorted(self.edges[column], values, side="left")
            return np.where(np.isnan(values), size - 1, cell).astype(np.int64)
        codes = rows.codes.get(column)
        if codes is None:
            return np.full(rows.rows, size - 1)
        return np.where(codes == 0, size - 1, np.where(codes > size - 2, size - 2, codes - 1))


class Coded:
    """One sample, each thing that is asked of a column worked out once."""

    def __init__(self, rows: SampledRows, coder: Coder) -> None:
        self.rows, self.coder = rows, coder
        self._numbers: dict[str, Floats] = {}
        self._cells: dict[str, Ints] = {}
        self._exact: dict[str, Ints] = {}

    def __len__(self) -> int:
        return self.rows.rows

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that have cells, in the order of the plan."""
        return (*self.coder.edges, *self.coder.named)

    def numbers(self, column: str) -> Floats:
        """[n] a number's values; NaN where missing."""
        if column not in self._numbers:
            found = self.rows.numbers.get(column)
            values = np.full(len(self), np.nan) if found is None else found
            self._numbers[column] = np.where(np.isinf(values), values, np.clip(values, -LARGEST, LARGEST))
        return self._numbers[column]

    def cells(self, column: str) -> Ints:
        """[n] each row's cell of a column."""
        if column not in self._cells:
            self._cells[column] = self.coder.cells(column, self.rows)
        return self._cells[column]

    def exact(self, column: str) -> Ints:
        """[n] each row's value as a small number, equal where the values are; missing is a value."""
        if column not in self._exact:
            values = self.rows.numbers.get(column, self.rows.codes.get(column, np.zeros(len(self))))
            self._exact[column] = np.unique(values, return_inverse=True, equal_nan=True)[1].astype(np.int64)
        return self._exact[column]

    def missing(self, column: str) -> NDArray[np.bool_]:
        """[n] whether a row has no value there."""
        out: NDArray[np.bool_] = self.cells(column) == self.coder.size(column) - 1
        return out

    def groups(self, columns: Sequence[str]) -> Ints:
        """[n] the group of rows that share the exact values of some columns, numbered from 0."""
        group = self.exact(columns[0])
        for c in columns[1:]:
            also = self.exact(c)
            group = group * (int(also.max(initial=0)) + 1) + also
        return np.unique(group, return_inverse=True)[1].astype(np.int64)

    def both(self, a: str, b: str) -> Ints:
        """[n] each row's cell in the table of two columns. Not kept: pairs are many, and each is soon made."""
        return self.cells(a) * self.coder.size(b) + self.cells(b)


def pooled(samples: Iterable[SampledRows], most: int) -> SampledRows:
    """The rows of several windows together, at most `most`: those with the smallest hashes, a fair draw from all."""
    some = [s for s in samples if s.rows]
    if not some:
        return SampledRows.zero()
    hashes = np.concatenate([s.hashes for s in some])
    kept = np.sort(np.argsort(hashes, kind="stable")[:most])
    numbers = {c: np.concatenate([_of(s.numbers.get(c), s.rows) for s in some])[kept] for c in some[-1].numbers}
    codes = {c: np.concatenate([_of(s.codes.get(c), s.rows, 0) for s in some])[kept] for c in some[-1].codes}
    return SampledRows(most, hashes[kept], some[-1].columns, numbers, {c: v.astype(np.int64) for c, v in codes.items()})


def _of(values: NDArray[np.float64] | Ints | None, n: int, blank: float = np.nan) -> NDArray[np.float64] | Ints:
    """[n] the values, or as many blanks."""
    return np.full(n, blank) if values is None else values
