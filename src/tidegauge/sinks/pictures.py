"""Drawings in inline SVG: reference against current, a statistic with its band, the strength of past windows.

They stretch with the page: positions along are percentages and heights are pixels, so that letters keep their size on
a telephone and on a wall. Nothing moves and nothing needs a script; a bar's exact numbers are its <title>, and every
picture stands beside a table with the same numbers. Colours are the stylesheet's (classes only).
"""

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from tidegauge.nouns import Verdict
from tidegauge.sinks.axes import ticks
from tidegauge.sinks.base import Beat, Point
from tidegauge.sinks.bins import Bar, Bars
from tidegauge.sinks.text import moment, number, one_line, share, span

NEAR = 11.0  # labels closer than this (in percent) would touch on a narrow page
TALL = 3.0  # strengths above are cut off and written out
TIP = 120  # characters of a tooltip


def histogram(bars: Bars, moved: frozenset[Bar], title: str) -> Markup:
    """Reference (wide, pale) behind current (narrow, dark); what moved is marked."""
    height = 168
    top = max((max(b.reference, b.current) for b in bars), default=0.0) * 1.06 or 1.0
    places, labels = _places(bars)

    def tall(part: float) -> float:
        return height * part / top

    marks = [_grid(t, height - tall(t), share(t)) for t in ticks(0, top, 3)[1:]]
    for bar, left, width in places:
        tip = f"{one_line(bar.label, TIP)}: reference {share(bar.reference)}, now {share(bar.current)}"
        was = _bar("was", left + width * 0.04, width * 0.92, tall(bar.reference), height)
        now = _bar("now", left + width * 0.27, width * 0.46, tall(bar.current), height)
        if was or now:
            kind = Markup(' class="moved"') if bar in moved else ""
            marks.append(Markup("<g{}><title>{}</title>{}{}</g>").format(kind, tip, was, now))
    return _svg("histogram", title, height, 22, [*marks, _floor(height), *_along(labels, height)])


def _places(bars: Bars) -> tuple[list[tuple[Bar, float, float]], list[tuple[float, str]]]:
    """Each bar with its left and width in percent, and the labels below."""
    body = len(bars.body)
    ends, gap, slot = 2.6, 0.6, max(8.0, body / 5)  # in widths of a body bar
    total = body + sum(ends + gap for b in (bars.below, bars.above) if b) + slot * len(bars.apart) or 1.0
    unit, at = 100 / total, 0.0
    places: list[tuple[Bar, float, float]] = []
    labels: list[tuple[float, str]] = []
    if bars.below:
        places.append((bars.below, 0.0, ends * unit))
        at = ends + gap
    start = at
    for bar in bars.body:
        places.append((bar, at * unit, unit))
        at += 1
    if bars.above:
        places.append((bars.above, (at + gap) * unit, ends * unit))
        at += gap + ends
    for bar in bars.apart:
        places.append((bar, (at + slot / 2 - 0.8) * unit, 1.6 * unit))
        labels.append(((at + slot / 2) * unit, one_line(bar.label, 12)))
        at += slot
    if bars.below:
        labels.append((0.0, bars.below.label))
    if bars.above:
        labels.append(((start + body + gap + ends / 2) * unit, bars.above.label))
    if bars.body:
        axis, low, high = bars.axis, bars.body[0].low, bars.body[-1].high
        width = axis.at(high) - axis.at(low) or 1.0
        for value in axis.ticks(low, high, 5):
            along = (start + body * (axis.at(value) - axis.at(low)) / width) * unit
            if all(abs(along - taken) >= NEAR for taken, _ in labels):
                labels.append((along, number(value)))
    return places, labels


def _bar(kind: str, left: float, width: float, tall: float, height: float) -> Markup:
    """One bar that stands on the floor; nothing where it would be thinner than a hair."""
    if not tall > 0.05:
        return Markup()
    return Markup('<rect class="{}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>').format(
        kind, left, height - tall, width, tall
    )


