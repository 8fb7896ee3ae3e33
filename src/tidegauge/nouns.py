"""The words of tidegauge as frozen values: windows, scores, decisions, incidents, intents.

Nothing here computes; every floor above may speak these words.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from tidegauge.errors import WindowError

WHOLE = "*"  # the segment that is the whole window
VOLUME = "__volume__"  # the column under which facts about rows (volume, duplicates, freshness) are ranked
# What is looked at of a window, in the order in which it is judged; each is a module of tidegauge/stages.
# The first is its rows and predictions themselves: it says which windows there are, and the others follow it.
STAGES = ["inputs", "labels"]
FIRST_STAGE = STAGES[0]
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def stamp(at: datetime) -> str:
    """An instant of UTC to the second, as keys spell it: four digits of the year, which `%Y` does not promise.

    >>> stamp(datetime(13, 4, 1, tzinfo=UTC))
    '0013-04-01T00:00:00Z'
    """
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


class Verdict(StrEnum):
    """What the scores of a window amount to."""

    FINE = "fine"
    ALERT = "alert"
    LEARNING = "learning"  # too little history to judge
    BROKEN = "broken"  # the contract does not hold: a column gone, a type changed, an empty window
    OUTAGE = "outage"  # the warehouse did not answer: nothing is said about the data


class _Keyed:
    """Room for a key that was spelled once; no field, so equality, order, hash, pickle and repr know nothing of it."""

    __slots__ = ("_key",)
    _key: str


@dataclass(frozen=True, order=True, slots=True)
class Window(_Keyed):
    """A half-open interval [start, end) of event time, in UTC, and its kind ("hour", "day", "week", …).

    `key` is its one text form everywhere: store, partition keys, `conf`.

    >>> Window.parse("day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z").key
    'day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z'
    """

    start: datetime
    end: datetime
    kind: str

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise WindowError(f"a window needs instants with a time zone, got {self.start} and {self.end}")
        try:
            object.__setattr__(self, "start", self.start.astimezone(UTC))
            object.__setattr__(self, "end", self.end.astimezone(UTC))
        except OverflowError:
            raise WindowError(f"a window from {self.start} to {self.end} leaves the years 1 to 9999") from None
        if self.end <= self.start:
            raise WindowError(f"a window must end after it starts, got [{stamp(self.start)}, {stamp(self.end)})")

    @property
    def key(self) -> str:
        """Kind, start and end in one text that sorts by time within a kind."""
        try:
            return self._key
        except AttributeError:  # spelled when it is first asked for, and then remembered
            object.__setattr__(self, "_key", f"{self.kind}/{stamp(self.start)}/{stamp(self.end)}")
            return self._key

    @classmethod
    def parse(cls, key: str) -> "Window":
        """The window that a key names."""
        try:
            kind, start, end = key.split("/")
            return cls(
                datetime.strptime(start, _STAMP).replace(tzinfo=UTC),
                datetime.strptime(end, _STAMP).replace(tzinfo=UTC),
                kind,
            )
        except ValueError:
            raise WindowError(
                f'"{key}" is not a window key. Write it as kind/start/end, for instance '
                "day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z"
            ) from None

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Score:
    """A statistic's value for one window × segment × column, with the band it was expected in."""

    column: str
    statistic: str
    segment: str
    value: float
    expected: float
    low: float
    high: float
    z: float  # distance from the nearest plausible expectation, in spreads between past windows
    surprise: float  # −log10 of the probability of a z so large, by this statistic's own past
    pool: str  # the reference pool that the expectation came from
    n: int  # rows that the value rests on
    windows: tuple[str, ...] = ()  # keys of the reference windows
    of: str = ""  # what of the column it is about, where it is one category
    others: tuple[str, ...] = ()  # the other columns of a relation
    edge: float = float("nan")  # z where the band ends
    over: int = 0  # windows that the value is the average of, where it tells of a slow drift; 0: this window's own


