"""What a window would have seen, in the words of a page and of a terminal."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tidegauge.core.decision import Detectable, Sensitivity
from tidegauge.wording.text import DASH, number, one_line, share

ANY = 0.004  # spreads: the least shift that is tried stands for any at all
ANYTHING, NEVER = "anything", "not detectable"
NAMED = 3  # columns of which no size is surely detected that are named in a sentence
HEADS = ("column", "all values shifted by", "in spreads", "values missing", "rows moved to another value")


@dataclass(frozen=True, slots=True)
class DetectableRow:
    """One column's line."""

    column: str
    shift: str
    spreads: str
    missing: str
    moved: str


def meaning(sensitivity: Sensitivity) -> str:
    """What the lines under it mean."""
    return (
        f"A change of this size, in one column alone, alerts in nine windows of ten: silence means that there was no "
        f"larger one. "
        f"Found by planting it in {sensitivity.windows} normal windows before this week."
    )


def rows(sensitivity: Sensitivity) -> list[DetectableRow]:
    """A line for each column, in the order of its name."""
    return [_row(d) for d in sorted(sensitivity.columns, key=lambda d: d.column)]


def briefly(sensitivity: Sensitivity) -> str:
    """The whole in one sentence."""
    if not sensitivity.columns:
        return sensitivity.note
    parts = (
        _range("shifts", {d.column: d.spreads for d in sensitivity.columns}, _spreads),
        _range("missing values", {d.column: d.missing for d in sensitivity.columns}, share),
        _range("moved categories", {d.column: d.moved for d in sensitivity.columns}, share),
    )
    return "Smallest detectable changes, found in nine windows of ten: " + "; ".join(p for p in parts if p) + "."


def _range(what: str, sizes: Mapping[str, float], shown: Callable[[float], str]) -> str:
    """The least and the largest size over the columns, and the columns of which no size is surely detected."""
    finite = sorted((size, column) for column, size in sizes.items() if math.isfinite(size))
    never = sorted(column for column, size in sizes.items() if math.isinf(size))
    ends = [f"{shown(size)} ({one_line(column, 40)})" for size, column in (*finite[:1], *finite[1:][-1:])]
    told = [f"{what} {'from ' if len(ends) > 1 else 'of '}{' to '.join(ends)}"] if ends else []
    if never:
        told.append(f"{'' if told else f'{what} '}{NEVER} ({_named(never)})")
    return ", but ".join(told)


def _named(columns: Sequence[str]) -> str:
    """Some columns by name, and how many more there are."""
    named = ", ".join(one_line(column, 40) for column in columns[:NAMED])
    return named + (f" and {len(columns) - NAMED} more" if len(columns) > NAMED else "")


def _spreads(size: float) -> str:
    return ANYTHING if size <= ANY else f"{number(size, 2)} spreads"


def _row(d: Detectable) -> DetectableRow:
    if d.spreads <= ANY:
        shift, spreads = ANYTHING, DASH
    else:
        shift = spreads = NEVER if math.isinf(d.shift) else DASH
        if math.isfinite(d.shift):
            shift, spreads = number(d.shift, 2), number(d.spreads, 2)
    return DetectableRow(one_line(d.column, 60), shift, spreads, _share(d.missing), _share(d.moved))


def _share(value: float) -> str:
    return NEVER if math.isinf(value) else share(value)
