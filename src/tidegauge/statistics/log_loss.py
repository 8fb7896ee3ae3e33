"""How surprised the model is by what came true."""

import numpy as np

from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.class_level import over_classes
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, CLASSES, Labelled, ShownLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads

LEAST = 1e-6  # a score nearer to 0 or 1 counts as if it lay there


class LogLoss(ShownLevel):
    """Mean of −ln(score of what came true), scores kept 10⁻⁶ off 0 and 1, so that one row adds at most 13.8.

    The score that a classifier is trained on. It punishes being sure and wrong; `brier` does so mildly. Rows of a cell
    count by their mean score, which makes it too low rather than too high: by less than 0.002, and by more for a model
    that is sure of nearly everything (0.02 of 2.1, where scores were sharpened twelvefold).

    Of several classes it is exact, for there each row's part is added up: of those rows whose classes' scores all lie
    between 0 and 1.

    Unit: nats. Range 0 to 13.8; what the base rate alone would give is its entropy, 0.69 for even labels. NaN where
    labels are numbers, predictions no probabilities, or classes without scores. Standard error: the rows' standard
    deviation over √n.

    >>> round(LogLoss().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True)), 4)
    0.5004

    Source: I. Good, Rational decisions (1952).
    """

    name = "log-loss"
    title = "log loss, a row's part capped at 13.8"
    says = "log loss is {value}"
    applies = BINARY | CLASSES
    reads = Reads.NUMBER
    bounds = (0.0, -float(np.log(LEAST)))

    def there(self, unit: LabelUnit) -> bool:
        """Of classes, where they have scores."""
        return unit.classes is None or bool(unit.scores)

    def _level(self, labelled: Labelled) -> float:
        if labelled.classes is not None:
            return _of(labelled.classes)
        if not labelled.probable:
            return float("nan")
        one, zero = _costs(labelled)
        return float((labelled.label * one + (labelled.n - labelled.label) * zero).sum() / labelled.rows)

    def error(self, labelled: Labelled) -> float:
        """The rows' standard deviation over √n."""
        level = self.level(labelled)
        if np.isnan(level):
            return level
        if (counts := labelled.classes) is not None:
            return float(np.sqrt(max(counts.squares / counts.scored - level**2, 0.0) / counts.scored))
        one, zero = _costs(labelled)
        squares = (labelled.label * one**2 + (labelled.n - labelled.label) * zero**2).sum() / labelled.rows
        return float(np.sqrt(max(squares - level**2, 0.0) / labelled.rows))

    def natural(self, level: Array) -> Array:
        """[...] the level, and of an interval's ends what lies within its range."""
        return np.clip(level, *self.bounds)

    def sql(self, question: Question) -> Shown:
        least = question.dialect.number(LEAST)
        if not question.side.layout.ordered:
            return over_classes(question, f"-avg(ln(greatest(least(own, 1), {least})))", "scores")
        score = f"greatest(least(prediction / nullif(n, 0), 1 - {least}), {least})"
        return over_labels(question, f"-sum(label * ln({score}) + (n - label) * ln(1 - {score})) / sum(n)")


def _of(counts: ClassCounts) -> float:
    return counts.loss / counts.scored if counts.scored else float("nan")


def _costs(labelled: Labelled) -> tuple[Array, Array]:
    """[cells] what a label of 1 and one of 0 adds."""
    score = np.clip(labelled.score, LEAST, 1 - LEAST)
    return -np.log(score), -np.log1p(-score)
