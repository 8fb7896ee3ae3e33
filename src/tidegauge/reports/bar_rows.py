"""Which bars of a picture made up a change, and which categories are worth a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from tidegauge.reports.pictures import pair
from tidegauge.reports.report import Cell

CATEGORIES = 12
NOTABLE = 0.02  # less of the rows in other cells than this is no picture of change
MOST = 0.5  # the bars that make up this much of the change are marked
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BarRow:
    """A category's line in the table of bars."""

    label: str
    reference: float
    current: float
    moved: bool
    drawing: Markup


def most_moved(things: Sequence[T], differences: Iterable[float]) -> list[T]:
    """The few things that make up most of a change; none when hardly anything changed."""
    ranked = sorted(zip(things, map(abs, differences), strict=True), key=lambda pair: -pair[1])
    total = sum(size for _, size in ranked)
    if total / 2 < NOTABLE:
        return []
    out: list[T] = []
    seen = 0.0
    for thing, size in ranked:
        if seen >= MOST * total or size < total / 50:
            break
        out.append(thing)
        seen += size
    return out


def categories(cells: Sequence[Cell], *, mark: bool) -> list[BarRow]:
    """The categories worth a row: those that moved, then the largest; the rest in one row."""
    present = [c for c in cells if c.has_rows]
    marked = most_moved(present, (c.current_share - c.reference_share for c in present)) if mark else []
    moved = set(marked[:CATEGORIES])
    large = sorted(present, key=lambda c: (c not in moved, -max(c.reference_share, c.current_share)))[:CATEGORIES]
    kept = sorted(large, key=lambda c: -max(c.reference_share, c.current_share))
    rest = [c for c in present if c not in large]
    lines = [(c.label, c.reference_share, c.current_share, c in moved) for c in kept]
    if rest:
        lines.append(_together(rest))
    return _drawn(lines)


def _drawn(lines: Sequence[tuple[str, float, float, bool]]) -> list[BarRow]:
    """Each line with its two bars, the longest of all as wide as there is room."""
    top = max((max(r, n) for _, r, n, _ in lines), default=1.0) or 1.0
    return [BarRow(label, r, n, m, pair(r / top, n / top, moved=m)) for label, r, n, m in lines]


def _together(cells: Sequence[Cell]) -> tuple[str, float, float, bool]:
    """The categories that get no row of their own, as one."""
    label = f"{len(cells)} other{'s' if len(cells) > 1 else ''}"
    return label, sum(c.reference_share for c in cells), sum(c.current_share for c in cells), False
