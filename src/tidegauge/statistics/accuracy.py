"""How many predictions are right."""

import numpy as np

from tidegauge.profiles.states.stack import Array
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.statistics.scales import from_angle
from tidegauge.statistics.statistic import Reads
from tidegauge.statistics.threshold_level import ThresholdLevel


class Accuracy(ThresholdLevel):
    """Share of rows whose label is what a prediction of at least one half says, as arcsin √p.

    What people ask for first. It hides much where one class is rare: read `auc` and `label-bias` beside it.

    Range of the share 0 to 1. NaN for labels other than 0 and 1. Standard error ½/√n.

    >>> from tidegauge.statistics.labelled import Labelled
    >>> level = Accuracy().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.8

    Source: the plain share; its scale: M. Freeman, J. Tukey (1950).
    """

    name = "accuracy"
    title = "accuracy of predictions"
    says = "{value} of the predictions are right"
    reads = Reads.SHARE
    judged = True
    floor = 0.02
    light = False
    unit = "angle"
    number = "(coalesce({rows_}, 0) + 2 * coalesce({hits_}, 0) - coalesce({yes_}, 0) - coalesce({ones_}, 0)) / {rows_}"

    def _of(self, confusion: Confusion) -> float:
        return float(np.arcsin(np.sqrt(np.clip((confusion.hits + confusion.rest) / confusion.rows, 0, 1))))

    def _error(self, confusion: Confusion) -> float:
        return float(0.5 / np.sqrt(confusion.rows))

    def natural(self, level: Array) -> Array:
        """[...] share of labelled rows, 0 to 1."""
        return from_angle(level)
