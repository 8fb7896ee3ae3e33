"""How many labels are 1."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, Labelled, ShownLevel
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class BaseRate(ShownLevel):
    """Share of labels that are 1, as arcsin √p.

    What other numbers have to be read against: `precision`, `average-precision`, `log-loss` and `accuracy` move with
    it though the model is the same. `label-bias` is judged in its place: what it leaves unexplained is the model's.

    Range of the share 0 to 1. NaN for labels other than 0 and 1. Standard error ½/√n.

    >>> level = BaseRate().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.5

    Source: the plain share; its scale: M. Freeman, J. Tukey (1950).
    """

    name = "base-rate"
    title = "labels that are 1"
    says = "{value} of the labels are 1"
    applies = BINARY
    reads = Reads.SHARE
    unit = "angle"

    def _level(self, labelled: Labelled) -> float:
        if not labelled.binary:
            return float("nan")
        return float(np.arcsin(np.sqrt(np.clip(labelled.label.sum() / labelled.rows, 0, 1))))

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        return float(0.5 / np.sqrt(labelled.rows)) if labelled.rows >= self.least and labelled.binary else float("nan")

    def natural(self, level: Array) -> Array:
        """[...] share of labelled rows, 0 to 1."""
        return from_angle(level)

    def sql(self, question: Question) -> Shown:
        return over_labels(question, "sum(label) / sum(n)")
