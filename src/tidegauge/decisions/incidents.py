"""Alerts that are one event: derived from decisions and answers alone, so that any order of runs ends in the same."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import is_

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident, IncidentStatus, Turn
from tidegauge.core.window import Window
from tidegauge.decisions.blame import BAD, leads_of
from tidegauge.decisions.feedback import Answer, Feedback, current
from tidegauge.decisions.unfinished import Unfinished
from tidegauge.tuning.decision_tuning import IncidentTuning
from tidegauge.tuning.tuning import SHIPPED

SETTLING = frozenset({Answer.DISMISS, Answer.ACCEPT})  # said to be nothing, or normal: an alert after that is news


def incidents_of(
    decisions: Iterable[Decision],
    feedback: Sequence[Feedback] = (),
    tuning: IncidentTuning = SHIPPED.decisions.incidents,
    prediction: str | None = None,
) -> list[Incident]:
    """The incidents of one monitor and stage, from its decisions in order of time and the answers to them.

    An alert continues an incident when it leads with a column that the incident's first or latest alert led with; else
    it opens another. An incident is resolved when two windows in a row have not continued it, and reopened when it is
    continued soon after that (`IncidentTuning.back`). While windows find it where it was, it stays open: then an alert
    continues it only by the same number on the same side. One that was dismissed or accepted as normal is continued no
    more: an alert in spite of that is news. What a planned silence covers is part of no incident. `prediction`: the
    column that follows from others, and ties alerts to each other only where none of these is named.
    """
    return IncidentBuilder(tuning, prediction=prediction).incidents(list(decisions), feedback)


class IncidentBuilder:
    """Incidents while they are being put together: remembers how far it has read, so that an hour more is one more.

    Exact, whatever changes between two calls: where a decision or an answer is another, it reads from the beginning.
    """

    def __init__(
        self,
        tuning: IncidentTuning = SHIPPED.decisions.incidents,
        feedback: Sequence[Feedback] = (),
        *,
        prediction: str | None = None,
    ) -> None:
        self.tuning, self.prediction = tuning, prediction or ""
        self._read: list[Decision] = []
        self._feedback = tuple(feedback)
        self._done: list[Unfinished] = []
        self._live: list[Unfinished] = []  # that may still be continued

    def incidents(self, decisions: Sequence[Decision], feedback: Sequence[Feedback] = ()) -> list[Incident]:
        """`incidents_of` these decisions."""
        decisions, feedback = list(decisions), tuple(feedback)
        known = len(self._read)
        if self._feedback != feedback or not _same(self._read, decisions[:known]):
            self._done, self._live, known = [], [], 0
        self._read, self._feedback = [], feedback  # all or nothing: where it is cut off, it begins anew
        for d in decisions[known:]:
            self.hear(d)
        self._read = decisions
        return sorted((one.incident() for one in (*self._done, *self._live)), key=lambda i: (i.first, i.id))

    def hear(self, d: Decision) -> None:
        """Take the next decision in."""
        if _passes_by(d):
            return
        follows = self._followed(d) if d.verdict in BAD else None
        if follows is not None:
            follows.add(d)
        answered = _settled(self._feedback, d.window)
        for one in self._live:
            if one is not follows:
                one.pass_by(d, answered=one.id in answered)
        back = self.tuning.back[d.window.kind]
        self._done += [one for one in self._live if one.age >= back]
        self._live = [one for one in self._live if one.age < back]

    def opened_since(self, moment: datetime) -> int:
        """How many of the incidents that were heard of opened in a window that ended after a moment."""
        return sum(one.head.window.end > moment for one in (*self._done, *self._live))

    def _followed(self, d: Decision) -> Unfinished:
        """The incident that an alert continues, the latest first; where there is none, one that it opens."""
        settled = _settled(self._feedback, d.window)
        near = sorted((one for one in self._live if one.id not in settled), key=lambda one: one.age)
        follows = next((one for one in near if one.holds(d)), None)
        if follows is None:
            leads = leads_of(d, self.tuning)
            opened = [Turn(IncidentStatus.OPENED, d.window)]
            follows = Unfinished(d, leads, d, leads, self.tuning, turns=opened, prediction=self.prediction)
            self._live.append(follows)
        return follows


def _same(known: list[Decision], now: list[Decision]) -> bool:
    """Whether the decisions are the very same: equal ones would be, but NaN equals nothing, and it takes longer."""
    return len(known) == len(now) and all(map(is_, known, now))


def _passes_by(d: Decision) -> bool:
    """Whether incidents go on as if the window were not there: it was not judged, or its alert is silenced."""
    return d.verdict in (Verdict.OUTAGE, Verdict.LEARNING) or (d.verdict in BAD and bool(d.silenced))


def _settled(feedback: Sequence[Feedback], window: Window) -> set[str]:
    """The incidents that nothing more was to come of, when a window ended."""
    return {i for i, f in current(feedback, window.end).items() if f.answer in SETTLING} if feedback else set()


def incident_of(decision: Decision, incidents: Sequence[Incident]) -> Incident | None:
    """The incident that a bad decision belongs to."""
    if not decision.is_told:
        return None
    return next((i for i in incidents if decision.window in i.windows), None)
