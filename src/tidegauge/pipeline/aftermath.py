"""Whether what an incident was about went back or stayed: that nothing has alerted since says neither.

A change for good is told once. Its own windows then become what the next ones are expected to be like, so it falls
silent and counts as resolved, though nothing was. Here its first number is held against the windows that were like
ones *before* the incident: beyond all of them, on the same side as then, it is still at the new level.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from enum import StrEnum
from math import isnan

from tidegauge.core.decision import Finding
from tidegauge.core.grid import containing
from tidegauge.core.incident import Incident
from tidegauge.core.window import Window
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.history import History
from tidegauge.pipeline.deciding import Deciding
from tidegauge.references.candidates import Candidates
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
    if incident.is_open or not history.windows:
        return Aftermath.UNKNOWN
    return by_part(Beyond(incident, incident.last, decider, history).part(history.windows[-1]))


def by_part(part: float | None) -> Aftermath:
    """How it is by the part of the newest windows that are beyond still."""
    if part is None:
        return Aftermath.UNKNOWN
    if part >= MOST:
        return Aftermath.STILL
    return Aftermath.BACK if part <= FEW else Aftermath.UNKNOWN


class Beyond:
    """How many of the windows after an incident's alert lie beyond all that like windows were before the incident.

    By the number that its first alert led with, on the side on which that lay. Each window is looked at once.
    """

    def __init__(self, incident: Incident, alert: Window, decider: Decider, history: History) -> None:
        self._alert, self._decider, self._history = alert, decider, history
        lead = _led_by(incident, decider)
        score = lead.scores[0] if lead and lead.scores else None
        self._k = None if score is None else place_of(decider.measure.signal_set, score)
        self._up = score is not None and score.value > score.expected
        over = 0 if score is None else score.over
        before = history.windows[: max(bisect_left(history.windows, incident.first) - over, 0)]
        self._before = Candidates(before, decider.calendar)
        self._known: dict[Window, bool | None] = {}

    def part(self, last: Window) -> float | None:
        """The part of the newest windows up to one; None where nothing is known of any."""
        windows = self._history.windows
        first = bisect_right(windows, self._alert)
        told = [b for w in windows[first : bisect_right(windows, last)][-NOW:] if (b := self._beyond(w)) is not None]
        return sum(told) / len(told) if told else None

    def _beyond(self, window: Window) -> bool | None:
        if window not in self._known:
            self._known[window] = None if self._k is None else self._looked_at(window, self._k)
        return self._known[window]

    def _looked_at(self, window: Window, k: int) -> bool | None:
        """Whether its k-th number is beyond all that like windows were before; None where that is not known."""
        decider, measure = self._decider, self._decider.measure
        choice = decider.ladder.choose(window, self._before, decider.calendar)
        like = LikeWindows.of(choice, measure, self._history, Normal()).range(k)
        level = value_of(self._history.record(window), measure.signal_set, k)
        value = measure.natural(measure.signal_set.signals[k], level)
        if not like.words or isnan(value):
            return None
        return value > like.most if self._up else value < like.least


def _led_by(incident: Incident, decider: Decider) -> Finding | None:
    """The first finding of the alert that opened an incident."""
    decision = decider.store.decisions.get(incident.monitor, incident.stage, incident.first)
    return decision.findings[0] if decision and decision.findings else None
