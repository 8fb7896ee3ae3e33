"""Reference against current: a histogram for numbers, a pair of bars for a category."""

from collections.abc import Sequence

from markupsafe import Markup

from tidegauge.reports.axes import ticks
from tidegauge.reports.bins import Bar, Bars
from tidegauge.reports.svg import ROOM, along, extent, floor, grid, picture
from tidegauge.wording.text import number, one_line, share

TIP = 120  # characters of a tooltip
MARK = 4  # pixels under the floor
TOUCH = 0.01  # per cent of the width: bars so near each other are one line
ENDS, GAP = 2.6, 0.6  # an end bar and what is left free beside it, in widths of a body bar


def histogram(bars: Bars, moved: frozenset[Bar], title: str) -> Markup:
    """Reference as a filled area, current as a line over it; under what moved lies a mark.

    Of two bars in one another nobody sees which is the higher where colours mark a third thing.
    """
    height = 168
    top = max((max(b.reference, b.current) for b in bars), default=0.0) * 1.06 or 1.0
    places, labels = _places(bars)

    def tall(part: float) -> float:
        return height * part / top

    marks = [grid(t, height - tall(t), share(t)) for t in ticks(0, top, 3)[1:]]
    for bar, left, width in places:
        tip = f"{one_line(bar.label, TIP)}: reference {share(bar.reference)}, now {share(bar.current)}"
        if bar.reference > 0 or bar.current > 0:
            was = _bar("was", left, width, tall(bar.reference), height)
            mark = _bar("mark", left, width, MARK, height + MARK) if bar in moved else ""
            kind = Markup(' class="moved"') if bar in moved else ""
            hit = Markup('<rect class="hit" x="{:.2f}%" width="{:.2f}%" height="{}"/>').format(left, width, height)
            marks.append(Markup("<g{}><title>{}</title>{}{}{}</g>").format(kind, tip, hit, was, mark))
    marks.append(_step([(left, width, tall(bar.current)) for bar, left, width in places], height))
    return picture("histogram", title, height, [*marks, floor(height), *along(labels, height)])


def _step(bars: Sequence[tuple[float, float, float]], height: float) -> Markup:
    """A line along the tops of bars (left, width, height), down to the floor where the next one stands apart."""
    path, end = "", -1.0
    for left, width, tall in sorted(bars):
        x, y = 10 * left, height - tall
        path += f"V{y:.1f}" if abs(left - end) < TOUCH else f"{f'V{height}' if path else ''}M{x:.1f} {height}V{y:.1f}"
        end = left + width
        path += f"H{10 * end:.1f}"
    path += f"V{height}" if path else ""
    return Markup(
        '<svg width="100%" height="{0}" viewBox="0 0 1000 {0}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="step" d="{1}"/></svg>'
    ).format(height, path)


def _places(bars: Bars) -> tuple[list[tuple[Bar, float, float]], list[tuple[float, str]]]:
    """Each bar with its left and width in percent, and the labels below: those apart, end bars, then round numbers."""
    body = len(bars.body)
    slot = max(8.0, body / 5)
    unit, start = (100 - ROOM) / _total(bars, slot), (ENDS + GAP if bars.below else 0.0)
    after = start + body + (GAP + ENDS if bars.above else 0.0)
    places: list[tuple[Bar, float, float]] = [(bar, start + i, 1.0) for i, bar in enumerate(bars.body)]
    labels: list[tuple[float, str]] = []
    for i, bar in enumerate(bars.apart):
        middle = after + slot * (i + 0.5)
        places.append((bar, middle - 0.8, 1.6))
        labels.append((middle, one_line(bar.label, 12)))
    if bars.above:
        places.append((bars.above, start + body + GAP, ENDS))
        labels.append((start + body + GAP + ENDS / 2, bars.above.label))
    if bars.below:
        places.append((bars.below, 0.0, ENDS))
        labels.append((ENDS / 2, bars.below.label))
    if bars.body:
        labels += _round_numbers(bars, start)
    return [(bar, ROOM + at * unit, wide * unit) for bar, at, wide in places], _legible(labels, unit)


def _total(bars: Bars, slot: float) -> float:
    """How wide the picture is, in widths of a body bar; `slot` is what a bar that stands apart takes."""
    return len(bars.body) + sum(ENDS + GAP for b in (bars.below, bars.above) if b) + slot * len(bars.apart) or 1.0


def _round_numbers(bars: Bars, start: float) -> list[tuple[float, str]]:
    """The labels of the axis, and where they stand."""
    axis, low, high = bars.axis, bars.body[0].low, bars.body[-1].high
    width = axis.at(high) - axis.at(low) or 1.0
    values = axis.ticks(low, high, 5)
    return [(start + len(bars.body) * (axis.at(v) - axis.at(low)) / width, number(v)) for v in values]


def _legible(labels: Sequence[tuple[float, str]], unit: float) -> list[tuple[float, str]]:
    """The labels that lie on no other, in percent: the first to come has the place."""
    kept: list[tuple[float, str]] = []
    for at, label in labels:
        place = ROOM + at * unit
        first, last = extent(place, label)
        if all(last < taken[0] or first > taken[1] for taken in (extent(*other) for other in kept)):
            kept.append((place, label))
    return kept


def _bar(kind: str, left: float, width: float, tall: float, height: float) -> Markup:
    """One bar that stands on the floor; nothing where it would be thinner than a hair."""
    if not tall > 0.05:
        return Markup()
    return Markup('<rect class="{}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>').format(
        kind, left, height - tall, width, tall
    )


def pair(reference: float, current: float, *, moved: bool) -> Markup:
    """The bar of one category, reference behind current, each 0–1 of the longest."""
    return Markup(
        '<svg width="100%" height="16" aria-hidden="true"><g class="{}">'
        '<rect class="was" y="1" width="{:.2f}%" height="14"/>'
        '<rect class="now" y="5" width="{:.2f}%" height="6"/></g></svg>'
    ).format("moved" if moved else "still", 100 * reference, 100 * current)
