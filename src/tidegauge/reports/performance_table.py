"""How good the model was: the table of a labels page, on a fine day too, and a picture of each number through time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from tidegauge.core.performance import Figure, Performance
from tidegauge.core.window import Window
from tidegauge.reports import lines
from tidegauge.reports.estimate_table import expected
from tidegauge.reports.report import Point, Report
from tidegauge.wording.figure_words import counted, hints, in_words, span, stands
from tidegauge.wording.text import first_up, moment, one_line

PICTURES = 4  # that are open; the others are folded away


def performance(report: Report) -> dict[str, Any]:
    """What the template lays out; empty where there is nothing to tell of."""
    return laid_out(report.performance, report.zone)


def laid_out(course: Sequence[Performance], zone: str) -> dict[str, Any]:
    """The same of windows that are no report's: a notebook's."""
    if not course:
        return {}
    here, hour = course[-1], course[-1].window.kind == "hour"
    pictures = [_picture(f, course, zone, hour=hour) for f in here.figures]
    drawn = [p for p in pictures if p]
    return {
        "counted": first_up(counted(here)),
        "hints": hints(here),
        "rows": [_row(f, here.window, zone, hour=hour) for f in here.figures],
        "first": drawn[:PICTURES],
        "more": drawn[PICTURES:],
        "windows": [_window(p, here.figures) for p in course] if drawn else [],
        "expected": expected(course, zone, hour=hour),
    }


def _row(figure: Figure, here: Window, zone: str, *, hour: bool) -> dict[str, Any]:
    """One number beside what it is held against."""
    return {
        "title": _title(figure),
        "judged": figure.judged,
        "outside": figure.is_outside,
        "value": in_words(figure, figure.value),
        "interval": span(figure, figure.interval_low, figure.interval_high),
        "like": span(figure, figure.least, figure.most),
        "middle": in_words(figure, figure.middle),
        "reference": in_words(figure, figure.reference),
        "stands": stands(figure, here, lambda w: moment(w.start, zone, hour=hour)),
    }


def _window(one: Performance, figures: Sequence[Figure]) -> dict[str, Any]:
    """A past window's numbers, in the order of the table."""
    there = [one.figure(f.statistic) for f in figures]
    values = [in_words(f, t.value if t else float("nan")) for f, t in zip(figures, there, strict=True)]
    return {"start": one.window.start, "labelled": f"{one.labelled:,}", "numbers": values}


def _picture(figure: Figure, past: Sequence[Performance], zone: str, *, hour: bool) -> dict[str, Markup | str]:
    """A number in the windows up to this one, each with its interval and what like windows were; none of one alone."""
    points = [p for one in past for p in _point(one.figure(figure.statistic), one.window.start)]
    if sum(p.value == p.value for p in points) < 2:
        return {}
    title = _title(figure)
    name = f"{title} in {len(points)} windows, each with its interval and the range of like windows before it"
    return {"title": title, "picture": lines.course(points, zone, name, hour=hour)}


def _point(figure: Figure | None, start: datetime) -> list[Point]:
    none = float("nan")
    if figure is None:
        return [Point(start, none, none, none, none)]
    interval = figure.interval_low, figure.interval_high
    return [Point(start, figure.value, figure.middle, figure.least, figure.most, interval=interval)]


def _title(figure: Figure) -> str:
    return first_up(one_line(figure.title, 100))
