"""Whether predictions still put labels in order."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import BINARY, Labelled, LabelLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class AreaUnderCurve(LabelLevel):
    """Probability that a positive row was scored above a negative one; ties within a cell count half.

    Says whether the order of scores is still worth something, whatever the base rate; blind to a shift of all scores,
    for which there is `label-bias`.

    Range 0 to 1; 0.5 is chance. NaN with fewer than three positives or negatives, or labels other than 0 and 1.
    Standard error ½/√min(positives, negatives).

    >>> AreaUnderCurve().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    0.8

    Source: J. Hanley, B. McNeil, The meaning and use of the area under a ROC curve (1982).
    """

    name = "auc"
    title = "order of labels by predictions (AUC)"
    says = "order of labels by predictions (AUC) is {value}"
    applies = BINARY
    reads = Reads.NUMBER
    floor = 0.02
    bounds = (0.0, 1.0)
    by_segment = True
    only_falls = True

    def _level(self, labelled: Labelled) -> float:
        positive, negative = labelled.label, labelled.n - labelled.label
        if not labelled.binary or min(positive.sum(), negative.sum()) < 3:
            return float("nan")
        below = np.cumsum(negative) - negative
        return float((positive * (below + negative / 2)).sum() / positive.sum() / negative.sum())

    def error(self, labelled: Labelled) -> float:
        """½/√min(positives, negatives)."""
        few = min(labelled.label.sum(), (labelled.n - labelled.label).sum())
        return float(0.5 / np.sqrt(few)) if few >= 3 else float("nan")

    def sql(self, question: Question) -> Shown:
        pairs = "sum(label * (below + (n - label) / 2))"
        return over_labels(question, f"{pairs} / sum(label) / sum(n - label)")

    def natural(self, level: Array) -> Array:
        """[...] the level, and of a band's ends what lies within its range."""
        return np.clip(level, 0.0, 1.0)
