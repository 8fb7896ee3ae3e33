"""Predictions turned into yes and no at a threshold, against labels that are 0 and 1."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import Labelled, ShownLevel
from tidegauge.statistics.statement import Question, Shown

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Confusion:
    """Labelled rows by what was said of them and what came true."""

    hits: float  # said yes, and the label is 1
    false: float  # said yes, and the label is 0
    missed: float  # said no, and the label is 1
    rest: float  # said no, and the label is 0

    @property
    def yes(self) -> float:
        """Rows of which yes was said."""
        return self.hits + self.false

    @property
    def ones(self) -> float:
        """Rows whose label is 1."""
        return self.hits + self.missed

    @property
    def rows(self) -> float:
        """All labelled rows."""
        return self.hits + self.false + self.missed + self.rest

    @classmethod
    def at(cls, threshold: float, labelled: Labelled) -> "Confusion":
        """By cells: one that the threshold cuts lies where its mean prediction does."""
        up = labelled.score >= threshold
        ones, zeros = labelled.label, labelled.n - labelled.label
        return cls(*(float(part.sum()) for part in (ones[up], zeros[up], ones[~up], zeros[~up])))


class ThresholdLevel(ShownLevel):
    """A fact of yes and no at a threshold. NaN for labels other than 0 and 1."""

    threshold: ClassVar[float] = 0.5

    def _level(self, labelled: Labelled) -> float:
        return self._of(Confusion.at(self.threshold, labelled)) if labelled.binary else NAN

    def error(self, labelled: Labelled) -> float:
        """What `_error` says, where the level is a number."""
        level = self.level(labelled)
        return NAN if np.isnan(level) else self._error(Confusion.at(self.threshold, labelled))

    @abstractmethod
    def _of(self, confusion: Confusion) -> float:
        """The fact; NaN where nothing can be said."""

    @abstractmethod
    def _error(self, confusion: Confusion) -> float:
        """Its standard error."""

    number: ClassVar[str]  # the fact by the columns hits_, yes_, ones_ and rows_, as SQL

    def sql(self, question: Question) -> Shown:
        reached = f"prediction / nullif(n, 0) >= {question.dialect.number(self.threshold)}"
        sums = {
            "hits_": f"sum(CASE WHEN {reached} THEN label ELSE 0 END)",
            "yes_": f"sum(CASE WHEN {reached} THEN n ELSE 0 END)",
            "ones_": "sum(label)",
            "rows_": "sum(n)",
        }
        return over_labels(question, self.number.format(**{k: f"nullif({v}, 0)" for k, v in sums.items()}))
