"""Over time: a statistic with what like windows were, and the strength of past decisions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tidegauge.core.decision import Verdict
from tidegauge.reports.axes import ticks
from tidegauge.reports.report import PastWindow, Point
from tidegauge.reports.svg import ROOM, along, floor, grid, picture, runs, some
from tidegauge.wording.text import moment, number, span

HEIGHT = 120
LEFT = 10.0 * ROOM
TALL = 3.0  # strengths above are cut off and written out
LONG = timedelta(days=5)  # between two points: these are weeks, and no day is a weekend's
WEEKEND = (5, 6)
NUMBER = 5.0  # per cent of the width that such a number takes


def course(points: Sequence[Point], zone: str, title: str, *, hour: bool) -> Markup:
    """One statistic over past windows, each with what like windows before it were; those that alerted are marked.

    A value outside the band is no alert: like windows are few, and of nine equal ones two are outside the other eight.
    """
    plane = Plane.of(points)
    marks = _weekends(plane, points, zone)
    marks += [grid(t, plane.y(t), number(t)) for t in ticks(plane.low, plane.high, 3)]
    lines = [_line(plane, [p.expected for p in points]), _line(plane, [p.value for p in points])]
    reach = _reach(plane, points)
    marks.append(
        Markup(
            '<svg width="100%" height="{0}" viewBox="0 0 1000 {0}" preserveAspectRatio="none" aria-hidden="true">'
            '<path class="band" d="{1}"/>{4}<path class="expected" d="{2}"/><path class="line" d="{3}"/></svg>'
        ).format(HEIGHT, _band(plane, points), *lines, reach)
    )
    for i, p in enumerate(points):
        if math.isfinite(p.value):
            kind = ("out" if p.alerted else "in") + " last" * (i == len(points) - 1)
            like = f"; {p.of} {number(p.low)} to {number(p.high)}" if math.isfinite(p.low) else ""
            off = f"; interval {number(p.interval[0])} to {number(p.interval[1])}" if p.interval else ""
            tip = f"{moment(p.window_start, zone, hour=hour)}: {number(p.value)}{off}{like}{'; an alert' * p.alerted}"
            marks.append(
                Markup('<circle class="{}" cx="{:.1f}%" cy="{:.1f}"><title>{}</title></circle>').format(
                    kind, plane.x(i) / 10, plane.y(p.value), tip
                )
            )
    labels = some([(plane.x(i) / 10, moment(p.window_start, zone, hour=hour)) for i, p in enumerate(points)])
    return picture("course", title, HEIGHT, [*marks, *along(labels, HEIGHT)])


@dataclass(frozen=True, slots=True)
class Plane:
    """Where points of a course lie in its picture: so many thousandths from the left, so many pixels from above."""

    low: float
    high: float
    wide: float  # of one point

    @classmethod
    def of(cls, points: Sequence[Point]) -> Self:
        """As high as the points and their bands, and a little more."""
        own = points[-1].interval or () if points else ()  # of the others what lies beyond is cut off
        known = [v for v in (*(v for p in points for v in (p.value, p.low, p.high)), *own) if math.isfinite(v)]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
        return cls(low - pad, high + pad, (1000.0 - LEFT) / max(len(points), 1))

    def x(self, i: int) -> float:
        """Of the i-th point."""
        return LEFT + self.wide * (i + 0.5)

    def y(self, value: float) -> float:
        """Of a value; of one beyond the edge, the edge."""
        return HEIGHT * (self.high - min(max(value, self.low), self.high)) / (self.high - self.low)


def _line(plane: Plane, values: Sequence[float]) -> str:
    """A path through the values that are there."""
    each = runs([math.isfinite(v) for v in values])
    return "".join("M" + " L".join(f"{plane.x(i):.0f} {plane.y(values[i]):.1f}" for i in run) for run in each)


def _band(plane: Plane, points: Sequence[Point]) -> str:
    """A path around what like windows were: along the upper ends, and back along the lower ones."""
    each = runs([not (math.isnan(p.low) or math.isnan(p.high)) for p in points])
    return "".join(
        "M" + " L".join(f"{plane.x(i):.0f} {plane.y(points[i].high):.1f}" for i in run)
        + " L" + " L".join(f"{plane.x(i):.0f} {plane.y(points[i].low):.1f}" for i in reversed(run)) + "Z"
        for run in each
    )  # fmt: skip


def _weekends(plane: Plane, points: Sequence[Point], zone: str) -> list[Markup]:
    """Saturdays and Sundays, where points are of days or hours: what is usual there is often something else."""
    starts = [p.window_start.astimezone(ZoneInfo(zone)) for p in points]
    if all(later - first > LONG for first, later in pairwise(starts)):
        return []
    return [
        Markup('<rect class="weekend" x="{:.2f}%" width="{:.2f}%" height="{}"/>').format(
            (plane.x(run[0]) - plane.wide / 2) / 10, plane.wide * len(run) / 10, HEIGHT
        )
        for run in runs([start.weekday() in WEEKEND for start in starts])
    ]


def _reach(plane: Plane, points: Sequence[Point]) -> Markup:
    """An upright line at each point, from one end of its interval to the other; nothing where no point has one."""
    ends = [(plane.x(i), p.interval) for i, p in enumerate(points) if p.interval and math.isfinite(sum(p.interval))]
    if not ends:
        return Markup()
    path = "".join(f"M{x:.0f} {plane.y(low):.1f}V{plane.y(high):.1f}" for x, (low, high) in ends)
    return Markup('<path class="reach" d="{}"/>').format(path)


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
