"""Over time: a statistic with what like windows were, and the strength of past decisions."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from tidegauge.core.decision import Verdict
from tidegauge.reports.axes import ticks
from tidegauge.reports.report import PastWindow, Point
from tidegauge.reports.svg import ROOM, along, floor, grid, picture, runs, some
from tidegauge.wording.text import moment, number, span

TALL = 3.0  # strengths above are cut off and written out
NUMBER = 5.0  # per cent of the width that such a number takes


def course(points: Sequence[Point], zone: str, title: str, *, hour: bool) -> Markup:
    """One statistic over past windows, each with what like windows before it were; those that alerted are marked.

    A value outside the band is no alert: like windows are few, and of nine equal ones two are outside the other eight.
    """
    height = 120
    known = [v for p in points for v in (p.value, p.low, p.high) if math.isfinite(v)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low, high = low - pad, high + pad
    left = 10 * ROOM
    wide = (1000.0 - left) / max(len(points), 1)

    def x(i: int) -> float:
        return left + wide * (i + 0.5)

    def y(value: float) -> float:
        return height * (high - min(max(value, low), high)) / (high - low)

    marks = [grid(t, y(t), number(t)) for t in ticks(low, high, 3)]
    bands = "".join(
        "M" + " L".join(f"{x(i):.0f} {y(points[i].high):.1f}" for i in run)
        + " L" + " L".join(f"{x(i):.0f} {y(points[i].low):.1f}" for i in reversed(run)) + "Z"
        for run in runs([not (math.isnan(p.low) or math.isnan(p.high)) for p in points])
    )  # fmt: skip
    lines = [
        "".join(
            "M" + " L".join(f"{x(i):.0f} {y(vs[i]):.1f}" for i in run) for run in runs([math.isfinite(v) for v in vs])
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
        kind = ("out" if p.alerted else "in") + (" last" if i == len(points) - 1 else "")
        like = f"; like windows {number(p.low)} to {number(p.high)}" if math.isfinite(p.low) else ""
        tip = f"{moment(p.window_start, zone, hour=hour)}: {number(p.value)}{like}{'; an alert' * p.alerted}"
        marks.append(
            Markup('<circle class="{}" cx="{:.1f}%" cy="{:.1f}"><title>{}</title></circle>').format(
                kind, x(i) / 10, y(p.value), tip
            )
        )
    labels = some([(x(i) / 10, moment(p.window_start, zone, hour=hour)) for i, p in enumerate(points)])
    return picture("course", title, height, [*marks, *along(labels, height)])


def strengths(timeline: Sequence[PastWindow], zone: str, title: str, *, hour: bool) -> Markup:
    """The strength of each past window's decision against the line above which it is an alert."""
    height = 96
    top = min(max([b.strength for b in timeline if math.isfinite(b.strength)] + [1.5]), TALL) * 1.12
    wide = 100 / max(len(timeline), 1)
    marks: list[Markup] = []
    numbered = _apart([i for i, m in enumerate(timeline) if m.strength > TALL], wide)
    for i, mark in enumerate(timeline):
        strength = mark.strength if math.isfinite(mark.strength) else 0.0
        tall = max(height * min(strength, TALL) / top, 1.0)
        tip = f"{span(mark.window, zone)}: {mark.verdict.value}, strength {number(mark.strength, 3)}"
        middle = wide * (i + 0.5)
        thick = wide * 0.62
        sign = _sign(mark, middle, height - tall, numbered=i in numbered)
        marks.append(
            Markup(
                '<g class="{}{}"><title>{}</title><rect class="hit" x="{:.2f}%" y="0" width="{:.2f}%" height="{}"/>'
                '<rect class="mark" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>{}</g>'
            ).format(
                mark.verdict.value, " last" if i == len(timeline) - 1 else "", tip, wide * i, wide, height,
                middle - thick / 2, height - tall, thick, tall, sign,
            )
        )  # fmt: skip
    y = height - height / top
    marks.append(Markup('<line class="threshold" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y))
    marks.append(Markup('<text class="label" x="0" y="{:.1f}">alert above 1</text>').format(y - 4))
    labels = some([(wide * (i + 0.5), moment(b.window.start, zone, hour=hour)) for i, b in enumerate(timeline)])
    return picture("strengths", title, height, [*marks, floor(height), *along(labels, height)])


def _apart(bars: Sequence[int], wide: float) -> set[int]:
    """Those of some bars that have room for a number each; the newest first. The others tell theirs by a tooltip."""
    kept: list[int] = []
    for i in reversed(bars):
        if not kept or (kept[-1] - i) * wide >= NUMBER:
            kept.append(i)
    return set(kept)


def _sign(mark: PastWindow, middle: float, top: float, *, numbered: bool) -> Markup:
    """What colour alone must not say: a cross where nothing could be judged, the number where a bar is cut off."""
    if mark.verdict in (Verdict.BROKEN, Verdict.OUTAGE):
        return Markup('<text class="sign" x="{:.2f}%" y="{:.1f}">×</text>').format(middle, top - 3)
    if numbered:
        return Markup('<text class="sign" x="{:.2f}%" y="9">{}</text>').format(middle, number(mark.strength, 3))
    return Markup()
