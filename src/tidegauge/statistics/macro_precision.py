"""How often a class that is said is right."""

import numpy as np

from tidegauge.profiles.layouts.base import Floats
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.each_class import EachClass
from tidegauge.statistics.scales import ratio
from tidegauge.statistics.statistic import Reads


class MacroPrecision(EachClass):
    """Mean over classes of precision: of the rows that are said to be of a class, the share that is.

    Beside it stands the precision of each class (`precision-of-cat`): what a wrong answer of that class costs.

    Range 0 to 1. Classes that are never said take no part. Standard error: that of the classes' own shares,
    √(p(1 − p)/n), which are independent.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> counts = ClassCounts(("cat", "dog"), np.array([[8.0, 2.0, 0.0], [4.0, 6.0, 0.0], [0.0, 0.0, 0.0]]), 14.0)
    >>> round(MacroPrecision().level(Labelled.of_classes(counts)), 4)
    0.7083
    >>> round(MacroPrecision().of_class("cat").level(Labelled.of_classes(counts)), 4)
    0.6667

    Source: C. van Rijsbergen, Information Retrieval (1979); its mean over classes: D. Lewis (1991).
    """

    name = "macro-precision"
    title = "macro precision, the mean over classes"
    says = "{value} of what is said to be of a class is, averaged over classes"
    reads = Reads.SHARE
    bounds = (0.0, 1.0)
    of_one = "precision"
    title_of_one = "precision of {}"
    says_of_one = "{value} of the rows that are said to be {} are"
    number = number_of_one = "avg(hits / nullif(yes, 0))"

    def _each(self, counts: ClassCounts) -> Floats:
        """[classes] the precision of each."""
        return ratio(counts.hits, counts.yes)

    def _rows(self, counts: ClassCounts) -> Floats:
        """[classes] how often it was predicted."""
        return np.asarray(counts.yes)
