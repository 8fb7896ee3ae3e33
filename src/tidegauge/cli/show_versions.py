"""Two versions side by side, as a person reads them in a terminal."""

from collections.abc import Iterable
from math import isnan
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table, windows
from tidegauge.core.versions_beside import BesideFigure, VersionsBeside
from tidegauge.core.window import WHOLE
from tidegauge.wording.text import DASH, number, one_line, share, span

if TYPE_CHECKING:
    from rich.console import RenderableType

DIGITS = 4
SHOWN = 12  # numbers of segments


def versions(found: VersionsBeside, zone: str) -> Iterable["RenderableType"]:
    """What they are, all rows, then the segments that windows agree on."""
    one, other = (one_line(v, 40) for v in found.versions)
    rows = f"{found.rows[0]:,} rows of {one}, {found.rows[1]:,} of {other}"
    first, last = (span(w, zone) for w in (found.windows[0], found.windows[-1]))
    yield Text(f"{windows(len(found.windows))} with rows of both, {first} to {last}: {rows}.")
    yield Text(f"With labels: {windows(len(found.labelled_windows))}, {found.labelled[0]:,} and {found.labelled[1]:,}.")
    heads = one, "90 % interval", other, "90 % interval", "difference", "90 % interval by windows"
    yield table(("of all rows", *heads), [(f.title, *_cells(f)) for f in found.whole])
    yield from _by_segment(found, heads)
    yield Text(
        "A difference is told apart from chance by its interval over windows alone: rows of a window go together, so "
        "the intervals of the two versions, by their rows, are too narrow for that. One interval in ten misses."
    )


def _by_segment(found: VersionsBeside, heads: tuple[str, ...]) -> Iterable["RenderableType"]:
    """The segments whose windows agree best, and among how many numbers they were looked for."""
    looked = [f for f in found.figures if f.segment != WHOLE and not isnan(f.low)]
    apart = sorted((f for f in looked if f.is_apart), key=lambda f: -abs(f.difference) / (f.high - f.low or 1.0))
    if apart:
        shown = [(one_line(f.segment, 40), f.title, *_cells(f)) for f in apart[:SHOWN]]
        yield table(("segment", "where windows agree best", *heads), shown)
    if looked:
        by_chance = f"of {len(looked)} numbers of segments; about {len(looked) / 10:.0f} would be by chance"
        yield Text(f"In {len(apart)} {by_chance}. --json has all of them.")


def _cells(f: BesideFigure) -> tuple[str, ...]:
    ends = [_ends(f, *pair) for pair in f.intervals]
    values = [_one(f, v) for v in f.values]
    return values[0], ends[0], values[1], ends[1], _one(f, f.difference), _ends(f, f.low, f.high)


def _one(f: BesideFigure, value: float) -> str:
    return share(value, more=1).replace("-", "−") if f.unit == "share" else number(value, DIGITS)


def _ends(f: BesideFigure, low: float, high: float) -> str:
    return DASH if isnan(low) or isnan(high) else f"{_one(f, low)} to {_one(f, high)}"
