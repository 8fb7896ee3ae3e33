"""How many of those that the model said yes of are right."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statistic import Reads
from tidegauge.statistics.threshold_level import NAN, ThresholdLevel


class Precision(ThresholdLevel):
    """Share of labels that are 1 among rows with a prediction of at least one half, TP / (TP + FP), as arcsin √p.

    What a false alarm costs is seen here, what a missed one costs in `recall`. It rises and falls with the base rate
    though the model is the same: read `lift` beside it.

    Range of the share 0 to 1. NaN where no prediction reaches the threshold, or labels are other than 0 and 1.
    Standard error ½/√(TP + FP).

    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = Precision().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.8

    Source: C. van Rijsbergen, Information Retrieval (1979).
    """

    name = "precision"
    title = "precision"
    says = "{value} of those predicted to be 1 are"
    reads = Reads.SHARE
    unit = "angle"
    number = "coalesce({hits_}, 0) / {yes_}"

    def _of(self, confusion: Confusion) -> float:
        share = confusion.hits / confusion.yes if confusion.yes else NAN
        return float(np.arcsin(np.sqrt(share)))

    def _error(self, confusion: Confusion) -> float:
        return float(0.5 / np.sqrt(confusion.yes))

    def natural(self, level: Array) -> Array:
        """[...] share of rows, 0 to 1."""
        return from_angle(level)
