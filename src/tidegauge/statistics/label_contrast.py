"""How far a segment's labels lie above its predictions, against the other rows."""

import numpy as np

from tidegauge.statistics.label_statement import labels_of, over_labels
from tidegauge.statistics.labelled import ON_A_LINE, Labelled, SegmentLabelLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class LabelContrast(SegmentLabelLevel):
    """Label − prediction of a segment less that of all other rows, over the window's spread of labels.

    A storm makes every carrier late, and no single one unlike the rest: the contrast takes the day out. So it is what
    a segment is followed by, where `label-bias` follows the whole.

    Unit: standard deviations of a label in the window, between cells of the prediction; of numbers at least that of the
    labels' first sample, for a prediction that says little has cells that are all alike. Standard error √(1/a + 1/b)
    for a rows in the segment and b outside. NaN with fewer than eight on either side.

    >>> segment = Labelled(np.array([10.0]), np.array([9.0]), np.array([4.0]), True)
    >>> whole = Labelled(np.array([40.0]), np.array([20.0]), np.array([15.0]), True)
    >>> round(LabelContrast().level(segment, whole), 3)
    1.0

    Source: the contrast of a one-way layout; H. Scheffé, The Analysis of Variance (1959).
    """

    name = "label-contrast"
    title = "labels minus predictions, against the other rows"
    says = "labels minus predictions differ from those of the other rows by {value} standard deviations of a row"
    applies = ON_A_LINE
    reads = Reads.NUMBER
    floor = 0.06
    light = True
    least = 8

    def level(self, segment: Labelled, whole: Labelled) -> float:
        """The contrast."""
        a, b = segment.rows, whole.rows - segment.rows
        if a < self.least or b < self.least:
            return float("nan")
        mine = (segment.label - segment.prediction).sum()
        all_ = (whole.label - whole.prediction).sum()
        return float((mine / a - (all_ - mine) / b) / np.sqrt(self._variance(whole)))

    def error(self, segment: Labelled, whole: Labelled) -> float:
        """√(1/a + 1/b)."""
        a, b = segment.rows, whole.rows - segment.rows
        return float(np.sqrt(1 / a + 1 / b)) if min(a, b) >= self.least else float("nan")

    @staticmethod
    def _variance(whole: Labelled) -> float:
        p = whole.label.sum() / whole.rows
        if whole.binary:
            return max(float(p * (1 - p)), 0.02)
        return max(float(np.average((whole.label / whole.n - p) ** 2, weights=whole.n)), whole.row**2)

    def sql(self, question: Question) -> Shown:
        others = "(sum(all_label - all_prediction) - sum(label - prediction)) / (sum(all_n) - sum(n))"
        p = "sum(all_label) / sum(all_n)"
        layout = labels_of(question)
        between = f"sum(all_label * all_label / all_n) / sum(all_n) - ({p}) * ({p})"
        least = (1.0 if layout is None else layout.spread) / 1.349
        numbers = f"greatest({between}, {question.dialect.number(least**2)})"
        if layout is None:
            truths = f"greatest(({p}) * (1 - {p}), 0.02)"
            numbers = f"CASE WHEN sum(others) = 0 THEN {truths} ELSE {numbers} END"
        return over_labels(question, f"(sum(label - prediction) / sum(n) - {others}) / sqrt({numbers})")
