"""Whether what an incident was about went back or stayed: that nothing has alerted since says neither.

A change for good is told once. Its own windows then become what the next ones are expected to be like, so it falls
silent and counts as resolved, though nothing was. Here its first number is held against the windows that were like
ones *before* the incident: beyond all of them, on the same side as then, it is still at the new level.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import isnan

from tidegauge.core.decision import Finding
from tidegauge.core.grid import containing
from tidegauge.core.incident import Incident
from tidegauge.core.window import Window
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.history import History
from tidegauge.pipeline.deciding import Deciding
from tidegauge.stages.decider import Decider
from tidegauge.stages.like_windows import LikeWindows, place_of, value_of

NOW = 8  # the newest windows, which say how it is now
MOST, FEW = 2 / 3, 1 / 3  # of them beyond what was before: still there; gone back


class Aftermath(StrEnum):
    """How it is now, after an incident that has fallen silent."""

    STILL = "still at the new level"
    BACK = "back at its old level"
    UNKNOWN = ""  # in between, or too little is known


def aftermaths(deciding: Deciding, incidents: Iterable[Incident]) -> dict[str, Aftermath]:
    """How it is now after each of some incidents, by its id; those that are open are left out."""
    out: dict[str, Aftermath] = {}
    pasts: dict[str, tuple[Decider, History] | None] = {}
    for incident in incidents:
        if incident.is_open:
            continue
        if incident.stage not in pasts:
            pasts[incident.stage] = _past(deciding, incident.stage)
        past = pasts[incident.stage]
        out[incident.id] = Aftermath.UNKNOWN if past is None else aftermath(incident, *past)
    return out


def _past(deciding: Deciding, stage: str) -> tuple[Decider, History] | None:
    """What decides a stage, and its whole past, the newest window too; None where nothing is decided."""
    decider = deciding.decider(stage)
    made = deciding.store.decisions.evidences(deciding.monitor.name, stage)
    if decider is None or not made:
        return None
    last, window = max(made), deciding.monitor.window
    decider = decider.at(last)
    return decider, decider.read(decider.history(containing(window.every, window.zone, last.end)))


def aftermath(incident: Incident, decider: Decider, history: History) -> Aftermath:
    """How it is now with what an incident was about; UNKNOWN while it is open."""
    lead = _led_by(incident, decider)
    if incident.is_open or lead is None or not lead.scores:
        return Aftermath.UNKNOWN
    score, signal_set = lead.scores[0], decider.measure.signal_set
    k = place_of(signal_set, score)
    if k is None:
        return Aftermath.UNKNOWN
    since = [w for w in history.windows if w > incident.last][-NOW:]
    before = history.windows[: max(bisect_left(history.windows, incident.first) - score.over, 0)]
    beyond = [_beyond(k, w, before, decider, history, up=score.value > score.expected) for w in since]
    told = _known(beyond)
    if not told:
        return Aftermath.UNKNOWN
    return _by_part(sum(told) / len(told))


def _led_by(incident: Incident, decider: Decider) -> Finding | None:
    """The first finding of the alert that opened an incident."""
    decision = decider.store.decisions.get(incident.monitor, incident.stage, incident.first)
    return decision.findings[0] if decision and decision.findings else None


def _by_part(part: float) -> Aftermath:
    """How it is by the part of the windows since that are beyond still."""
    if part >= MOST:
        return Aftermath.STILL
    return Aftermath.BACK if part <= FEW else Aftermath.UNKNOWN


def _beyond(
    k: int, window: Window, before: Sequence[Window], decider: Decider, history: History, *, up: bool
) -> bool | None:
    """Whether a window's k-th number lies beyond all that like windows were before; None where that is not known."""
    measure = decider.measure
    choice = decider.ladder.choose(window, before, decider.calendar)
    like = LikeWindows.of(choice, measure, history, Normal()).range(k)
    value = measure.natural(measure.signal_set.signals[k], value_of(history.record(window), measure.signal_set, k))
    if not like.words or isnan(value):
        return None
    return value > like.most if up else value < like.least


def _known(beyond: Sequence[bool | None]) -> list[bool]:
    """Of windows that say something, whether they are beyond."""
    return [b for b in beyond if b is not None]
