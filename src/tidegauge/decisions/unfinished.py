"""An incident while it is being put together, alert by alert."""

from dataclasses import dataclass, field
from hashlib import sha256

from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.incident import OVER, Incident, IncidentStatus, Severity, Turn
from tidegauge.core.window import VOLUME, Window
from tidegauge.decisions.blame import BAD, blamed, leads_of, number_of, says_nothing, side_of
from tidegauge.tuning.decision_tuning import IncidentTuning
from tidegauge.tuning.tuning import SHIPPED


@dataclass(slots=True)
class Unfinished:
    """An incident while it is being put together."""

    head: Decision
    leads: frozenset[str]  # of the first alert
    last: Decision
    latest: frozenset[str]  # leads of the latest
    tuning: IncidentTuning
    columns: dict[str, float] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    since: int = 0  # windows since its last alert
    age: int = 0  # of them since it was last found standing
    strength: float = 0.0
    broad: int = 0  # columns of its broadest alert
    stands: bool = False  # nothing alerts, and what it told of is where it was
    sides: dict[tuple[str, ...], int] = field(default_factory=dict)  # of the numbers told of: 1 above, −1 below
    prediction: str = ""  # the column that follows from the others
    broken: bool = False  # or missing whole, or stuck: its first column says nothing any more

    @property
    def id(self) -> str:
        """What it is called."""
        return incident_id(self.head.monitor, self.head.stage, self.head.window)

    @property
    def over(self) -> bool:
        """Whether its last turn was the end of it."""
        return self.turns[-1].status in OVER

    def holds(self, decision: Decision) -> bool:
        """Whether an alert is about the same: it leads with what the first or the latest alert led with.

        A prediction moves with whatever it is made of. So where an alert leads with another column beside it, that one
        says; the prediction does only of an incident that has nothing else, and where it comes first itself.
        """
        leads, mine = leads_of(decision, self.tuning), self.leads | self.latest
        if self.stands and decision.findings and mine:
            return decision.findings[0].column in mine and self._is_same(decision.findings[0])
        if not leads or not (self.leads and self.latest):
            return True
        if self.prediction in leads and len(leads) > 1:
            return self._leads_beside_its_prediction(decision, leads, mine)
        return not leads.isdisjoint(mine)

    def _leads_beside_its_prediction(self, decision: Decision, leads: frozenset[str], mine: frozenset[str]) -> bool:
        """Whether what an alert leads with beside the prediction is of this incident."""
        made_of = mine - {self.prediction}
        if made_of:
            return not leads.isdisjoint(made_of)
        return decision.findings[0].column == self.prediction and self.prediction in mine

    def _is_same(self, lead: Finding) -> bool:
        """Whether what alerts while it stands is what stands: the same number, on the same side.

        Slow drift looks four weeks back, so what it finds of a column that stands is what brought it there.
        """
        if not lead.scores:
            return True
        known = self.sides.get(number_of(lead.scores[0]))
        side = side_of(lead.scores[0])
        return known == side if known is not None else lead.scores[0].over > 0

    def pass_by(self, decision: Decision, *, answered: bool) -> None:
        """A window has gone by that did not continue it. One that finds it where it was keeps it open, for a time.

        `answered`: somebody has said that it is nothing, or normal. Then nothing keeps it open.
        """
        self.since += 1
        if not answered and self._is_found(decision):
            self.stands, self.age = True, 0
            if self.since >= self.tuning.stands[decision.window.kind]:
                self.turns.append(Turn(IncidentStatus.SETTLED, decision.window))
            return
        self.age = self.since if answered else self.age + 1
        if self.age >= self.tuning.quiet and not self.over:
            self.turns.append(Turn(IncidentStatus.RESOLVED, decision.window))

    def _is_found(self, decision: Decision) -> bool:
        """Whether a window finds it where it was."""
        if self.over:
            return False
        found = [f for f in decision.findings if f.column in self.leads | self.latest]
        stands = any(f.scores and f.scores[0].stands for f in found)
        return stands or (self.stands and decision.verdict in BAD and bool(found))

    def add(self, decision: Decision) -> None:
        """Take another alert in. Slow drift tells of what is settled once more, as it looks weeks back: no news."""
        settled = self.turns[-1].status is IncidentStatus.SETTLED
        if self.over and not (settled and _is_drift(decision)):
            self.turns.append(Turn(IncidentStatus.REOPENED, decision.window))
            self.stands = False
        self.last, self.latest, self.since, self.age = decision, leads_of(decision, self.tuning), 0, 0
        for score in (s for f in decision.findings if f.column in self.latest for s in f.scores):
            self.sides.setdefault(number_of(score), side_of(score))
        self.windows.append(decision.window)
        self.strength = max(self.strength, decision.strength)
        self.broken |= decision.verdict is Verdict.BROKEN or any(says_nothing(f) for f in decision.findings[:1])
        self._blame(decision)

    def _blame(self, decision: Decision) -> None:
        """The columns that an alert is laid to: each as strong as it ever was, and how many there were at most."""
        strengths = {f.column: f.strength for f in reversed(decision.findings)}  # the strongest of a column's segments
        named = blamed(decision, self.tuning)
        for column in named:
            self.columns[column] = max(self.columns.get(column, 0.0), strengths[column])
        self.broad = max(self.broad, self.tuning.broad if VOLUME in named[:1] else len(named))

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


def _is_drift(decision: Decision) -> bool:
    """Whether what comes first in an alert is an average over windows."""
    return bool(decision.findings and decision.findings[0].scores and decision.findings[0].scores[0].over > 0)


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


def incident_id(monitor: str, stage: str, first: Window) -> str:
    """The same first alert, the same id, in every run."""
    return sha256("\x1f".join((monitor, str(stage), first.key)).encode()).hexdigest()[:16]
