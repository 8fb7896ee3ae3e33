"""Alerts that are one event: derived from decisions and answers alone, so that any order of runs ends in the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from operator import is_

from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.incident import Incident, IncidentStatus, Severity, Turn
from tidegauge.core.window import VOLUME, WHOLE, Window
from tidegauge.decisions.feedback import Answer, Feedback, current
from tidegauge.statistics import LEVELS
from tidegauge.tuning.decision_tuning import IncidentTuning
from tidegauge.tuning.tuning import SHIPPED

BAD = frozenset({Verdict.ALERT, Verdict.BROKEN})
SETTLING = frozenset({Answer.DISMISS, Answer.ACCEPT})  # said to be nothing, or normal: an alert after that is news


@dataclass(slots=True)
class _Unfinished:
    """An incident while it is being put together."""

    head: Decision
    leads: frozenset[str]  # of the first alert
    last: Decision
    latest: frozenset[str]  # leads of the latest
    tuning: IncidentTuning
    columns: dict[str, float] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    age: int = 0  # windows since its last alert
    strength: float = 0.0
    broad: int = 0  # columns of its broadest alert
    broken: bool = False  # or missing whole, or stuck: its first column says nothing any more

    @property
    def id(self) -> str:
        """What it is called."""
        return incident_id(self.head.monitor, self.head.stage, self.head.window)

    @property
    def resolved(self) -> bool:
        """Whether its last turn was the end of it."""
        return self.turns[-1].status is IncidentStatus.RESOLVED

    def holds(self, decision: Decision) -> bool:
        """Whether an alert is about the same: it leads with what the first or the latest alert led with."""
        leads = _leads(decision, self.tuning)
        return not leads or not (self.leads and self.latest) or not leads.isdisjoint(self.leads | self.latest)

    def add(self, decision: Decision) -> None:
        """Take another alert in."""
        if self.resolved:
            self.turns.append(Turn(IncidentStatus.REOPENED, decision.window))
        self.last, self.latest, self.age = decision, _leads(decision, self.tuning), 0
        self.windows.append(decision.window)
        strengths = {f.column: f.strength for f in reversed(decision.findings)}  # the strongest of a column's segments
        named = blamed(decision, self.tuning)
        for column in named:
            self.columns[column] = max(self.columns.get(column, 0.0), strengths[column])
        self.strength = max(self.strength, decision.strength)
        self.broad = max(self.broad, self.tuning.broad if VOLUME in named[:1] else len(named))
        self.broken |= decision.verdict is Verdict.BROKEN or any(_says_nothing(f) for f in decision.findings[:1])

    def grow_older(self, window: Window) -> None:
        """A window has gone by that did not continue it."""
        self.age += 1
        if self.age == self.tuning.quiet:
            self.turns.append(Turn(IncidentStatus.RESOLVED, window))

    def incident(self) -> Incident:
        """As it stands."""
        d, status = self.head, self.turns[-1].status
        if status is IncidentStatus.OPENED and len(self.windows) > 1:
            status = IncidentStatus.CONTINUED
        return Incident(
            self.id,
            d.monitor,
            d.stage,
            status,
            d.window,
            self.last.window,
            tuple(self.columns),
            len(self.windows),
            severity_of(self.strength, self.broad, len(self.windows), broken=self.broken, tuning=self.tuning),
            self.strength,
            tuple(self.columns.values()),
            tuple(self.windows),
            tuple(self.turns),
        )


def incidents_of(
    decisions: Iterable[Decision],
    feedback: Sequence[Feedback] = (),
    tuning: IncidentTuning = SHIPPED.decisions.incidents,
) -> list[Incident]:
    """The incidents of one monitor and stage, from its decisions in order of time and the answers to them.

    An alert continues an incident when it leads with a column that the incident's first or latest alert led with; else
    it opens another. An incident is resolved when two windows in a row have not continued it, and reopened when it is
    continued soon after that (`IncidentTuning.back`). One that was dismissed or accepted as normal is continued no
    more: an alert in spite of that is news. What a planned silence covers is part of no incident.
    """
    return IncidentBuilder(tuning).incidents(list(decisions), feedback)


class IncidentBuilder:
    """Incidents while they are being put together: remembers how far it has read, so that an hour more is one more.

    Exact, whatever changes between two calls: where a decision or an answer is another, it reads from the beginning.
    """

    def __init__(self, tuning: IncidentTuning = SHIPPED.decisions.incidents, feedback: Sequence[Feedback] = ()) -> None:
        self.tuning = tuning
        self._read: list[Decision] = []
        self._feedback = tuple(feedback)
        self._done: list[_Unfinished] = []
        self._live: list[_Unfinished] = []  # that may still be continued

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
        for one in self._live:
            if one is not follows:
                one.grow_older(d.window)
        back = self.tuning.back[d.window.kind]
        self._done += [one for one in self._live if one.age >= back]
        self._live = [one for one in self._live if one.age < back]

    def opened_since(self, moment: datetime) -> int:
        """How many of the incidents that were heard of opened in a window that ended after a moment."""
        return sum(one.head.window.end > moment for one in (*self._done, *self._live))

    def _followed(self, d: Decision) -> _Unfinished:
        """The incident that an alert continues, the latest first; where there is none, one that it opens."""
        settled = _settled(self._feedback, d.window)
        near = sorted((one for one in self._live if one.id not in settled), key=lambda one: one.age)
        follows = next((one for one in near if one.holds(d)), None)
        if follows is None:
            leads = _leads(d, self.tuning)
            follows = _Unfinished(d, leads, d, leads, self.tuning, turns=[Turn(IncidentStatus.OPENED, d.window)])
            self._live.append(follows)
        return follows


def _same(known: list[Decision], now: list[Decision]) -> bool:
    """Whether the decisions are the very same: equal ones would be, but NaN equals nothing, and it takes longer."""
    return len(known) == len(now) and all(map(is_, known, now))


def severity_of(
    strength: float,
    columns: int,
    alerts: int,
    *,
    broken: bool = False,
    tuning: IncidentTuning = SHIPPED.decisions.incidents,
) -> Severity:
    """Points for strength (one, or two), for breadth and for duration: none is low, one medium, more are high.

    >>> severity_of(1.4, 1, 1), severity_of(1.4, 1, 3), severity_of(5.0, 1, 1)
    (<Severity.LOW: 'low'>, <Severity.MEDIUM: 'medium'>, <Severity.HIGH: 'high'>)
    """
    t = tuning
    points = (strength >= t.strong) + (strength >= t.very_strong) + (columns >= t.broad) + (alerts >= t.long)
    points += 2 * broken
    return (Severity.LOW, Severity.MEDIUM, Severity.HIGH)[min(points, 2)]


def _says_nothing(finding: Finding) -> bool:
    """Whether a column that used to say something is missing whole or stuck: as bad as one that is gone."""
    return any(
        s.statistic in LEVELS and LEVELS[s.statistic].gone(s.value, s.most if s.like else s.expected)
        for s in finding.scores
        if s.column == finding.column and s.segment == WHOLE
    )


def blamed(decision: Decision, tuning: IncidentTuning) -> tuple[str, ...]:
    """The columns that an alert is about: the first, and others nearly as strong. A trace of a column ties nothing."""
    first = decision.findings[0].strength if decision.findings else 0.0
    among = decision.findings[: tuning.leading]
    return tuple(dict.fromkeys(f.column for f in among if f.strength >= tuning.alike * first))


def _passes_by(d: Decision) -> bool:
    """Whether incidents go on as if the window were not there: it was not judged, or its alert is silenced."""
    return d.verdict in (Verdict.OUTAGE, Verdict.LEARNING) or (d.verdict in BAD and bool(d.silenced))


def _settled(feedback: Sequence[Feedback], window: Window) -> set[str]:
    """The incidents that nothing more was to come of, when a window ended."""
    return {i for i, f in current(feedback, window.end).items() if f.answer in SETTLING} if feedback else set()


def _leads(decision: Decision, tuning: IncidentTuning) -> frozenset[str]:
    return frozenset(blamed(decision, tuning)[: tuning.first])


def incident_id(monitor: str, stage: str, first: Window) -> str:
    """The same first alert, the same id, in every run."""
    return sha256("\x1f".join((monitor, str(stage), first.key)).encode()).hexdigest()[:16]


def incident_of(decision: Decision, incidents: Sequence[Incident]) -> Incident | None:
    """The incident that a bad decision belongs to."""
    if not decision.is_told:
        return None
    return next((i for i in incidents if decision.window in i.windows), None)
