"""Cells for numbers: quantile edges snapped to a grid, atoms, doubling tails.

A value's code is a compare, a subtraction, a multiplication, a floor and one look-up, all in IEEE doubles, so every
engine finds the same cell, bit for bit. The order of codes is the order of values:

    0 missing · 1 NaN · 2 −inf · 3 below all tails · 4–25 low tails · 26 … body … · 22 high tails · above all · +inf
"""

import math
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.profiles.layouts.base import MISSING, Floats, Ints, Layout, Span
from tidegauge.profiles.layouts.line import BEYOND_LOW, BODY, LOW_INF, NAN, TAILS, Piece, edges_of
from tidegauge.profiles.layouts.line_sql import band_case, cell_case
from tidegauge.profiles.layouts.stripes import stripes
from tidegauge.warehouses.dialect import Dialect

SUM_BITS = 18  # resolution of a cell's exact sum: 2⁻¹⁸ of the body's width


@dataclass(frozen=True)
class NumericLayout(Layout):
    """Up to 150 body cells between quantiles 0.003 and 0.997 of a sample, and doubling tails on either side.

    Prefer it for every column of numbers, whole ones too: a value that holds much of the sample gets a cell of its
    own. `bound` says how far Kolmogorov–Smirnov on these cells can lie below the one on raw values.
    """

    pieces: tuple[Piece, ...]
    starts: tuple[int, ...]  # grid index at which each interval cell of the body begins; the first is 0
    atoms: tuple[tuple[float, int], ...]  # (value, number of interval cells before it), ascending
    stop: float  # first value past the body
    tail: float  # width of the first tail cell
    scale: float  # a power of two: sums count floor((x − start) · scale)
    middle: float  # the sample's median
    spread: float  # the sample's interquartile range, never 0
    least: float  # the sample's least and greatest value
    most: float
    whole: bool  # every value of the sample is a whole number: cells are named by the numbers in them
    bound: float  # largest share of the sample in one cell, beside the cell's most frequent value

    kind: ClassVar[str] = "numeric"
    ordered: ClassVar[bool] = True

    @property
    def start(self) -> float:
        """First value of the body; sums are counted from here."""
        return self.pieces[0].start

    @property
    def grid(self) -> int:
        """Number of grid steps in the body."""
        return self.pieces[-1].offset + self.pieces[-1].size

    @property
    def body(self) -> int:
        """Number of body cells, atoms included."""
        return len(self.starts) + len(self.atoms)

    @property
    def size(self) -> int:
        return BODY + self.body + TAILS + 2

    @property
    def high_inf(self) -> int:
        """The code of +inf, the last one."""
        return self.size - 1

    @property
    def absent(self) -> frozenset[int]:
        return frozenset({MISSING, NAN})

    @cached_property
    def atom_codes(self) -> tuple[tuple[float, int], ...]:
        """Each atom's value and code."""
        return tuple((value, BODY + before + k) for k, (value, before) in enumerate(self.atoms))

    @cached_property
    def lookup(self) -> NDArray[np.int64]:
        """[grid + 1] grid index → code; the last entry is for a value that rounds up to the end."""
        interval = np.searchsorted(np.array(self.starts), np.arange(self.grid + 1), side="right") - 1
        before = np.array([b for _, b in self.atoms], dtype=np.int64)  # an atom follows the cells before it
        return np.asarray(BODY + interval + np.searchsorted(before, interval, side="right"), dtype=np.int64)

    @cached_property
    def tail_edges(self) -> tuple[tuple[float, int], ...]:
        """(upper edge, code) of the high tails, nearest first; the last cell has none: beyond."""
        first = BODY + self.body
        return tuple((self.stop + self.tail * (2.0 ** (j + 1) - 1), first + j) for j in range(TAILS))

    @cached_property
    def low_edges(self) -> tuple[tuple[float, int], ...]:
        """(lower edge, code) of the low tails, nearest first."""
        return tuple((self.start - self.tail * (2.0 ** (j + 1) - 1), BODY - 1 - j) for j in range(TAILS))

    @property
    def lowest(self) -> float:
        """Below this a value is only counted, not summed."""
        return self.low_edges[-1][0]

    @property
    def highest(self) -> float:
        """From here on a value is only counted, not summed."""
        return self.tail_edges[-1][0]

    @cached_property
    def edges(self) -> Floats:
        """[cells + 1] boundaries of the finite cells (codes 3 to size − 2), ascending; −inf and inf at the ends."""
        return edges_of(self)

    @cached_property
    def coarse(self) -> NDArray[np.int64]:
        """[size] code → one of at most 20 ranks (0 missing), for segments: cells pooled, about equal in number."""
        out = np.zeros(self.size, dtype=np.int64)
        cells = self.body
        out[1] = 1  # NaN and the infinities are one rank: nothing else is said of them in a segment
        out[2] = out[self.high_inf] = 1
        out[BEYOND_LOW:BODY] = 2
        out[BODY : BODY + cells] = 3 + (np.arange(cells) * min(16, cells)) // cells
        out[BODY + cells : self.high_inf] = 19
        return out

    def codes(self, values: Floats) -> Ints:
        """[n] the code of every value; NaN is code 1 (a NULL is not in `values`, it is code 0)."""
        x = np.asarray(values, dtype=np.float64)
        out = self.stretches(x)
        for value, code in self.atom_codes:
            out[x == value] = code
        return out

    def stretches(self, values: Floats) -> Ints:
        """[n] the same where no value has a cell of its own: these codes never fall as values rise."""
        x = np.asarray(values, dtype=np.float64)
        out = np.full(x.shape, NAN, dtype=np.int64)
        inside = (x >= self.start) & (x < self.stop)
        out[inside] = self.lookup[self._grid_index(x[inside])]
        high, low = x >= self.stop, x < self.start
        out[high] = BODY + self.body + np.searchsorted([e for e, _ in self.tail_edges], x[high], side="right")
        below = np.array([e for e, _ in reversed(self.low_edges)])
        out[low] = BEYOND_LOW + np.searchsorted(below, x[low], side="right")
        out[x == np.inf], out[x == -np.inf] = self.high_inf, LOW_INF
        return out

    def parts(self, values: Floats) -> Ints:
        """[n] every value as the integer that sums add, 0 where it lies beyond the tails or is not finite."""
        x = np.asarray(values, dtype=np.float64)
        ok = (x >= self.lowest) & (x < self.highest)
        out = np.zeros(x.shape, dtype=np.int64)
        out[ok] = np.floor((x[ok] - self.start) * self.scale).astype(np.int64)
        return out

    def _grid_index(self, x: Floats) -> Ints:
        """[n] the grid step of every value inside."""
        starts = np.array([p.start for p in self.pieces])
        p = np.maximum(np.searchsorted(starts, x, side="right") - 1, 0)
        inverse, offset = np.array([p.inverse for p in self.pieces]), np.array([p.offset for p in self.pieces])
        return np.asarray(offset[p] + np.floor((x - starts[p]) * inverse[p]).astype(np.int64), dtype=np.int64)

    def label(self, code: int) -> str:
        special = {MISSING: "missing", NAN: "NaN", LOW_INF: "−inf", self.high_inf: "inf"}
        if code in special:
            return special[code]
        for value, atom in self.atom_codes:
            if atom == code:
                return f"= {value:.6g}"
        low, high = self.edges[code - BEYOND_LOW], self.edges[code - BEYOND_LOW + 1]
        if low == -np.inf:
            return f"< {high:.6g}"
        if self.whole and high < 2**53:
            first, last = math.ceil(low), math.ceil(high) - 1
            if first <= last:
                return f"{first}" if first == last else f"{first} to {last}"
        return f"≥ {low:.6g}" if high == np.inf else f"[{low:.6g}, {high:.6g})"

    def placed(self, spreads: float) -> float:
        return self.middle + self.spread * spreads

    def cell_sql(self, dialect: Dialect, value: str, number: str) -> str:
        del value
        return cell_case(dialect, number, self.edges, self.atom_codes, BEYOND_LOW)

    def missing_sql(self, dialect: Dialect, value: str, number: str) -> str:
        return f"({value} IS NULL OR {dialect.is_nan(number)})"

    def band_sql(self, dialect: Dialect, value: str, number: str) -> str:
        inner = [float(e) for e in self.edges if self.least < e < self.most]
        return band_case(dialect, number, inner, self.missing_sql(dialect, value, number))

    def ends(self, code: int) -> tuple[float, float] | None:
        if not BEYOND_LOW <= code < self.high_inf:
            return None
        return float(self.edges[code - BEYOND_LOW]), float(self.edges[code - BEYOND_LOW + 1])

    def spans(self, shares: Floats) -> list[Span]:
        there = np.flatnonzero(shares.any(axis=0)).tolist()
        plain = [(k, ends) for k in there if (ends := self.ends(k)) is not None]
        return [*(Span(self.label(k), *ends, slice(k, k + 1)) for k, ends in plain), *self._apart]

    def ranges(self, share: Floats) -> list[Span]:
        found = stripes(self.edges, share[BEYOND_LOW : self.high_inf], BEYOND_LOW, self.label, whole=self.whole)
        return [*found, *self._apart]

    @property
    def _apart(self) -> list[Span]:
        """What is no number on the line."""
        return [Span(self.label(k), None, None, slice(k, k + 1)) for k in (MISSING, NAN, LOW_INF, self.high_inf)]

    def content(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"pieces": [astuple(p) for p in self.pieces]}

    @classmethod
    def from_content(cls, c: dict[str, Any]) -> Self:
        floats = ("stop", "tail", "scale", "middle", "spread", "least", "most", "bound")
        return cls(
            pieces=tuple(Piece(float(a), float(b), int(o), int(n)) for a, b, o, n in c["pieces"]),
            starts=tuple(int(s) for s in c["starts"]),
            atoms=tuple((float(v), int(b)) for v, b in c["atoms"]),
            whole=bool(c["whole"]),
            **{name: float(c[name]) for name in floats},
        )


def on_a_line(layout: Layout | None) -> NumericLayout | None:
    """The layout, where its cells are those of numbers: with a middle, a spread and exact sums. None for all others.

    A kind of its own whose layout inherits `NumericLayout` (the length of a text, the norm of a vector) is one of them.
    """
    return layout if isinstance(layout, NumericLayout) else None
