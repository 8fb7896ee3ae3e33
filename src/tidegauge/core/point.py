"""A monitor's series: which numbers it shows of every window, and one number of one window.

A series is fixed when a stage is first decided and never changes its place: what is shown beside it in Prometheus, in
a dashboard and in SQL is the same number for as long as the monitor has its name.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import nan

from tidegauge.core.window import WHOLE, Window

DECISION = ""  # the column of what a whole decision says
OTHERS = "(others)"  # the column that stands for all that have no series of their own
MOST_SERIES = 150  # of a monitor, in all its stages
BANDED = 4  # series of Prometheus that a value with its band is: itself, the middle, the least and the most
PARITY = "parity-"  # before the name of a rate: a group's rate over that of the base group
OF_STAGE = 25  # kept for what is said of each stage as a whole


class Unit(StrEnum):
    """What a number is of. One name of a metric has one unit."""

    RATIO = "ratio"  # 0 to 1, or so many times its limit
    NUMBER = "number"  # a plain number, or a count
    SECONDS = "seconds"
    OWN = "own"  # the column's own unit
    FLAG = "flag"  # 1: so it is; 0: it is not


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One number a window: a statistic of a column (of a segment), or what is said of the whole decision."""

    column: str
    statistic: str
    segment: str = WHOLE
    unit: Unit = Unit.NUMBER
    banded: bool = False  # whether there is a band of what like windows were

    @property
    def cost(self) -> int:
        """How many series of Prometheus it is; a ratio between groups has no middle of like windows."""
        return BANDED - self.statistic.startswith(PARITY) if self.banded else 1


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A series in one window, with what like windows before it were; nan where that is not known."""

    series: Series
    window: Window
    value: float
    expected: float = nan  # the middle of like windows; of a ratio between groups there is none
    low: float = nan  # the least of them; of a ratio between groups the low end of its 95 % interval
    high: float = nan
    revision: int = 0  # how often the window was decided anew, as far as the store knows


@dataclass(frozen=True, slots=True)
class SeriesSample:
    """One value of a named series at an instant of event time, as a receiver keeps it."""

    name: str
    labels: tuple[tuple[str, str], ...]  # by name; none is empty
    value: float
    at: int  # milliseconds of UTC since 1970
