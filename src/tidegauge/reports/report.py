"""What there is to show of one decision, as frozen values.

The pipeline hands a sink a report, which holds everything that there is to show. So a page is a function of its input,
and can be compared with a golden one, byte for byte.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tidegauge.core.changed_place import Whereabouts
from tidegauge.core.decision import Decision, Sensitivity, Verdict
from tidegauge.core.estimate import Estimate
from tidegauge.core.incident import Incident
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.core.parity import Fairness
from tidegauge.core.performance import Performance
from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window

HISTOGRAM, BARS = "histogram", "bars"  # how cells are drawn: along the number line, or each one for itself


@dataclass(frozen=True, slots=True)
class PastWindow:
    """One window of the past in the timeline of a monitor and stage: how strong, and what was decided."""

    window: Window
    strength: float  # M / T: an alert when above 1
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a column, its share in the reference and in the window (0–1, of all rows, missing ones too).

    A numeric cell is [low, high), with −inf and inf for the outermost. Whatever is not on the number line (a category,
    missing, NaN, infinite) has neither bound, and is drawn under its label.
    """

    label: str
    low: float | None
    high: float | None
    reference_share: float
    current_share: float

    @property
    def has_rows(self) -> bool:
        """Whether either side has any in it."""
        return self.reference_share > 0 or self.current_share > 0


@dataclass(frozen=True, slots=True)
class Point:
    """A statistic in one past window, with what like windows before it were (nan where there were none)."""

    window_start: datetime
    value: float
    expected: float  # the middle of like windows
    low: float  # the least of them
    high: float
    alerted: bool = False  # whether the window was an alert that this column led
    interval: tuple[float, float] | None = None  # how far the value itself may be off, where that is drawn
    of: str = "like windows"  # what the band is


@dataclass(frozen=True, slots=True)
class Panel:
    """What there is to see of one column in one segment: reference against current, and one statistic over time."""

    column: str
    segment: str
    drawn: str  # HISTOGRAM or BARS
    cells: tuple[Cell, ...] = ()  # of a histogram: ascending by value, those without bounds last
    series: tuple[Point, ...] = ()  # oldest first; the last one is the decision's own window
    statistic: str = ""  # whose series it is
    over: int = 0  # windows that the cells are the sum of, where the finding is a slow drift; 0: this window's own
    since: Window | None = None  # the first of the windows up to this one in which that alone would have alerted


@dataclass(frozen=True, slots=True)
class CausePicture:
    """A likely cause with its proof: the reference, changed so, beside the window."""

    cause: LikelyCause
    drawn: str  # HISTOGRAM or BARS
    cells: tuple[Cell, ...]


class Stirred(StrEnum):
    """How much of a column was strange in one window: the letter of its cell in the strip of all columns."""

    LED = "a"  # the window alerted, and the column led it
    STRANGE = "s"  # the window alerted, and so would the column alone have
    NEAR = "n"  # it came near
    QUIET = "q"
    UNKNOWN = "u"  # nothing is known of it: too little history, or no rows


@dataclass(frozen=True, slots=True)
class StripRow:
    """One column, or a column in one segment, over some windows."""

    column: str
    segment: str
    cells: tuple[Stirred, ...]  # of each window, oldest first
    follows: bool = False  # of the last one: strange only together with a column that leads it


@dataclass(frozen=True, slots=True)
class Strip:
    """Every column on one look: how much of each was strange in each of some windows up to the decision's own."""

    past: tuple[PastWindow, ...]  # oldest first; the last is the decision's own
    rows: tuple[StripRow, ...]  # in the order of the table


@dataclass(frozen=True, slots=True)
class PredictionThen:
    """The prediction in a window whose inputs alert: a number of it, and what it was in like windows."""

    column: str
    value: float  # around which its values lie
    least: float
    most: float
    like: str  # which windows these are: "8 past Mondays"; empty where there are none
    is_named: bool = False  # whether the decision names it for a good part of what is strange


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a sink may show about one decision."""

    decision: Decision
    incident: Incident | None  # the one that the decision belongs to, as it stood after this window
    monitor: str
    timeline: tuple[PastWindow, ...] = ()  # oldest first
    panels: tuple[Panel, ...] = ()  # found by (column, segment); findings without one are shown without a picture
    zone: str = "UTC"  # the monitor's time zone: dates are shown in it
    ongoing: tuple[Incident, ...] = ()  # the incidents that were open after this window, this one's among them
    file: str = ""  # the name of the monitor's file, for commands that a reader may type
    not_judged: tuple[str, ...] = ()  # what could not be judged in this window, and why: a sentence each
    sensitivity: Sensitivity | None = None  # what the window would have seen; None where nothing is said of it
    title: str = "inputs and predictions"  # what the stage looks at, in words
    noun: str = "row"  # what it counts
    newest: bool = True  # whether no later window of the stage was decided when it was made; a page says nothing of it
    performance: tuple[Performance, ...] = ()  # of past windows, oldest first; the last is of the decision's own
    fairness: tuple[Fairness, ...] = ()  # of each sensitive column, up to the decision's own window
    estimates: tuple[Estimate, ...] = ()  # of the newest window, until its labels come; a page says nothing of them
    where: tuple[Whereabouts, ...] = ()  # of an alert's first findings, by (column, segment)
    causes: tuple[CausePicture, ...] = ()  # of those that the decision names, some with a picture
    held: str = ""  # why a retraining that it asks for is not started
    prediction: PredictionThen | None = None  # of an alert on inputs
    strip: Strip | None = None  # None where too little is known to say anything of past windows
    labels_due: datetime | None = None  # when the labels of its rows are to be there; None where it is about them
    samples: tuple[SeriesSample, ...] = ()  # the window's series in event time; a page says nothing of them
