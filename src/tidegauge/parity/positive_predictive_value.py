"""How many of those who are predicted to be 1 are."""

from tidegauge.parity.base import ParityRate
from tidegauge.profiles.tasks.confusion import Confusion


class PositivePredictiveValue(ParityRate):
    """Share of rows predicted to be 1 whose label is, TP / (TP + FP): *predictive parity*, a group's precision.

    Prefer it where somebody acts on a prediction and must be able to take it for the same thing in every group.

    >>> PositivePredictiveValue().of(Confusion(hits=3, false=1, missed=1, rest=5))
    (3, 4)

    Source: A. Chouldechova, Fair prediction with disparate impact (2017).
    """

    name = "positive-predictive-value"
    title = "predictive value"
    says = "of those predicted to be 1, how many are"

    def of(self, rows: Confusion) -> tuple[float, float]:
        return rows.hits, rows.yes
