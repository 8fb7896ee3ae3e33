"""How many of those whose label is 0 are taken for 1."""

from tidegauge.parity.base import ParityRate
from tidegauge.profiles.tasks.confusion import Confusion


class FalsePositiveRate(ParityRate):
    """Share of rows with label 0 that are predicted to be 1, FP / (FP + TN): *predictive equality*.

    Prefer it where a prediction of 1 harms whom it is wrong about: suspected of fraud, kept in custody.

    >>> FalsePositiveRate().of(Confusion(hits=3, false=1, missed=1, rest=5))
    (1, 6)

    Source: S. Corbett-Davies et al., Algorithmic decision making and the cost of fairness (2017).
    """

    name = "false-positive-rate"
    title = "false-positive rate"
    says = "of those whose label is 0, how many are predicted to be 1"

    def of(self, rows: Confusion) -> tuple[float, float]:
        return rows.false, rows.rows - rows.ones
