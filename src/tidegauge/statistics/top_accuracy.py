"""Whether the truth is among the first guesses."""

import numpy as np

from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.class_level import NAN, ClassLevel, over_classes
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class TopAccuracy(ClassLevel):
    """Share of rows whose label has one of the k highest scores, as arcsin √p, where more than k classes have one.

    For answers of which a person is shown a few. Of equal scores those of classes that are named later come first.

    Range of the share 0 to 1; k over the number of classes is chance. NaN without scores of each class. Standard error
    ½/√n.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> counts = ClassCounts(("cat", "dog", "cow"), np.diag([8.0, 2.0, 0.0, 0.0]), 10.0, 10.0, within={2: 9.0})
    >>> top = TopAccuracy(2)
    >>> round(float(top.natural(np.array([top.level(Labelled.of_classes(counts))]))[0]), 4)
    0.9

    Source: O. Russakovsky and others, ImageNet Large Scale Visual Recognition Challenge (2015).
    """

    reads = Reads.SHARE
    unit = "angle"

    def __init__(self, k: int) -> None:
        self.k = k
        self.name = f"top-{k}-accuracy"
        self.title = f"label among the {k} highest scores"
        self.says = f"{{value}} of the labels are among the {k} classes with the highest scores"
        self.number = f"avg(CASE WHEN place <= {k} THEN 1.0 ELSE 0.0 END)"

    def there(self, unit: LabelUnit) -> bool:
        """Where more classes have scores."""
        return self.k < len(unit.scores)

    def _of(self, counts: ClassCounts) -> float:
        if not counts.scored or self.k not in counts.within:
            return NAN
        return float(np.arcsin(np.sqrt(np.clip(counts.within[self.k] / counts.scored, 0, 1))))

    def _error(self, counts: ClassCounts) -> float:
        return float(0.5 / np.sqrt(counts.scored))

    def natural(self, level: Array) -> Array:
        """[...] share of labelled rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        return over_classes(question, self.number, "scores")
