"""Levels of labels against predictions, from counts by prediction cell: of a window, of a segment against the rest."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.label_unit import TRUTHS, LabelUnit
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.tasks import EVERY, task_of
from tidegauge.profiles.tasks.binary import Binary
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.profiles.tasks.classes import Classes
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.profiles.tasks.own_sums import OwnTotals, own_of
from tidegauge.profiles.tasks.ranked_queries import RankedQueries
from tidegauge.profiles.tasks.ranking import Ranking
from tidegauge.profiles.tasks.regression import Regression
from tidegauge.statistics.base import NO_FLOOR
from tidegauge.statistics.signal_set import Signal
from tidegauge.statistics.statement import NoStatement, Question, Shown
from tidegauge.statistics.statistic import Statistic

Array = NDArray[np.float64]
BINARY, NUMBERS, CLASSES = frozenset({Binary.name}), frozenset({Regression.name}), frozenset({Classes.name})
RANKED = frozenset({Ranking.name})
ON_A_LINE = BINARY | NUMBERS  # labels that can be taken from their predictions
ROUNDED = 1e-4  # a cell's mean score may lie that far beyond 0 or 1, for sums are kept in whole units
NONE = NoStatement("No statement is kept that gives this number of labels again.")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled rows of one window × segment by prediction cell, cells in ascending order of prediction."""

    n: Array  # labelled rows of the cell
    label: Array  # sum of labels; of 0 and 1, the positives
    prediction: Array  # sum of predictions
    binary: bool  # every label is 0 or 1
    spread: float = 1.0  # of labels that are numbers: their first sample's interquartile range
    scores: Array | None = None  # where the predictions of a cell lie; their mean, where nobody knows better
    errors: Errors | None = None  # of labels that are numbers; None where a store does not know, for it is older
    confusions: Mapping[float, Confusion] = field(default_factory=dict)  # by threshold, where rows were counted so
    classes: ClassCounts | None = None  # of labels that are classes; `label` is then how many rows are right
    ranked: RankedQueries | None = None  # of labels that say how relevant rows of a query are
    own: Mapping[str, OwnTotals] = field(default_factory=dict)  # of the monitor's own metrics, by name

    @classmethod
    def of(cls, cells: LabelCells, layout: Layout, unit: LabelUnit = TRUTHS) -> Self:
        """From a stored state; predictions that are missing, NaN or infinite take no part."""
        task = task_of(unit)
        own = {m.name: of for m in unit.metrics if (of := own_of(m, cells.sums)) is not None}
        counts, line = task.classes(cells), on_a_line(layout)
        if counts is not None or line is None:
            found = cls.of_classes(ClassCounts((), np.zeros((1, 1)), 0.0) if counts is None else counts)
            return replace(found, own=own)
        plain = (cells.codes >= BEYOND_LOW) & (cells.codes < line.high_inf)
        n = cells.counts[plain].astype(np.float64)
        prediction = n * line.start + (cells.parts[plain] + 0.5 * n) / line.scale
        labels = task.labels(cells.counts[plain], cells.labels[plain])
        whole, rest = np.divmod(cells.parts[plain], np.maximum(cells.counts[plain], 1))
        # rows that all have the same part lie at its lower end: a score of 0 or 1 is told as 0 or 1
        scores = np.where(rest == 0, line.start + whole / line.scale, prediction / np.maximum(n, 1.0))
        return cls(
            n,
            labels,
            prediction,
            task.binary(cells),
            unit.spread,
            scores,
            task.errors(cells.sums),
            task.confusions(cells.sums),
            ranked=task.queries(cells.sums),
            own=own,
        )

    @classmethod
    def of_classes(cls, counts: ClassCounts) -> Self:
        """Rows of several classes, as one cell."""
        n, right = np.array([counts.rows]), np.array([counts.right])
        return cls(n, right, np.zeros(1), binary=False, classes=counts)

    def in_the_end(self, zeros: float, ones: float) -> Self:
        """What it is to be once all labels are there, of which such shares of those that are 0 and 1 have come.

        Rows are divided by the share of their label, cell by cell: right where it depends on the label alone when it
        comes. Of labels that are numbers nothing is changed.
        """
        if not self.binary:
            return self
        by = {0: 1 / zeros if zeros > 0 else 1.0, 1: 1 / ones if ones > 0 else 1.0}  # none can be made of none
        label = self.label * by[1]
        n = (self.n - self.label) * by[0] + label
        confusions = {t: c.times(by[0], by[1]) for t, c in self.confusions.items()}
        prediction = self.prediction * n / np.maximum(self.n, 1.0)
        return replace(self, n=n, label=label, prediction=prediction, scores=self.score, confusions=confusions)

    def confusion(self, threshold: float) -> Confusion:
        """Of labels 0 and 1, rows by what was predicted: exactly where that was counted, or else nearly, by cells."""
        if threshold in self.confusions:
            return self.confusions[threshold]
        up = self.score >= threshold  # a cell that the threshold cuts lies where its mean does
        ones, zeros = self.label, self.n - self.label
        return Confusion(*(float(part.sum()) for part in (ones[up], zeros[up], ones[~up], zeros[~up])))

    @property
    def score(self) -> Array:
        """[cells] the mean prediction of each cell."""
        return self.prediction / self.n if self.scores is None else self.scores

    @property
    def probable(self) -> bool:
        """Whether labels are 0 and 1, and predictions lie between them: what a probability must be."""
        return self.binary and bool(((self.score > -ROUNDED) & (self.score < 1 + ROUNDED)).all())

    @property
    def row(self) -> float:
        """The least that is believed to be the standard deviation of a label that is a number."""
        return self.spread / 1.349

    @property
    def rows(self) -> float:
        """All labelled rows."""
        return float(self.n.sum())


