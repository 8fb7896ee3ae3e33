"""How many of the labels that are 1 the model said yes of."""

from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.threshold_level import ThresholdShare


class RecallLevel(ThresholdShare):
    """Share of rows with a prediction of at least one half among those whose label is 1, TP / (TP + FN), as arcsin √p.

    What was missed is seen here, what was cried for nothing in `precision`. It does not change with the base rate.

    Range of the share 0 to 1. NaN where no label is 1, or labels are other than 0 and 1. Standard error ½/√(TP + FN).

    >>> import numpy as np
    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = RecallLevel().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 6.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.75

    Source: C. van Rijsbergen, Information Retrieval (1979).
    """

    name = "recall"
    title = "recall"
    says = "{value} of those that are 1 were predicted to be"
    number = "coalesce({hits_}, 0) / {ones_}"

    def _among(self, confusion: Confusion) -> float:
        return confusion.ones
