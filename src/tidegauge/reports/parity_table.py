"""Whether groups are treated alike: the table of a labels page, each ratio drawn with its interval beside the band."""

from collections.abc import Iterator, Sequence
from math import isnan, log
from typing import Any

from markupsafe import Markup

from tidegauge.core.parity import Fairness, Lies, Parity
from tidegauge.reports.report import Report
from tidegauge.wording.parity_words import HEADS, headed, hints, row
from tidegauge.wording.text import first_up, moment

SIDE = 2.0  # ratios from one to this many and from one over it have room in a picture
DRAWN = "Drawn, ½ to 2"  # which are those
MIDDLE = 9  # pixels from above


def fairness(report: Report) -> list[dict[str, Any]]:
    """What the template lays out, a sensitive column each."""
    hour = report.decision.window.kind == "hour"
    return list(laid_out(report.fairness, report.zone, hour=hour))


def laid_out(some: Sequence[Fairness], zone: str, *, hour: bool) -> Iterator[dict[str, Any]]:
    """The same of windows that are no report's."""
    for told in some:
        yield {
            "title": headed(told, lambda w: moment(w.start, zone, hour=hour)),
            "heads": [first_up(head) for head in HEADS],
            "rows": [
                {"cells": row(p), "drawn": _drawn(p, told.least), "outside": p.lies is Lies.OUTSIDE}
                for p in told.parities
            ],
            "drawn": DRAWN,
            "hints": hints(told),
        }


def _drawn(one: Parity, least: float) -> Markup:
    """A ratio as a point on its interval, over the band; the numbers stand in the table."""
    if isnan(one.low):
        return Markup()
    start, end = _along(least), _along(1 / least)
    low, high = _along(one.low), _along(one.high)
    point = Markup()
    if not isnan(one.ratio):
        kind = "out" if one.lies is Lies.OUTSIDE else "in"
        point = Markup('<circle class="{}" cx="{:.2f}%" cy="{}" r="3"/>').format(kind, _along(one.ratio), MIDDLE)
    return Markup(
        '<svg class="ratio" width="100%" height="{0}" aria-hidden="true">'
        '<rect class="band" x="{1:.2f}%" width="{2:.2f}%" y="0" height="{0}"/>'
        '<line class="expected" x1="50%" x2="50%" y1="0" y2="{0}"/>'
        '<line class="reach" x1="{3:.2f}%" x2="{4:.2f}%" y1="{5}" y2="{5}"/>{6}</svg>'
    ).format(2 * MIDDLE, start, end - start, low, high, MIDDLE, point)


def _along(ratio: float) -> float:
    """Per cent of the width, on a logarithmic scale with one in the middle; what lies beyond stands at the rim."""
    if ratio <= 1 / SIDE:
        return 0.0
    return 100.0 if ratio >= SIDE else 50 * (1 + log(ratio) / log(SIDE))
