"""How well classes are found, each as often as it occurs."""

import numpy as np

from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.class_level import NAN, ClassLevel
from tidegauge.statistics.macro_f1 import error_of, f1_of
from tidegauge.statistics.statistic import Reads


class WeightedF1(ClassLevel):
    """Mean over classes of F1, each weighted by how many labels it has.

    Near `accuracy`, and asked for beside it. A rare class counts little: `macro-f1` is for that.

    Range 0 to 1. NaN where labels are no classes. Standard error: that of the classes' own, weighted.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> counts = ClassCounts(("cat", "dog"), np.array([[8.0, 2.0, 0.0], [4.0, 6.0, 0.0], [0.0, 0.0, 0.0]]), 14.0)
    >>> round(WeightedF1().level(Labelled.of_classes(counts)), 4)
    0.697

    Source: C. van Rijsbergen, Information Retrieval (1979); weighted as in scikit-learn.
    """

    name = "weighted-f1"
    title = "weighted F1, by how often classes occur"
    says = "F1 is {value}, weighted by how often classes occur"
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)
    number = "sum(ones * 2 * hits / nullif(yes + ones, 0)) / nullif(sum(ones), 0)"

    def _of(self, counts: ClassCounts) -> float:
        each, ones = f1_of(counts), counts.ones
        return float((np.nan_to_num(each) * ones).sum() / ones.sum()) if ones.sum() else NAN

    def _error(self, counts: ClassCounts) -> float:
        return error_of(counts, counts.ones)
