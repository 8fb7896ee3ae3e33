"""Two versions of a model side by side, in words: the same in a terminal, on a page and in a notebook."""

from collections.abc import Sequence
from math import isnan

from tidegauge.core.versions_beside import BesideFigure, VersionsBeside
from tidegauge.core.window import WHOLE
from tidegauge.wording.text import DASH, number, one_line, share, span

DIGITS = 4
SHOWN = 12  # numbers of segments
WINDOWS = (
    "A difference is told apart from chance by its interval over windows alone: rows of a window go together, so "
    "the intervals of the two versions, by their rows, are too narrow for that. One interval in ten misses."
)


def heads(found: VersionsBeside) -> tuple[str, ...]:
    """What stands over `cells`."""
    one, other = (one_line(v, 40) for v in found.versions)
    return one, "90 % interval", other, "90 % interval", "difference", "90 % interval by windows"


def cells(f: BesideFigure) -> tuple[str, ...]:
    """One number of both."""
    ends = [_ends(f, *pair) for pair in f.intervals]
    values = [_one(f, v) for v in f.values]
    return values[0], ends[0], values[1], ends[1], _one(f, f.difference), _ends(f, f.low, f.high)


def in_windows(found: VersionsBeside, zone: str) -> tuple[str, str]:
    """Which windows these are, and which have labels."""
    one, other = (one_line(v, 40) for v in found.versions)
    rows = f"{found.rows[0]:,} rows of {one}, {found.rows[1]:,} of {other}"
    first, last = (span(w, zone) for w in (found.windows[0], found.windows[-1]))
    labels = f"{found.labelled[0]:,} and {found.labelled[1]:,}"
    return (
        f"{_windows(len(found.windows))} with rows of both, {first} to {last}: {rows}.",
        f"With labels: {_windows(len(found.labelled_windows))}, {labels}.",
    )


def apart(found: VersionsBeside) -> tuple[Sequence[BesideFigure], str]:
    """The segments whose windows agree best, and among how many numbers they were looked for; "" where in none."""
    looked = [f for f in found.figures if f.segment != WHOLE and not isnan(f.low)]
    some = sorted((f for f in looked if f.is_apart), key=lambda f: -abs(f.difference) / (f.high - f.low or 1.0))
    by_chance = f"of {len(looked)} numbers of segments; about {len(looked) / 10:.0f} would be by chance"
    return some[:SHOWN], f"In {len(some)} {by_chance}." if looked else ""


def _windows(n: int) -> str:
    return f"{n} window{'s' * (n != 1)}"


def _one(f: BesideFigure, value: float) -> str:
    return share(value, more=1).replace("-", "−") if f.unit == "share" else number(value, DIGITS)


def _ends(f: BesideFigure, low: float, high: float) -> str:
    return DASH if isnan(low) or isnan(high) else f"{_one(f, low)} to {_one(f, high)}"
