"""How well each class is found, whatever its size."""

import numpy as np

from tidegauge.profiles.layouts.base import Floats
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.class_level import NAN, ClassLevel
from tidegauge.statistics.scales import ratio
from tidegauge.statistics.statistic import Reads


def f1_of(counts: ClassCounts) -> Floats:
    """[classes] 2·hits / (said + true); NaN for a class that is neither said nor true of any row."""
    most = counts.ones + counts.yes
    return ratio(2 * counts.hits, most)


def error_of(counts: ClassCounts, weights: Floats) -> float:
    """Of a mean of the classes' F1 with these weights."""
    each, most = f1_of(counts), counts.ones + counts.yes
    there = ~np.isnan(each)
    f = np.clip(each[there], 0.05, 0.95)
    variance = f * (1 - f) * (2 - f) / most[there]
    return float(np.sqrt((weights[there] ** 2 * variance).sum()) / max(weights[there].sum(), 1e-300))


class MacroF1(ClassLevel):
    """Mean over classes of F1, the harmonic mean of precision and recall: a rare class counts as much as a common one.

    What `accuracy` hardly sees: that a class of two rows in a hundred is never said any more, or said of everything. Of
    labels that are classes both are judged. Classes that a window neither has nor says take no part, nor do those that
    are not told apart (the twenty commonest are).

    Range 0 to 1. NaN where labels are no classes. Standard error: that of the classes' own, which are taken to be
    independent.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> counts = ClassCounts(("cat", "dog"), np.array([[8.0, 2.0, 0.0], [4.0, 6.0, 0.0], [0.0, 0.0, 0.0]]), 14.0)
    >>> round(MacroF1().level(Labelled.of_classes(counts)), 4)
    0.697

    Source: C. van Rijsbergen, Information Retrieval (1979); its mean over classes: D. Lewis (1991).
    """

    name = "macro-f1"
    title = "macro F1, the mean over classes"
    says = "F1 is {value}, averaged over classes"
    reads = Reads.NUMBER
    bounds = (0.0, 1.0)
    judged = True
    only_falls = True
    floor = 0.02
    number = "avg(2 * hits / nullif(yes + ones, 0))"

    def _of(self, counts: ClassCounts) -> float:
        each = f1_of(counts)
        there = each[~np.isnan(each)]
        return float(there.mean()) if len(there) else NAN

    def _error(self, counts: ClassCounts) -> float:
        return error_of(counts, np.ones(len(counts.names)))
