"""How many predictions are right."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.class_level import over_classes
from tidegauge.statistics.labelled import BINARY, CLASSES, Labelled
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads
from tidegauge.statistics.threshold_level import ThresholdLevel


class Accuracy(ThresholdLevel):
    """Share of rows whose label is what was predicted, as arcsin √p: a class, or 1 by a score of at least one half.

    What people ask for first. It hides much where one class is rare: read `auc` and `label-bias` beside it, or
    `macro-f1` of several classes.

    Range of the share 0 to 1. NaN for labels that are other numbers than 0 and 1. Standard error ½/√n.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = Accuracy().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.8

    Source: the plain share; its scale: M. Freeman, J. Tukey (1950).
    """

    name = "accuracy"
    title = "accuracy of predictions"
    says = "{value} of the predictions are right"
    plain = "{value} of the predictions are right"
    reads = Reads.SHARE
    applies = BINARY | CLASSES
    judged = True
    only_falls = True
    floor = 0.02
    light = False
    unit = "angle"
    number = "(coalesce({rows_}, 0) + 2 * coalesce({hits_}, 0) - coalesce({yes_}, 0) - coalesce({ones_}, 0)) / {rows_}"

    def _level(self, labelled: Labelled) -> float:
        if labelled.classes is None:
            return super()._level(labelled)
        return float(np.arcsin(np.sqrt(np.clip(labelled.classes.right / labelled.rows, 0, 1))))

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        enough = labelled.classes is not None and labelled.rows >= self.least
        return float(0.5 / np.sqrt(labelled.rows)) if enough else super().error(labelled)

    def sql(self, question: Question) -> Shown:
        on_scores = question.side.layout.ordered
        return super().sql(question) if on_scores else over_classes(question, "sum(right_) / nullif(sum(n), 0)", "rows")

    def _of(self, confusion: Confusion) -> float:
        return float(np.arcsin(np.sqrt(np.clip((confusion.hits + confusion.rest) / confusion.rows, 0, 1))))

    def _error(self, confusion: Confusion) -> float:
        return float(0.5 / np.sqrt(confusion.rows))

    def natural(self, level: Array) -> Array:
        """[...] share of labelled rows, 0 to 1."""
        return from_angle(level)
