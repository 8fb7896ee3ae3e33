"""What all facts of yes and no at a threshold share."""

import re
from abc import abstractmethod
from typing import ClassVar, Self

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, Labelled, LabelLevel
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads

NAN = float("nan")
NAMED = re.compile(r"(.+)-at-(.+)")


class ThresholdLevel(LabelLevel):
    """A fact of yes and no at a threshold, one half where nothing else is asked for. NaN for labels other than 0 and 1.

    Exact where the window's rows were counted at that threshold, as they are at those that the monitor declares. Of a
    window that was counted before, a cell of predictions that lies across the threshold counts by its mean.
    """

    applies = BINARY
    judged = False
    floor = 0.0  # no decision follows it
    threshold: float = 0.5
    number: ClassVar[str]  # the fact by the rows hits_, yes_, ones_ and rows_, as SQL

    def __init__(self, threshold: float | None = None) -> None:
        if threshold is not None:
            exact, spelled = repr(threshold), f"{threshold:.6g}"
            self.threshold, self.judged = threshold, False
            self.name = f"{self.name}-at-{exact.replace('-', 'minus-').replace('+', '').replace('.', '-')}"
            self.title = f"{self.title}, threshold {spelled}"
            self.says = f"at a threshold of {spelled}, {self.says}"

    def at(self, threshold: float) -> Self:
        """The same at another threshold, shown and not judged: `precision-at-0-3`."""
        return type(self)(threshold).tuned(self.tuning)

    def _level(self, labelled: Labelled) -> float:
        return self._of(labelled.confusion(self.threshold)) if labelled.binary else NAN

    def error(self, labelled: Labelled) -> float:
        """What `_error` says, where the level is a number."""
        return NAN if np.isnan(self.level(labelled)) else self._error(labelled.confusion(self.threshold))

    @abstractmethod
    def _of(self, confusion: Confusion) -> float:
        """The fact; NaN where nothing can be said."""

    @abstractmethod
    def _error(self, confusion: Confusion) -> float:
        """Its standard error."""

    def sql(self, question: Question) -> Shown:
        sums = {"hits_": "sum(hits)", "yes_": "sum(yes)", "ones_": "sum(label)", "rows_": "sum(n)"}
        number = self.number.format(**{k: f"nullif({v}, 0)" for k, v in sums.items()})
        return over_labels(question, number, threshold=self.threshold)


class ThresholdShare(ThresholdLevel):
    """A share of those rows that are hits, as arcsin √p, with a standard error of ½/√rows; NaN where there are none."""

    reads = Reads.SHARE
    unit = "angle"

    @abstractmethod
    def _among(self, confusion: Confusion) -> float:
        """The rows that it is a share of: those that the model said yes of, or those whose label is 1."""

    def _of(self, confusion: Confusion) -> float:
        among = self._among(confusion)
        return float(np.arcsin(np.sqrt(confusion.hits / among if among else NAN)))

    def _error(self, confusion: Confusion) -> float:
        return float(0.5 / np.sqrt(self._among(confusion)))

    def natural(self, level: Array) -> Array:
        """[...] share of rows, 0 to 1."""
        return from_angle(level)


def threshold_in(name: str) -> tuple[str, float] | None:
    """The level and the threshold in such a name.

    >>> threshold_in("level-at-0-3"), threshold_in("level-at-minus-2-5"), threshold_in("level")
    (('level', 0.3), ('level', -2.5), None)
    """
    found = NAMED.fullmatch(name)
    try:
        return (found[1], float(found[2].replace("minus-", "~").replace("-", ".").replace("~", "-"))) if found else None
    except ValueError:
        return None
