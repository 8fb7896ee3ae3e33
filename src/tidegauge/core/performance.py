"""How good the predictions of one window were: each number with its interval, its season and its reference."""

from dataclasses import dataclass
from math import isfinite, nan

from tidegauge.core.estimate import Estimate
from tidegauge.core.window import WHOLE, Window


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of performance, as a person reads it; nan where it cannot be said.

    Three things stand beside the value, and each answers another question. The interval: how far the number itself may
    be off, resting on so few rows. Like windows (decision 0033): what it was in windows of the same season, before this
    one came. The reference: the same number over all rows of a period at once.
    """

    statistic: str
    title: str  # in words
    unit: str  # what the value is to a reader: "share", "number", "seconds", or "column": in the labels' own unit
    value: float
    interval_low: float = nan  # nine of ten such intervals hold what so many rows more would say
    interval_high: float = nan
    middle: float = nan  # of like windows, the least and the most of them
    least: float = nan
    most: float = nan
    like: str = ""  # which these are: "8 past Mondays"; empty where there are none
    reference: float = nan  # over the rows of the reference together
    reference_low: float = nan
    reference_high: float = nan
    since: Window | None = None  # the first of the windows in a row, up to this one, that were all outside their range
    judged: bool = True  # whether an alert may come of it; else it is only shown
    better: str = ""  # of a metric of the monitor's own which way is good: higher, lower; its statistic's name says not

    @property
    def is_said(self) -> bool:
        """Whether there is a number."""
        return isfinite(self.value)

    @property
    def is_outside(self) -> bool:
        """Whether it is less, or more, than in every like window. That alone is no alert: like windows are few."""
        return self.value < self.least or self.value > self.most


@dataclass(frozen=True, slots=True)
class Performance:
    """How good the predictions of one window (of one segment of it) were, by the labels that have come."""

    window: Window
    column: str  # of the labels
    labelled: int  # rows that have a label
    predictions: int  # rows, whether or not they have one
    figures: tuple[Figure, ...] = ()  # those that can be said of labels of this kind; none while no label is there
    against: str = ""  # what the reference is: "8 past Mondays", "windows pinned from 2013-01-01"
    note: str = ""  # why there are no numbers, or fewer: a sentence
    segment: str = WHOLE
    provisional: bool = False  # too few labels have come: numbers are as they are to be in the end
    come: float = nan  # the share of the labels to be expected that used to be there by this age; nan: nobody knows
    as_of: str = ""  # up to when labels count, where they say when they came
    arrival: str = ""  # of the labels' arrival, what there is to know: a sentence
    estimates: tuple[Estimate, ...] = ()  # what was to be expected before they came, of the whole

    def figure(self, statistic: str) -> Figure | None:
        """One number by the name of its statistic."""
        return next((f for f in self.figures if f.statistic == statistic), None)
