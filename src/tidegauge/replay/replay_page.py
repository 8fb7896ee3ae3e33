"""A replay as one page that opens anywhere: the answer first, then what it rests on."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from tidegauge.core.window import VOLUME, Window
from tidegauge.replay.charts import by_month, meter, strengths, whisker
from tidegauge.replay.events import bounds
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES
from tidegauge.replay.outcome import Alert, Recall, Replay
from tidegauge.reports.rendering import environment
from tidegauge.stages import stage_named
from tidegauge.wording import text

COLUMNS = 60  # that the table of columns holds: the worst first
ALERTS = 400


def render(replay: Replay) -> str:
    """The page, from the replay alone, so that the same replay gives the same bytes."""
    return environment().get_template("replay.html").render(**contents(replay))


def contents(r: Replay) -> dict[str, Any]:
    """Everything that the template lays out."""
    top = max([w.notices.high for w in r.ways if math.isfinite(w.notices.high)] + [r.budget * 1.5])
    return {
        "r": r,
        "tone": _tone(r),
        "span": _span(r),
        "months_judged": text.rate(r.outside.months),
        "courses": _courses(r),
        "by_month": by_month(r.months, r.budget, "Notices in each month, and the budget")
        if len(r.months) > 1
        else None,
        "notices": _notices(r)[:ALERTS],
        "when": partial(when, zone=r.zone),
        "sentence": lambda sentence: text.first_up(sentence.removeprefix("Alert: ")),
        "late": _late,
        "kinds": _kinds(r),
        "sizes": SIZES,
        "columns": _columns(r),
        "ways": [(w, whisker(w.notices, w.budget, top), meter(w.found, w.planted)) for w in r.ways],
        **_shares(r.recall),
        "number2": text.rate,
        "called": lambda c: "the rows themselves" if c == VOLUME else c,
        "volume": VOLUME,
    }


def when(window: Window, zone: str) -> str:
    """A window in a table: short, with its weekday."""
    local = window.start.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b} {local.year}" + (f", {local:%H:%M}" if window.kind == "hour" else "")


def _tone(r: Replay) -> str:
    """The colour of the first sentence."""
    if not r.judged:
        return "outage"
    return "alert" if r.outside.low > r.budget or r.same.different else "fine"


def _courses(r: Replay) -> list[tuple[str, Markup]]:
    """A picture for each stage, with its title: the strength of every window's decision."""
    windows = sorted({b.window for b in r.timeline})
    shading = _shading(r, windows)
    courses = []
    for stage in r.stages:
        title = stage_named(stage).title
        said = f"Strength of every window's decision on {title}; an alert is above the line"
        mine = [b for b in r.timeline if b.stage == stage]
        courses.append((title, strengths(mine, windows, shading, r.zone, said)))
    return courses


def _shares(recall: Recall | None) -> dict[str, str | None]:
    """Which share of the planted faults was found, and of those the share where the right column led."""
    if recall is None:
        return {"share_first": None, "share_found": None}
    return {
        "share_first": _share(recall.first, recall.found) if recall.found else None,
        "share_found": _share(recall.found, recall.planted),
    }


def _share(part: int, whole: int) -> str:
    return text.share(part / whole)


def _span(r: Replay) -> str:
    first, last = text.span(r.start, r.zone), text.span(r.end, r.zone)
    return first if first == last else f"{first} to {last}"


def _late(hours: float) -> str:
    """Hours, or days where they are many.

    >>> _late(5.0), _late(50.0)
    ('5 hours', '2.1 days')
    """
    if hours >= 48:
        return f"{text.rate(hours / 24)} days"
    return f"{hours:.0f} hour{'' if round(hours) == 1 else 's'}"


def _shading(r: Replay, windows: Sequence[Window]) -> list[tuple[float, float, str]]:
    """Where labelled events lie along some windows, as shares of their number."""
    place = {w: i for i, w in enumerate(windows)}
    found = []
    for event in r.events:
        start, end = bounds(event.start, event.end, r.zone)
        inside = [w for w in windows if w.start < end and w.end > start]
        if inside:
            found.append((place[inside[0]] / len(windows), (place[inside[-1]] + 1) / len(windows), event.what))
    return found


def _notices(r: Replay) -> list[tuple[Alert, int, Window]]:
    """Each notice, or else the first alert seen of an incident; how many more alerts it had, and the last of them."""
    groups: dict[tuple[str, Window], list[Alert]] = {}
    for alert in r.alerts:
        groups.setdefault((alert.stage, alert.since), []).append(alert)
    return [(some[0], len(some) - 1, some[-1].window) for some in groups.values()]


def _kinds(r: Replay) -> list[dict[str, Any]]:
    """A line for each kind of fault, a cell for each size."""
    found = {(x.name, x.size): x for x in r.by_fault}
    out = []
    for name in dict.fromkeys(x.name for x in r.by_fault):
        cells = []
        for k, size in enumerate(SIZES):
            cell = found.get((name, size))
            cells.append((cell, FAULTS[name].sizes[k], meter(cell.found, cell.planted, cell.first) if cell else ""))
        whole = _of_all_sizes(name, r.by_fault)
        about = (type(FAULTS[name]).__doc__ or "").split("\n", 1)[0]
        out.append({"name": name, "about": about, "cells": cells, "all": whole})
    return out


def _columns(r: Replay) -> list[tuple[Recall, Any]]:
    """Columns by how little of what was planted in them was found."""
    ranked = sorted(r.by_column, key=lambda x: (x.found / x.planted, x.name))
    return [(x, meter(x.found, x.planted, x.first)) for x in ranked[:COLUMNS]]


def _of_all_sizes(name: str, by_fault: Sequence[Recall]) -> Recall:
    """What was found of one kind of fault, whatever its size."""
    some = [x for x in by_fault if x.name == name]
    return Recall(name, "", sum(x.planted for x in some), sum(x.found for x in some), sum(x.first for x in some))
