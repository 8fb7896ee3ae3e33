"""What a replay says, as frozen values: the page, the JSON and the terminal all show these."""

from dataclasses import dataclass

from tidegauge.core.decision import Verdict
from tidegauge.core.window import Window


@dataclass(frozen=True, slots=True)
class ReplayedWindow:
    """One replayed window of a stage."""

    window: Window
    stage: str
    verdict: Verdict
    strength: float


@dataclass(frozen=True, slots=True)
class Alert:
    """A window that would have alerted."""

    window: Window
    stage: str
    verdict: Verdict
    strength: float
    columns: tuple[str, ...]  # the first three
    sentence: str
    notice: bool  # it opens an incident: somebody would have been told
    since: Window  # the first window of its incident
    event: str = ""  # the labelled event that it lies in
    silenced: str = ""  # why nobody would have been told: a planned silence covers it

    @property
    def outside(self) -> bool:
        """Whether somebody would have been told of what nobody labelled."""
        return self.notice and not self.event


@dataclass(frozen=True, slots=True)
class Rate:
    """How often, in a month, with the exact interval of 95 %."""

    count: int
    months: float
    a_month: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the replay."""

    name: str  # "2013-05"
    windows: int
    alerts: int
    notices: int
    outside: int  # notices that lie in no labelled event


@dataclass(frozen=True, slots=True)
class Caught:
    """A labelled event, and whether an alert fell into it."""

    what: str
    start: str  # as the file has it
    end: str
    column: str  # that the file names; empty: none
    judged: int  # windows of the event on which there was a verdict
    caught: bool
    first: Window | None = None  # the first window that alerted
    stage: str | None = None
    windows_late: int = 0  # windows of the event before it
    hours_late: float = 0.0  # from the event's start until the alert would have been there
    named: str = ""  # the column that led the alert
    right: bool | None = None  # whether that is the file's column; None where it names none
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault, planted in one window."""

    fault: str
    size: str
    columns: tuple[str, ...]
    window: Window
    changed: int  # rows with another value, rows that came, rows that went
    rows: int
    found: bool
    strength: float
    named: str  # the column that led the alert
    first: bool  # it is one that the fault was in


@dataclass(frozen=True, slots=True)
class Recall:
    """Faults of one sort: how many were planted, found, and found with the right column first."""

    name: str
    size: str  # "" for all sizes
    planted: int
    found: int
    first: int


@dataclass(frozen=True, slots=True)
class Way:
    """The same windows under another budget or another reference."""

    name: str
    budget: float  # false alerts a month that were allowed
    pools: tuple[str, ...]
    own: bool  # the monitor as it is
    alerts: int
    notices: Rate  # outside of labelled events
    planted: int
    found: int
    events: int  # labelled ones on which it had a verdict
    caught: int
    gained: int = 0  # planted faults that it found and the monitor as it is did not
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Same:
    """The replayed decisions held against the stored ones, byte for byte."""

    same: int  # equal
    different: tuple[str, ...]  # keys of windows with the same evidence and another decision: a bug, please report it
    other: int  # stored on other evidence: other settings, late rows, gaps that are filled now
    unknown: int  # never stored


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay's whole answer."""

    monitor: str
    version: str
    kind: str
    zone: str
    start: Window
    end: Window
    stages: tuple[str, ...]
    windows: int
    judged: int  # windows with a verdict on their inputs
    learning: int
    rows: int
    budget: float
    alerts: tuple[Alert, ...]
    notices: Rate  # every incident's first alert
    outside: Rate  # the same without those in labelled events
    months: tuple[Month, ...]
    timeline: tuple[ReplayedWindow, ...]
    same: Same
    labelled: bool  # an events file was given
    events: tuple[Caught, ...]
    planted: bool
    trials: tuple[Trial, ...]
    left_out: int  # draws that changed too little to count
    by_fault: tuple[Recall, ...]
    by_size: tuple[Recall, ...]
    by_column: tuple[Recall, ...]
    recall: Recall | None
    ways: tuple[Way, ...]
    advice: str
    sentence: str
    notes: tuple[str, ...]
