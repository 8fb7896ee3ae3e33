"""How many of the labels that are 1 the model said yes of."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statistic import Reads
from tidegauge.statistics.threshold_level import NAN, ThresholdLevel


class RecallLevel(ThresholdLevel):
    """Share of rows with a prediction of at least one half among those whose label is 1, TP / (TP + FN), as arcsin √p.

    What was missed is seen here, what was cried for nothing in `precision`. It does not change with the base rate.

    Range of the share 0 to 1. NaN where no label is 1, or labels are other than 0 and 1. Standard error ½/√(TP + FN).
    .

    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = RecallLevel().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 6.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.75

    Source: C. van Rijsbergen, Information Retrieval (1979).
    """

    name = "recall"
    title = "recall"
    says = "{value} of those that are 1 were predicted to be"
    reads = Reads.SHARE
    unit = "angle"
    number = "coalesce({hits_}, 0) / {ones_}"

    def _of(self, confusion: Confusion) -> float:
        share = confusion.hits / confusion.ones if confusion.ones else NAN
        return float(np.arcsin(np.sqrt(share)))

    def _error(self, confusion: Confusion) -> float:
        return float(0.5 / np.sqrt(confusion.ones))

    def natural(self, level: Array) -> Array:
        """[...] share of rows, 0 to 1."""
        return from_angle(level)
