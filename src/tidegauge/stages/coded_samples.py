"""Sampled rows by the cells of their columns: numbers by the ranks that a segment keeps, categories by their codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import MISSING, UNSEEN, Ints, Layout
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Banded:
    """A column by no more cells than can be told: what a row of it, or a stored state, is counted in."""

    layout: Layout

    @property
    def line(self) -> NumericLayout | None:
        """Where its values are numbers."""
        return on_a_line(self.layout)

    def of_rows(self, sample: SampledRows, column: str) -> Ints | None:
        """[n] of sampled rows; None where they do not have the column, or in another form."""
        if self.line is not None:
            values = sample.numbers.get(column)
            return None if values is None else np.where(np.isnan(values), MISSING, self._band(self.line.codes(values)))
        codes = sample.codes.get(column)
        return None if codes is None or self.layout.ordered else self._band(codes)

    @property
    def size(self) -> int:
        """How many bands there are."""
        return 1 + int(self._band(np.arange(self.layout.size)).max())

    def kinds(self) -> list[list[int]]:
        """Bands that go together: no value, a value that the layout does not know, all others."""
        unknown = [] if self.line is not None else [self.layout.known + 1]
        return [[MISSING], unknown, [b for b in range(1, self.size) if b not in unknown]]

    def counts(self, state: Cells | None) -> Floats:
        """[bands] rows of a stored state."""
        if state is None:
            return np.zeros(self.size)
        return np.bincount(self._band(state.codes), state.counts, minlength=self.size).astype(np.float64)

    def values(self, sample: SampledRows, column: str) -> Floats | None:
        """[n] numbers of sampled rows, none farther out than the layout is wide; None for other kinds."""
        if self.line is None or column not in sample.numbers:
            return None
        width = self.line.stop - self.line.start
        return np.asarray(np.clip(sample.numbers[column], self.line.start - width, self.line.stop + width))

    def codes(self, band: int) -> tuple[int, ...]:
        """The layout's codes that are one band."""
        return tuple(np.flatnonzero(self._band(np.arange(self.layout.size)) == band).tolist())

    def label(self, band: int) -> str:
        """What a person calls one: as the layout calls its cells."""
        return self.labels([band])[0]

    def labels(self, bands: Sequence[int]) -> tuple[str, ...]:
        """The same of several, adjoining ranges of numbers as one."""
        if self.line is None:
            return tuple(UNSEEN if b > self.layout.known else self.layout.label(b) for b in bands)
        of, runs = self._band(np.arange(self.layout.size)), list[list[int]]()
        for band in sorted(bands):
            codes = np.flatnonzero(of == band).tolist()
            if runs and _adjoin(self.line, runs[-1][-1], codes[0]):
                runs[-1] += codes
            else:
                runs.append(codes if band != MISSING else [MISSING])
        return tuple(_range(self.line, codes) for codes in runs)

    def _band(self, codes: Ints) -> Ints:
        """[n] codes of cells as bands; NaN counts as missing, for a sampled row does not tell them apart."""
        if self.line is None:
            return np.minimum(codes, self.layout.known + 1)
        bands = self.line.coarse.copy()
        bands[list(self.layout.absent)] = MISSING
        return np.asarray(bands[codes])


def _adjoin(line: NumericLayout, code: int, following: int) -> bool:
    """Whether one cell of the number line begins where the other ends."""
    return code + 1 == following and bool(line.ends(code)) and bool(line.ends(following))


def _range(line: NumericLayout, codes: Sequence[int]) -> str:
    """Adjoining cells of the number line as one."""
    if len(codes) == 1 or any(line.ends(c) is None for c in codes):
        return " or ".join(line.label(c) for c in codes)
    single = {code: value for value, code in line.atom_codes}
    if all(c in single for c in codes):
        return f"{single[codes[0]]:.6g} to {single[codes[-1]]:.6g}"
    (low, _), (_, high) = line.ends(codes[0]) or (0.0, 0.0), line.ends(codes[-1]) or (0.0, 0.0)
    return _interval(single.get(codes[0], low), high)


def _interval(low: float, high: float) -> str:
    """A half-open interval of the number line."""
    if low == -np.inf:
        return f"< {high:.6g}"
    if high == np.inf:
        return f"≥ {low:.6g}"
    return f"[{low:.6g}, {high:.6g})"


def banded(layouts: Mapping[str, Layout]) -> dict[str, Banded]:
    """The columns whose sampled rows can be read by cells."""
    return {c: Banded(layout) for c, layout in layouts.items() if on_a_line(layout) is not None or not layout.ordered}
