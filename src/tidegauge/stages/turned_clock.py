"""Whether the rows of a window come hours later or earlier than those of windows alike: a fact that needs no spread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import nan

import numpy as np
from numpy.typing import NDArray

from tidegauge.causes.moved_hours import MovedHours, deviance, moved_hours
from tidegauge.core.decision import Finding, Score
from tidegauge.core.grid import zone_of
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.profiles.hour_counts import by_the_clock
from tidegauge.profiles.states.cells import Cells
from tidegauge.references.calendar import WEEKDAYS
from tidegauge.stages.floors import lately
from tidegauge.stages.structural import FactGrounds, finding_of
from tidegauge.statistics.clock_shift import ClockShift
from tidegauge.wording.text import day_and_month

CLOCKS = ("UTC", "America/New_York", "Europe/Berlin", "Australia/Sydney")  # that rows may go by, whatever days do
ReadHours = Callable[[Sequence[Window]], Mapping[Window, Cells]]
Floats = NDArray[np.float64]


def turned_clock(known: FactGrounds, read: ReadHours) -> Finding | None:
    """The fact; where an alert has told of it already, that it stands. None where the clock is as it was."""
    window = known.window
    if window.kind == "hour" or known.calendar.facts(window).special:
        return None
    alike = known.judgement.normal.left(VOLUME, (), known.alike())
    alike = [w for w in alike if not known.calendar.facts(w).special]
    told = known.told_before(VOLUME, ClockShift.name).intersection(lately(known, alike))
    fresh = [w for w in alike if w not in told]
    found = (_since(known, read, fresh, first) for first in (*sorted(told), None))
    return next(filter(None, found), None)


def _since(known: FactGrounds, read: ReadHours, fresh: Sequence[Window], first: Window | None) -> Finding | None:
    """What stands since an alert, or is new where that is None, against the windows before."""
    like, word = _held_against(known, [w for w in fresh if first is None or w < first], read)
    here = read([known.window]).get(known.window)
    if here is None or not like:
        return None
    moved = _moved(known, here, like)
    if moved is None:
        return None
    score = _score(known, moved, list(like), word)
    if first is None:
        return finding_of(score, score.surprise, known.limit(1))
    return _still(score, first, known.calendar.zone)


def _moved(known: FactGrounds, here: Cells, like: Mapping[Window, Cells]) -> MovedHours | None:
    """By how much the rows of the window lie elsewhere on the clock, where that is no chance and nobody's habit."""
    zone = known.calendar.zone
    past = np.array([by_the_clock(w, cells, zone) for w, cells in like.items()])
    now = by_the_clock(known.window, here, zone)
    moved = moved_hours(now, past, known.measure.tuning.causes)
    if moved is None or moved.chance <= known.limit(1):
        return None
    by_others = (_by_clock(past, list(like), known.window, zone, clock) for clock in CLOCKS)
    enough = known.measure.tuning.causes.clock_fits * max(1.0, moved.deviance)
    habit = any(other is not None and float(deviance(now, other)) <= enough for other in by_others)
    return None if habit else moved


def _still(score: Score, first: Window, zone: str) -> Finding:
    """The same of a window after the one that an alert has told of."""
    words = f"{score.like} before {day_and_month(first.start, zone, hour=False)}"
    return Finding(VOLUME, WHOLE, 0.0, (replace(score, low=nan, high=nan, like=words),))


def _by_clock(past: Floats, like: Sequence[Window], now: Window, zone: str, clock: str) -> Floats | None:
    """[24] the rows of like windows [windows, 24], had they come by another clock than the days do; None of the same.

    A log of New York in days of UTC begins an hour earlier from March on, and a job by UTC in days of New York an hour
    later: people have put their clocks forward, and nothing is wrong.
    """
    by = [_put_forward(w, now, zone) - _put_forward(w, now, clock) for w in like]
    if not any(by):
        return None
    moved: Floats = np.sum([np.roll(rows, hours) for rows, hours in zip(past, by, strict=True)], axis=0)
    return moved


def _put_forward(before: Window, now: Window, zone: str) -> int:
    """By how many hours a clock was put forward from one window to another, as of noon."""
    local = [
        (w.start + timedelta(hours=12)).astimezone(zone_of(zone)).utcoffset() or timedelta(0) for w in (before, now)
    ]
    return (local[1] - local[0]) // timedelta(hours=1)


def _held_against(known: FactGrounds, windows: Sequence[Window], read: ReadHours) -> tuple[dict[Window, Cells], str]:
    """Those of the same weekday whose hours are known, or of the same class of day; what one of them is called."""
    t, facts = known.measure.tuning.causes, known.calendar.facts(known.window)
    same = [w for w in windows if known.calendar.facts(w).weekday == facts.weekday]
    for some, word in ((same, WEEKDAYS[facts.weekday]), (windows, facts.day_class)):
        found = read(some[-t.clock_most :])
        if len(found) >= t.clock_windows:
            return dict(sorted(found.items())), "week" if known.window.kind == "week" else word
    return {}, ""


def _score(known: FactGrounds, moved: MovedHours, like: Sequence[Window], word: str) -> Score:
    """The turn as a person reads it: "5 hours later than on other Tuesdays"."""
    chance = min(moved.chance, known.tuning.most)
    many, keys = abs(moved.hours), tuple(w.key for w in like)
    hours, when = "hour" if many == 1 else "hours", "later" if moved.hours > 0 else "earlier"
    pool = {"week": "trailing", known.calendar.facts(known.window).day_class: "day-class"}.get(word, "same-season")
    of = f"{hours} {when} than {'in' if word == 'week' else 'on'} other {word}s"
    score = Score(
        VOLUME, ClockShift.name, WHOLE, float(many), 0.0, nan, 0.0, nan, chance, pool, known.rows, keys, of=of
    )
    return replace(score, least=0.0, most=0.0, like=f"{len(like)} past {word}s")
