"""How many of those whose label is 1 are found."""

from tidegauge.parity.base import ParityRate
from tidegauge.profiles.tasks.confusion import Confusion


class TruePositiveRate(ParityRate):
    """Share of rows with label 1 that are predicted to be 1, TP / (TP + FN): *equal opportunity*.

    Prefer it where a prediction of 1 is a good thing for those who deserve it: a loan, an interview.

    >>> TruePositiveRate().of(Confusion(hits=3, false=1, missed=1, rest=5))
    (3, 4)

    Source: M. Hardt, E. Price, N. Srebro, Equality of opportunity in supervised learning (2016).
    """

    name = "true-positive-rate"
    title = "true-positive rate"
    says = "of those whose label is 1, how many are predicted to be"

    def of(self, rows: Confusion) -> tuple[float, float]:
        return rows.hits, rows.ones
