"""How much of each class is found."""

import numpy as np

from tidegauge.profiles.layouts.base import Floats
from tidegauge.profiles.tasks.class_counts import ClassCounts
from tidegauge.statistics.each_class import EachClass
from tidegauge.statistics.scales import ratio
from tidegauge.statistics.statistic import Reads


class BalancedAccuracy(EachClass):
    """Mean over classes of recall: of the rows of a class, the share that is said to be of it.

    Beside it stands the recall of each class (`recall-of-cat`): the first place to look when `macro-f1` falls.

    Range 0 to 1; one over the number of classes is chance. Classes without a label take no part. Standard error: that
    of the classes' own shares, √(p(1 − p)/n), which are independent.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> counts = ClassCounts(("cat", "dog"), np.array([[8.0, 2.0, 0.0], [4.0, 6.0, 0.0], [0.0, 0.0, 0.0]]), 14.0)
    >>> round(BalancedAccuracy().level(Labelled.of_classes(counts)), 4)
    0.7
    >>> round(BalancedAccuracy().of_class("dog").level(Labelled.of_classes(counts)), 4)
    0.6

    Source: K. Brodersen, C. Ong, K. Stephan, J. Buhmann, The balanced accuracy and its posterior distribution (2010).
    """

    name = "balanced-accuracy"
    title = "balanced accuracy, the mean recall of classes"
    says = "{value} of a class's rows are found, averaged over classes"
    reads = Reads.SHARE
    bounds = (0.0, 1.0)
    of_one = "recall"
    title_of_one = "recall of {}"
    says_of_one = "{value} of the rows of {} are found"
    number = number_of_one = "avg(hits / nullif(ones, 0))"

    def _each(self, counts: ClassCounts) -> Floats:
        """[classes] the recall of each."""
        return ratio(counts.hits, counts.ones)

    def _rows(self, counts: ClassCounts) -> Floats:
        """[classes] its labels."""
        return np.asarray(counts.ones)