class _OfLabels(Statistic):
    """What all kinds share; one without a statement of its own says that there is none."""

    applies: ClassVar[frozenset[str]] = EVERY  # the tasks whose labels have it
    plain: ClassVar[str] = "labels do not fit their predictions as they did"

    def signal(self, column: str, segment: str = WHOLE) -> Signal:
        return replace(super().signal(column, segment), of_labels=True)

    def sql(self, question: Question) -> Shown:
        del question
        return NONE

    def lacks(self) -> str:
        return super().lacks() or ("" if hasattr(self, "floor") else NO_FLOOR)


class LabelLevel(_OfLabels):
    """A fact of one window's labels, followed from window to window like any level. NaN where it cannot be said."""

    light = True
    judged: bool = True  # a signal that may alert; False: shown in the table of performance alone
    least: ClassVar[int] = 8  # labelled rows without which nothing is said
    by_segment: ClassVar[bool] = False  # followed of each segment too, by itself
    better: str = ""  # which way is good, where no part of the class says so

    def level(self, labelled: Labelled) -> float:
        """The fact."""
        return self._level(labelled) if labelled.rows >= self.least else float("nan")

    @abstractmethod
    def _level(self, labelled: Labelled) -> float:
        """`level` where there are enough rows."""

    @abstractmethod
    def error(self, labelled: Labelled) -> float:
        """Its textbook standard error; NaN where level is."""

    def at(self, threshold: float) -> "LabelLevel | None":
        """The same at another threshold of the score; None where it has none."""
        del threshold
        return None

    def there(self, unit: LabelUnit) -> bool:
        """Whether labels of one of its tasks, counted in this unit, can have it at all."""
        del unit
        return True

    def of_class(self, name: str) -> "LabelLevel | None":
        """The same of one class; None where it has none."""
        del name
        return None


class ShownLevel(LabelLevel):
    """A fact of one window's labels that is shown with the others, and that nothing judges.

    Most say again, in a unit that people ask for, what a judged one says already: to judge both would spend the budget
    of false alarms twice on one thing.
    """

    judged = False
    floor = 0.0  # no decision follows it


class SegmentLabelLevel(_OfLabels):
    """A fact of a segment's labels against all other rows of its window. NaN where it cannot be said."""

    light = True
    least: ClassVar[int] = 8  # labelled rows on either side without which nothing is said

    @abstractmethod
    def level(self, segment: Labelled, whole: Labelled) -> float:
        """The fact; `whole` holds the segment's rows too."""

    @abstractmethod
    def error(self, segment: Labelled, whole: Labelled) -> float:
        """Its textbook standard error; NaN where level is."""


class ArrivalLevel(_OfLabels):
    """A fact of how many labels of a window's predictions are there."""

    @abstractmethod
    def level(self, labelled: float, predictions: int) -> float:
        """The fact; NaN where nothing was predicted."""

    @abstractmethod
    def error(self, predictions: int) -> float:
        """Its textbook standard error; NaN where level is."""

    def lacks(self) -> str:
        if not self.subject:
            return 'subject: what a sentence calls them by, as "the arrival of labels"'
        return super().lacks()
