"""What all facts about the errors of predicted numbers share."""

from abc import abstractmethod

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.tasks.errors_of_numbers import Errors
from tidegauge.statistics.label_statement import over_errors
from tidegauge.statistics.labelled import NUMBERS, Labelled, ShownLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads

NAN = float("nan")


class ErrorLevel(ShownLevel):
    """A fact of the errors of predicted numbers. NaN where labels are no numbers, or were counted before errors were.

    Rows whose label or error lies a thousand times the labels' body out are left out: `label-bias` tells of them.
    """

    applies = NUMBERS
    number: str  # the fact by the means `absolute`, `squared`, … of the rows' errors, as SQL

    def _level(self, labelled: Labelled) -> float:
        return NAN if labelled.errors is None else self._of(labelled.errors)

    def error(self, labelled: Labelled) -> float:
        """What `_error` says, where the level is a number."""
        level = self.level(labelled)
        return NAN if labelled.errors is None or level != level else self._error(labelled.errors)  # noqa: PLR0124 - NaN

    @abstractmethod
    def _of(self, errors: Errors) -> float:
        """The fact; NaN where nothing can be said."""

    @abstractmethod
    def _error(self, errors: Errors) -> float:
        """Its standard error."""

    def read(self, level: float, layout: Layout | None = None) -> float:
        """In the unit of the label, where the fact has one; `layout`: that of the labels."""
        value, line = super().read(level), on_a_line(layout)
        return value if line is None or self.reads is not Reads.COLUMN else value * line.spread

    def sql(self, question: Question) -> Shown:
        return over_errors(question, self.number)
