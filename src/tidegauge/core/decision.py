"""What a window's scores amount to: scores, findings, a decision, and what would have been seen."""

from dataclasses import dataclass
from enum import StrEnum
from math import isnan, nan

from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.window import Window

AS_BEFORE = "is like the window before, and "  # said of a fine window in which an earlier change stands


class Verdict(StrEnum):
    """What the scores of a window amount to."""

    FINE = "fine"
    ALERT = "alert"
    LEARNING = "learning"  # too little history to judge
    BROKEN = "broken"  # the contract does not hold: a column gone, a type changed, an empty window
    OUTAGE = "outage"  # the warehouse did not answer: nothing is said about the data


@dataclass(frozen=True, slots=True)
class Score:
    """A statistic's value for one window × segment × column, what like windows were, and where an alert begins."""

    column: str
    statistic: str
    segment: str
    value: float
    expected: float
    low: float  # beyond these, the number alone would be an alert
    high: float
    z: float  # distance from the nearest plausible expectation, in spreads between past windows
    surprise: float  # −log10 of the probability of a z so large, by this statistic's own past
    pool: str  # the reference pool that the expectation came from
    n: int  # rows that the value rests on
    windows: tuple[str, ...] = ()  # keys of the reference windows
    of: str = ""  # what of the column it is about, where it is one category
    others: tuple[str, ...] = ()  # the other columns of a relation
    edge: float = nan  # z where the band ends
    over: int = 0  # windows that the value is the average of, where it tells of a slow drift; 0: this window's own
    cells: str = ""  # the layout that it is read in, where the column was cut again since its first one
    least: float = nan  # of the same number in the like windows before this one: known before it came
    most: float = nan
    like: str = ""  # which these are: "8 past Mondays"; empty where there are none, or the decision is an older one

    @property
    def stands(self) -> bool:
        """Whether it says that an earlier change stands: no band, as nothing is new, and beyond all like windows."""
        beyond = self.value > self.most or self.value < self.least
        return bool(self.like) and beyond and isnan(self.low) and isnan(self.high)


@dataclass(frozen=True, slots=True)
class CellShift:
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
    shifts: tuple[CellShift, ...] = ()
    sql: str = ""  # a statement that reproduces the first score's value on the warehouse, or shows what it is about
    surprise: float = nan  # −log10 of the probability that so much of the column is strange at once

    @property
    def stands(self) -> bool:
        """Whether it says nothing but that an earlier change stands."""
        return self.strength == 0.0 and bool(self.scores) and self.scores[0].stands


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
    causes: tuple[LikelyCause, ...] = ()  # what most likely made it so, of its first columns; changes no verdict

    @property
    def is_told(self) -> bool:
        """Whether it is bad, and no planned silence covers it: what people, scripts, metrics and other DAGs go by."""
        return self.verdict in (Verdict.ALERT, Verdict.BROKEN) and not self.silenced


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest changes of one column that a window would have shown in nine cases of ten; inf: none is seen.

    nan: it does not apply, or the past windows do not say.
    """

    column: str
    shift: float = nan  # of a number: every value that much higher or lower, in its own unit
    spreads: float = nan  # the same in interquartile ranges of the layout's sample
    missing: float = nan  # share of the rows that lose their value
    moved: float = nan  # of a category: share of the rows that turn into its second most frequent value


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a window would have seen, had it been there: silence means that nothing larger was."""

    columns: tuple[Detectable, ...] = ()
    windows: int = 0  # normal past windows that changes were planted in
    note: str = ""  # why nothing is said, or what is left out
