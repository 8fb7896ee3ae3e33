"""What a replay looks like: every window's strength, notices by month, a rate with its interval, a share found."""

import math
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tidegauge.core.decision import Verdict
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.replay.outcome import Month, Rate, ReplayedWindow
from tidegauge.reports.axes import ticks
from tidegauge.reports.svg import ROOM, along, floor, grid, picture
from tidegauge.wording.text import number, span

TALL = 3.0  # strengths above are cut off
MOST = 370  # bars across; more windows are drawn as the strongest of each stretch
LOUD = {Verdict.BROKEN: 3, Verdict.ALERT: 2, Verdict.FINE: 1}
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def strengths(
    timeline: Sequence[ReplayedWindow],
    windows: Sequence[Window],
    events: Sequence[tuple[float, float, str]],
    zone: str,
    title: str,
) -> Markup:
    """The strength of each of some windows, and the line above which it alerts; `events` are stretches, 0–1 along."""
    height = 92
    made = {b.window: b for b in timeline}
    drawn = _strongest([made.get(w, ReplayedWindow(w, FIRST_STAGE, Verdict.LEARNING, 0.0)) for w in windows])
    top = min(max([b.strength for b in drawn if math.isfinite(b.strength)] + [1.5]), TALL) * 1.15
    wide = 100 / max(len(drawn), 1)
    marks = [
        Markup('<g class="event"><title>{}</title><rect x="{:.2f}%" y="0" width="{:.2f}%" height="{}"/></g>').format(
            what, 100 * a, max(100 * (b - a), 0.3), height
        )
        for a, b, what in events
    ]
    for i, mark in enumerate(drawn):
        strength = mark.strength if math.isfinite(mark.strength) else 0.0
        tall = max(height * min(strength, TALL) / top, 0.8)
        tip = f"{span(mark.window, zone)}: {mark.verdict.value}, strength {number(mark.strength, 3)}"
        marks.append(
            Markup(
                '<g class="{}"><title>{}</title><rect class="hit" x="{:.3f}%" y="0" width="{:.3f}%" height="{}"/>'
                '<rect class="mark" x="{:.3f}%" y="{:.1f}" width="{:.3f}%" height="{:.1f}"/></g>'
            ).format(
                mark.verdict.value, tip, wide * i, wide, height, wide * (i + 0.15), height - tall, wide * 0.7, tall
            )
        )
    y = height - height / top
    marks.append(Markup('<line class="threshold" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y))
    return picture("strengths", title, height, [*marks, floor(height), *along(_starts(drawn, zone), height)])


def _strongest(timeline: Sequence[ReplayedWindow]) -> list[ReplayedWindow]:
    """At most so many points: of each stretch the loudest one."""
    step = math.ceil(len(timeline) / MOST) or 1
    parts = (timeline[i : i + step] for i in range(0, len(timeline), step))
    return [max(part, key=lambda b: (LOUD.get(b.verdict, 0), b.strength)) for part in parts]


def _starts(timeline: Sequence[ReplayedWindow], zone: str) -> list[tuple[float, str]]:
    """A label where a calendar month begins, as many as have room."""
    months = [(b.window.start.astimezone(ZoneInfo(zone)).year, _month(b.window, zone)) for b in timeline]
    first = [i for i in range(len(timeline)) if i == 0 or months[i] != months[i - 1]]
    if len(first) > 1 and first[1] < len(timeline) * 0.07:
        first = first[1:]
    every = math.ceil(len(first) / 13)
    return [(100 * i / len(timeline), NAMES[months[i][1] - 1]) for i in first[::every] if i < 0.96 * len(timeline)]


def _month(window: Window, zone: str) -> int:
    return window.start.astimezone(ZoneInfo(zone)).month


def by_month(months: Sequence[Month], budget: float, title: str) -> Markup:
    """Notices in each calendar month, and the budget as a line."""
    height = 84
    top = max([m.notices for m in months] + [budget * 1.2, 2.0]) * 1.08
    wide = (100 - ROOM) / max(len(months), 1)
    marks = [grid(t, height - height * t / top, number(t)) for t in ticks(0, top, 3)[1:] if t == int(t)]
    for i, m in enumerate(months):
        tall, base = height * m.notices / top, height * m.outside / top
        known = f", {m.notices - m.outside} of them in labelled events" if m.notices > m.outside else ""
        tip = f"{m.name}: {m.notices} notices{known}; {m.alerts} alerts in {m.windows} judged windows"
        left = ROOM + wide * i
        place = Markup('x="{:.2f}%" width="{:.2f}%"').format(left + wide * 0.25, wide * 0.5)
        marks.append(
            Markup(
                '<g><title>{0}</title><rect class="hit" x="{1:.2f}%" y="0" width="{2:.2f}%" height="{3}"/>'
                '<rect class="known" {4} y="{5:.1f}" height="{6:.1f}"/>'
                '<rect class="now" {4} y="{7:.1f}" height="{8:.1f}"/></g>'
            ).format(tip, left, wide, height, place, height - tall, tall - base, height - base, base)
        )
    y = height - height * budget / top
    marks.append(Markup('<line class="budget" x1="{}%" x2="100%" y1="{:.1f}" y2="{:.1f}"/>').format(ROOM, y, y))
    labels = [(ROOM + wide * (i + 0.5), NAMES[int(m.name[-2:]) - 1]) for i, m in enumerate(months)]
    every = math.ceil(len(labels) / 13)
    return picture("months", title, height, [*marks, floor(height), *along(labels[::every], height)])


def whisker(rate: Rate, budget: float, top: float) -> Markup:
    """A rate as a dot, its interval as a line, the budget as a tick, on an axis from 0 to `top`."""

    def x(value: float) -> float:
        return 1.5 + 97 * min(value, top) / top

    return Markup(
        '<svg class="whisker" width="100%" height="18" aria-hidden="true">'
        '<line class="axis" x1="0" x2="100%" y1="9" y2="9"/>'
        '<line class="limit" x1="{0:.1f}%" x2="{0:.1f}%" y1="1" y2="17"/>'
        '<line class="reach" x1="{1:.1f}%" x2="{2:.1f}%" y1="9" y2="9"/>'
        '<circle class="at" cx="{3:.1f}%" cy="9" r="4"/></svg>'
    ).format(x(budget), x(rate.low), x(rate.high), x(rate.a_month))


def meter(found: int, planted: int, first: int | None = None) -> Markup:
    """How much of something was found; the darker part with the right column first."""
    if not planted:
        return Markup()
    inner = (
        Markup('<rect class="first" y="0" width="{:.1f}%" height="100%"/>').format(100 * first / planted)
        if first is not None
        else Markup()
    )
    return Markup(
        '<svg class="meter" width="100%" height="7" aria-hidden="true"><rect class="all" width="100%" height="100%"/>'
        '<rect class="found" width="{:.1f}%" height="100%"/>{}</svg>'
    ).format(100 * found / planted, inner)
