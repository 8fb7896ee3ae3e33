"""What a window would have seen, in the words of a page and of a terminal."""

import math
from dataclasses import dataclass

from tidegauge.nouns import Detectable, Sight
from tidegauge.sinks.text import DASH, number, one_line, share

ANY = 0.004  # spreads: the least shift that is tried stands for any at all
NEVER = "no size surely"
HEADS = ("column", "all values shifted by", "in spreads", "values missing", "rows moved to another value")


@dataclass(frozen=True, slots=True)
class Row:
    """One column's line."""

    column: str
    shift: str
    spreads: str
    missing: str
    moved: str


def meaning(sight: Sight) -> str:
    """What the lines under it mean."""
    return (
        f"Silence means that nothing larger was there: such a change of one column alerts in nine windows of ten. "
        f"Found by planting it in {sight.windows} normal windows before this week."
    )


def rows(sight: Sight) -> list[Row]:
    """A line for each column, in the order of its name."""
    return [_row(d) for d in sorted(sight.columns, key=lambda d: d.column)]


def briefly(sight: Sight) -> str:
    """The whole in one sentence."""
    if not sight.columns:
        return sight.note
    parts = []
    for what, name, shown in (("shift", "spreads", number), ("missing", "missing", share), ("moved", "moved", share)):
        sizes = [(getattr(d, name), d.column) for d in sight.columns if math.isfinite(getattr(d, name))]
        if sizes:
            (low, first), (high, last) = min(sizes), max(sizes)
            word = {"shift": "shifts", "missing": "missing values", "moved": "moved categories"}[what]
            unit = " spreads" if what == "shift" else ""
            ends = [f"{shown(low)}{unit} ({one_line(first, 40)})", f"{shown(high)}{unit} ({one_line(last, 40)})"]
            parts.append(f"{word} from " + " to ".join(ends if len(sizes) > 1 else ends[:1]))
    return "Would have seen, in nine windows of ten: " + "; ".join(parts) + "."


def _row(d: Detectable) -> Row:
    if d.spreads <= ANY:
        shift, spreads = "anything", DASH
    else:
        shift = spreads = NEVER if math.isinf(d.shift) else DASH
        if math.isfinite(d.shift):
            shift, spreads = number(d.shift, 2), number(d.spreads, 2)
    return Row(one_line(d.column, 60), shift, spreads, _share(d.missing), _share(d.moved))


def _share(value: float) -> str:
    return NEVER if math.isinf(value) else share(value)
