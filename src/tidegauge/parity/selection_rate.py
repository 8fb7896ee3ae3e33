"""How many are predicted to be 1."""

from tidegauge.parity.base import ParityRate
from tidegauge.profiles.tasks.confusion import Confusion


class SelectionRate(ParityRate):
    """Share of labelled rows that are predicted to be 1, (TP + FP) / n: *demographic parity*, *disparate impact*.

    Asks nothing of labels, so groups that differ in truth differ here under a perfect model. Prefer it where the
    law asks for it (the four-fifths rule), or labels themselves are not to be trusted.

    >>> SelectionRate().of(Confusion(hits=3, false=1, missed=1, rest=5))
    (4, 10)

    Source: U.S. Uniform Guidelines on Employee Selection Procedures (1978), section 4D.
    """

    name = "selection-rate"
    title = "selection rate"
    says = "of all rows, how many are predicted to be 1"

    def of(self, rows: Confusion) -> tuple[float, float]:
        return rows.yes, rows.rows