@dataclass(frozen=True, slots=True)
class Move:
    """One cell whose share moved: "carrier = AA", "[3.5, 4.1)", "missing"."""

    cell: str
    expected: float  # share in the reference, 0–1
    observed: float  # share in the window, 0–1


@dataclass(frozen=True, slots=True)
class Finding:
    """One column (of one segment) that a decision points at, strongest first in `Decision.findings`."""

    column: str
    segment: str
    strength: float
    scores: tuple[Score, ...]  # the most telling first
    moves: tuple[Move, ...] = ()
    sql: str = ""  # a statement that reproduces the first score's value on the warehouse, or shows what it is about
    surprise: float = float("nan")  # −log10 of the probability that so much of the column is strange at once


@dataclass(frozen=True, slots=True)
class Decision:
    """What the scores of a window amount to, and why. Identity: (monitor, window, stage, evidence)."""

    monitor: str
    window: Window
    stage: str
    verdict: Verdict
    sentence: str  # what a person reads first
    evidence: str  # hash of everything that the decision rests on
    provisional: bool = False  # an earlier window is missing; it will be decided again without a notice
    strength: float = 0.0  # M / T: an alert when above 1
    rows: int = 0
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()  # what could not be judged, which rung of the ladder was used, facts worth a line
    silenced: str = ""  # why nobody is told of it: a planned silence of the monitor covers the window


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest changes of one column that a window would have shown in nine cases of ten; inf: none is seen.

    nan: it does not apply, or the past windows do not say.
    """

    column: str
    shift: float = float("nan")  # of a number: every value that much higher or lower, in its own unit
    spreads: float = float("nan")  # the same in interquartile ranges of the layout's sample
    missing: float = float("nan")  # share of the rows that lose their value
    moved: float = float("nan")  # of a category: share of the rows that turn into its second most frequent value


@dataclass(frozen=True, slots=True)
class Sight:
    """What a window would have seen, had it been there: silence means that nothing larger was."""

    columns: tuple[Detectable, ...] = ()
    windows: int = 0  # normal past windows that changes were planted in
    note: str = ""  # why nothing is said, or what is left out


class IncidentStatus(StrEnum):
    """Where an incident stands."""

    OPENED = "opened"  # one alert so far
    CONTINUED = "continued"  # more alerts, window upon window
    RESOLVED = "resolved"  # quiet for long enough
    REOPENED = "reopened"  # it was resolved, and soon came back: the same incident, so nobody is told again


class Severity(StrEnum):
    """How much an incident asks for: from how strong, how broad and how long it is (see docs/incidents.md)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Turn:
    """A change in an incident's life, and the window that brought it: opened, resolved or reopened."""

    status: IncidentStatus
    window: Window


@dataclass(frozen=True, slots=True)
class Incident:
    """Alerts that are one event. Its id is that of the first alert, so that a rerun finds the same one."""

    id: str
    monitor: str
    stage: str
    status: IncidentStatus
    first: Window
    last: Window  # the last one that alerted
    columns: tuple[str, ...]  # in the order in which they came
    alerts: int = 1
    severity: Severity = Severity.LOW
    strength: float = 0.0  # of its strongest alert
    strengths: tuple[float, ...] = ()  # the strongest that each column was
    windows: tuple[Window, ...] = ()  # those that alerted
    turns: tuple[Turn, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it may still go on."""
        return self.status is not IncidentStatus.RESOLVED


DELIVER = "deliver"  # the action of an intent that hands a decision to a sink
MEND = "mend"  # of one that takes back what a sink shows of a window that was forgotten
SHOWN = (DELIVER, MEND)  # what sinks get; the other actions are those that a monitor lists


@dataclass(frozen=True, slots=True)
class Intent:
    """Something to be done once, carried out by floor 6; `key` is the idempotency key that goes with it."""

    key: str
    action: str  # a registered action: "retrain", "report", "notify"
    monitor: str
    window: Window
    payload: dict[str, str] = field(default_factory=dict)
