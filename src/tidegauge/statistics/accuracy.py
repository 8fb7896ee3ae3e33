"""How many predictions are right."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import Labelled, LabelLevel
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class Accuracy(LabelLevel):
    """Share of rows whose label is what a prediction of at least one half says, as arcsin √p.

    What people ask for first. It hides much where one class is rare: read `auc` and `label-bias` beside it.

    Range of the share 0 to 1. NaN for labels other than 0 and 1. Standard error ½/√n.

    >>> level = Accuracy().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.8

    Source: the plain share; its scale: M. Freeman, J. Tukey (1950).
    """

    name = "accuracy"
    title = "accuracy of predictions"
    says = "{value} of the predictions are right"
    reads = Reads.SHARE
    floor = 0.02
    light = False
    unit = "angle"

    def _level(self, labelled: Labelled) -> float:
        if not labelled.binary:
            return float("nan")
        positive = labelled.prediction / labelled.n >= 0.5
        right = np.where(positive, labelled.label, labelled.n - labelled.label).sum() / labelled.rows
        return float(np.arcsin(np.sqrt(np.clip(right, 0, 1))))

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        return float(0.5 / np.sqrt(labelled.rows)) if labelled.rows >= self.least and labelled.binary else float("nan")

    def natural(self, level: Array) -> Array:
        """[...] share of labelled rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        right = "sum(CASE WHEN n = 0 THEN 0 WHEN prediction / n >= 0.5 THEN label ELSE n - label END)"
        return over_labels(question, f"{right} / sum(n)")
