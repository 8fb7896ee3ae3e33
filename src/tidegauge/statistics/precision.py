"""How many of those that the model said yes of are right."""

from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.threshold_level import ThresholdShare


class Precision(ThresholdShare):
    """Share of labels that are 1 among rows with a prediction of at least one half, TP / (TP + FP), as arcsin √p.

    What a false alarm costs is seen here, what a missed one costs in `recall`. It rises and falls with the base rate
    though the model is the same: read `lift` beside it.

    Range of the share 0 to 1. NaN where no prediction reaches the threshold, or labels are other than 0 and 1.
    Standard error ½/√(TP + FP).

    >>> import numpy as np
    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = Precision().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.8

    Source: C. van Rijsbergen, Information Retrieval (1979).
    """

    name = "precision"
    title = "precision"
    says = "{value} of those predicted to be 1 are"
    number = "coalesce({hits_}, 0) / {yes_}"

    def _among(self, confusion: Confusion) -> float:
        return confusion.yes
