"""What was expected before labels came, beside what they said: a table and a picture of each number through time."""

from collections.abc import Sequence
from math import isfinite, nan
from typing import Any

from tidegauge.core.performance import Performance
from tidegauge.reports import lines
from tidegauge.reports.report import Point
from tidegauge.wording.estimate_words import HEADS, estimated, titled
from tidegauge.wording.text import first_up, moment


def expected(course: Sequence[Performance], zone: str, *, hour: bool) -> dict[str, Any]:
    """What the template lays out; empty where nothing is estimated."""
    if not course or not course[-1].estimates:
        return {}
    pictures = [_picture(e.statistic, course, zone, hour=hour) for e in course[-1].estimates]
    return {
        "heads": [first_up(head) for head in HEADS],
        "rows": estimated(course[-1], lambda w: moment(w.start, zone, hour=hour)),
        "pictures": [p for p in pictures if p],
    }


def _picture(statistic: str, course: Sequence[Performance], zone: str, *, hour: bool) -> dict[str, Any]:
    """A number by its labels, over the intervals of its estimates; nothing where fewer than two windows have one."""
    points = [_point(statistic, one) for one in course]
    if sum(isfinite(p.low) for p in points) < 2:
        return {}
    title = titled(statistic)
    name = f"{title} by the labels of {len(points)} windows, over the 90 % intervals estimated before they came"
    return {"title": title, "picture": lines.course(points, zone, name, hour=hour)}


def _point(statistic: str, one: Performance) -> Point:
    came = one.figure(statistic)
    made = next((e for e in one.estimates if e.statistic == statistic and e.speaks), None)
    value = nan if came is None else came.value
    if made is None:
        return Point(one.window.start, value, nan, nan, nan)
    return Point(one.window.start, value, made.value, made.low, made.high, of="estimated")
