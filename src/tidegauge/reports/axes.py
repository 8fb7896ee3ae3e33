"""Where numbers fall on an axis: round steps, and an axis that holds two far-apart ranges at once."""

import math
from dataclasses import dataclass

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_WHOLE = 1e-9  # slack for a step that misses a round number by float error


def step(width: float, parts: int) -> float:
    """The smallest round step that cuts `width` into at most `parts` parts.

    >>> step(37.0, 5), step(0.9, 4)
    (10.0, 0.25)
    """
    if not (width > 0 and math.isfinite(width)):
        return 1.0
    size = math.floor(math.log10(width / parts))
    base = 10.0**size
    return next((base * r for r in _ROUND if width / (base * r) <= parts * (1 + _WHOLE)), base * 10)


def ticks(low: float, high: float, parts: int) -> tuple[float, ...]:
    """Round numbers within [low, high], at most `parts` + 1 of them.

    >>> ticks(0.0, 1.1, 3)
    (0.0, 0.5, 1.0)
    """
    gap = step(high - low, parts)
    first, last = math.ceil(low / gap - _WHOLE), math.floor(high / gap + _WHOLE)
    return tuple(i * gap for i in range(first, min(last, first + 4 * parts) + 1))


@dataclass(frozen=True, slots=True)
class Axis:
    """Numbers ↔ positions: linear, or by asinh(v / bend) where one range is far from the other.

    asinh is a logarithm that also passes through zero and below it, so that a change of unit (0.5 against 500) leaves
    both shapes readable.
    """

    bend: float = 0.0  # 0: linear

    def at(self, value: float) -> float:
        """The position of a number."""
        return math.asinh(value / self.bend) if self.bend else value

    def back(self, position: float) -> float:
        """The number at a position."""
        return math.sinh(position) * self.bend if self.bend else position

    def edges(self, low: float, high: float, parts: int) -> tuple[float, ...]:
        """About `parts` + 1 boundaries that cover [low, high]: round on a linear axis, even on a bent one."""
        if self.bend:
            start, end = self.at(low), self.at(high)
            inner = (self.back(start + (end - start) * i / parts) for i in range(1, parts))
            return (low, *inner, high)  # the ends as they are: a way there and back loses a bit
        gap = step(high - low, parts)
        first, last = math.floor(low / gap + _WHOLE), math.ceil(high / gap - _WHOLE)
        return tuple(i * gap for i in range(first, max(last, first + 1) + 1))

    def ticks(self, low: float, high: float, parts: int) -> tuple[float, ...]:
        """Numbers worth a label."""
        if not self.bend:
            return ticks(low, high, parts)
        start, end = self.at(low), self.at(high)
        values = (self.back(start + (end - start) * i / parts) for i in range(parts + 1))
        marks = (_rounded(v) if abs(v) > self.bend / 2 else 0.0 for v in values)
        return tuple(sorted({m for m in marks if low <= m <= high}))


def _rounded(value: float) -> float:
    return float(f"{value:.1g}")
