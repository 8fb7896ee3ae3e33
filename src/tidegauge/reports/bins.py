"""The cells of a numeric column, gathered into bars that a person can read.

A layout's cells are fine (some 200) and of equal share, so drawn as they are every reference looks flat. Here they
are poured into some 25 to 45 bars of round, equal width over the range where nearly all rows lie. What lies further
out is collapsed into one bar at each end, and what is no number (missing, NaN, infinite) stands apart.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tidegauge.reports.axes import Axis
from tidegauge.reports.report import Cell
from tidegauge.wording.text import number

PARTS = 45  # at most; a round width makes it some 25 to 45
OUTER = 0.005  # share of rows, per side, that may be collapsed into an end bar
FAR = 6.0  # the axis bends when both ranges together are so much wider than the narrower one


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the picture: its range in words, its two shares and the range itself."""

    label: str
    reference: float
    current: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class Bars:
    """Everything a histogram draws, from left to right."""

    axis: Axis
    below: Bar | None
    body: tuple[Bar, ...]
    above: Bar | None
    apart: tuple[Bar, ...]

    def __iter__(self) -> Iterator[Bar]:
        yield from (b for b in (self.below, *self.body, self.above, *self.apart) if b is not None)


def gather(cells: Sequence[Cell]) -> Bars:
    """The bars for a numeric column's cells."""
    shown = [c for c in cells if c.has_rows]
    line = _on_a_line(shown)
    apart = tuple(_beside(shown))
    if not line:
        return Bars(Axis(), None, (), None, apart)
    ranges = _range(line, current=False), _range(line, current=True)
    axis, low, high = _axis([r for r in ranges if r])
    edges = axis.edges(low, high, PARTS)
    poured = [_pour(line, edges, current=which) for which in (False, True)]
    made = [Bar(_words(edges, i), r, c, *_ends(edges, i)) for i, (r, c) in enumerate(zip(*poured, strict=True))]
    return Bars(axis, _if_any(made[0]), tuple(made[1:-1]), _if_any(made[-1]), apart)


def _if_any(bar: Bar) -> Bar | None:
    """An end bar, if there are rows in it."""
    return bar if bar.reference + bar.current > 0 else None


def _axis(ranges: Sequence[tuple[float, float]]) -> tuple[Axis, float, float]:
    """The axis that shows where the rows of each side lie, bent where these are far apart, and its ends."""
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    narrow = min((r[1] - r[0] for r in ranges if r[1] > r[0]), default=high - low)
    bent = len(ranges) > 1 and narrow > 0 and high - low > FAR * narrow
    half = 0.0 if high > low else abs(low) / 20 or 0.5  # one value only: half a unit of its size to each side
    return Axis(narrow / 4 if bent else 0.0), low - half, high + half


_HUGE = 1.7e308 / 4  # differences of two of them stay finite


def _finite(low: float, high: float) -> tuple[float, float]:
    """A cell without an outer bound, as a point at its inner one."""
    low, high = max(low, -_HUGE), min(high, _HUGE)
    if low <= -_HUGE and high >= _HUGE:
        return 0.0, 0.0
    return (high, high) if low <= -_HUGE else (low, low) if high >= _HUGE else (low, high)


Line = Sequence[tuple[float, float, Cell]]


def _on_a_line(cells: Sequence[Cell]) -> Line:
    """The cells that are stretches of numbers, each with its ends."""
    return [(*_finite(c.low, c.high), c) for c in cells if c.low is not None and c.high is not None]


def _beside(cells: Sequence[Cell]) -> Iterator[Bar]:
    """The cells that are no stretch of numbers, a bar each."""
    for c in cells:
        if c.low is None or c.high is None:
            yield Bar(c.label, c.reference_share, c.current_share)


def _shares(line: Line, *, current: bool) -> list[float]:
    """The share of each cell on one side."""
    return [c.current_share if current else c.reference_share for _, _, c in line]


def _range(line: Line, *, current: bool) -> tuple[float, float] | None:
    """Where all but the outermost rows of one side lie."""
    shares = _shares(line, current=current)
    total = sum(shares)
    if total <= 0:
        return None
    low = high = math.nan
    seen = 0.0
    for (start, end, _), part in zip(line, shares, strict=True):
        if part <= 0:
            continue
        for target in (OUTER * total, (1 - OUTER) * total):
            if seen <= target <= seen + part:
                value = start + (end - start) * (target - seen) / part
                low, high = (value, high) if target < total / 2 else (low, value)
        seen += part
    first, last = line[0][0], line[-1][1]
    return (first if math.isnan(low) else low), (last if math.isnan(high) else high)


def _pour(line: Line, edges: Sequence[float], *, current: bool) -> list[float]:
    """Shares per bar: below the first edge, between edges, from the last edge on. A cell's rows lie evenly in it."""
    out = [0.0] * (len(edges) + 1)
    for low, high, cell in line:
        part = cell.current_share if current else cell.reference_share
        if part <= 0:
            continue
        at = next((i for i, e in enumerate(edges) if low < e), len(edges))
        if high <= low:
            out[at] += part
            continue
        left = low
        while at < len(edges) and edges[at] < high:
            out[at] += part * ((edges[at] - left) / (high - low))
            left = edges[at]
            at += 1
        out[at] += part * ((high - left) / (high - low))
    return out


def _ends(edges: Sequence[float], i: int) -> tuple[float, float]:
    return (-math.inf if i == 0 else edges[i - 1]), (math.inf if i == len(edges) else edges[i])


def _words(edges: Sequence[float], i: int) -> str:
    if i == 0:
        return f"< {number(edges[0])}"
    if i == len(edges):
        return f"≥ {number(edges[-1])}"
    return f"{number(edges[i - 1])} to {number(edges[i])}"