def course(points: Sequence[Point], zone: str, title: str, *, hour: bool) -> Markup:
    """One statistic over past windows, with the band that was expected; values outside it are marked."""
    height = 120
    known = [v for p in points for v in (p.value, p.low, p.high) if math.isfinite(v)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low, high = low - pad, high + pad
    left = 70.0  # room for the numbers of the grid, in thousandths
    wide = (1000.0 - left) / max(len(points), 1)

    def x(i: int) -> float:
        return left + wide * (i + 0.5)

    def y(value: float) -> float:
        return height * (high - min(max(value, low), high)) / (high - low)

    marks = [_grid(t, y(t), number(t)) for t in ticks(low, high, 3)]
    bands = "".join(
        "M" + " L".join(f"{x(i):.0f} {y(points[i].high):.1f}" for i in run)
        + " L" + " L".join(f"{x(i):.0f} {y(points[i].low):.1f}" for i in reversed(run)) + "Z"
        for run in _runs([not (math.isnan(p.low) or math.isnan(p.high)) for p in points])
    )  # fmt: skip
    lines = [
        "".join(
            "M" + " L".join(f"{x(i):.0f} {y(vs[i]):.1f}" for i in run) for run in _runs([math.isfinite(v) for v in vs])
        )
        for vs in ([p.expected for p in points], [p.value for p in points])
    ]
    marks.append(
        Markup(
            '<svg width="100%" height="{0}" viewBox="0 0 1000 {0}" preserveAspectRatio="none" aria-hidden="true">'
            '<path class="band" d="{1}"/><path class="expected" d="{2}"/><path class="line" d="{3}"/></svg>'
        ).format(height, bands, *lines)
    )
    for i, p in enumerate(points):
        if not math.isfinite(p.value):
            continue
        outside = p.value < p.low or p.value > p.high
        kind = ("out" if outside else "in") + (" last" if i == len(points) - 1 else "")
        tip = f"{moment(p.window_start, zone, hour=hour)}: {number(p.value)}"
        marks.append(
            Markup('<circle class="{}" cx="{:.1f}%" cy="{:.1f}"><title>{}</title></circle>').format(
                kind, x(i) / 10, y(p.value), tip
            )
        )
    labels = _dates([(x(i) / 10, moment(p.window_start, zone, hour=hour)) for i, p in enumerate(points)])
    return _svg("course", title, height, 22, [*marks, *_along(labels, height)])


def strengths(beats: Sequence[Beat], zone: str, title: str, *, hour: bool) -> Markup:
    """The strength of each past window's decision against the line above which it is an alert."""
    height = 96
    top = min(max([b.strength for b in beats if math.isfinite(b.strength)] + [1.5]), TALL) * 1.12
    wide = 100 / max(len(beats), 1)
    marks: list[Markup] = []
    for i, beat in enumerate(beats):
        strength = beat.strength if math.isfinite(beat.strength) else 0.0
        tall = max(height * min(strength, TALL) / top, 1.0)
        tip = f"{span(beat.window, zone)}: {beat.verdict.value}, strength {number(beat.strength)}"
        middle = wide * (i + 0.5)
        thick = wide * 0.62
        marks.append(
            Markup(
                '<g class="{}{}"><title>{}</title><rect class="hit" x="{:.2f}%" y="0" width="{:.2f}%" height="{}"/>'
                '<rect class="beat" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>{}</g>'
            ).format(
                beat.verdict.value, " last" if i == len(beats) - 1 else "", tip, wide * i, wide, height,
                middle - thick / 2, height - tall, thick, tall, _sign(beat, middle, height - tall),
            )
        )  # fmt: skip
    y = height - height / top
    marks.append(Markup('<line class="threshold" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y))
    marks.append(Markup('<text class="label" x="0" y="{:.1f}">alert above 1</text>').format(y - 4))
    labels = _dates([(wide * (i + 0.5), moment(b.window.start, zone, hour=hour)) for i, b in enumerate(beats)])
    return _svg("strengths", title, height, 22, [*marks, _floor(height), *_along(labels, height)])


def _sign(beat: Beat, middle: float, top: float) -> Markup:
    """What colour alone must not say: a cross where nothing could be judged, the number where a bar is cut off."""
    if beat.verdict in (Verdict.BROKEN, Verdict.OUTAGE):
        return Markup('<text class="sign" x="{:.2f}%" y="{:.1f}">×</text>').format(middle, top - 3)
    if beat.strength > TALL:
        return Markup('<text class="sign" x="{:.2f}%" y="9">{}</text>').format(middle, number(beat.strength))
    return Markup()


def pair(reference: float, current: float, *, moved: bool) -> Markup:
    """The bar of one category, reference behind current, each 0–1 of the longest."""
    return Markup(
        '<svg width="100%" height="16" aria-hidden="true"><g class="{}">'
        '<rect class="was" y="1" width="{:.2f}%" height="14"/>'
        '<rect class="now" y="5" width="{:.2f}%" height="6"/></g></svg>'
    ).format("moved" if moved else "still", 100 * reference, 100 * current)


def _svg(kind: str, title: str, height: int, below: int, parts: Iterable[Markup]) -> Markup:
    return Markup('<svg class="picture {}" width="100%" height="{}" role="img" aria-label="{}">{}</svg>').format(
        kind, height + below, title, Markup("\n").join(parts)
    )


def _floor(y: float) -> Markup:
    return Markup('<line class="floor" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(y)


def _grid(value: float, y: float, label: str) -> Markup:
    """A thin line across with its number sitting on it; `value` 0 is a line like any other."""
    zero = " zero" if value == 0 else ""
    return Markup(
        '<line class="grid{0}" x1="0" x2="100%" y1="{1:.1f}" y2="{1:.1f}"/>'
        '<text class="label" x="0" y="{2:.1f}">{3}</text>'
    ).format(zero, y, y - 3, label)


def _along(labels: Iterable[tuple[float, str]], height: float) -> list[Markup]:
    """Labels under the picture; those at the rims lean inwards."""
    rim = 4.0
    return [
        Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
            x, height + 15, "start" if x < rim else "end" if x > 100 - rim else "middle", label
        )
        for x, label in labels
    ]


def _dates(labels: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """A handful of dates, evenly apart and always the last."""
    n = len(labels)
    count = min(n, 5)
    picked = sorted({round((n - 1) * i / (count - 1)) for i in range(count)}) if count > 1 else list(range(n))
    return [labels[i] for i in picked]


def _runs(known: Sequence[bool]) -> list[list[int]]:
    """Unbroken stretches of indices where `known` holds."""
    runs: list[list[int]] = []
    for i, here in enumerate(known):
        if here and i and known[i - 1]:
            runs[-1].append(i)
        elif here:
            runs.append([i])
    return runs
