"""How far labels lie above predictions."""

import numpy as np

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.statistics.label_statement import over_labels
from tidegauge.statistics.labelled import ON_A_LINE, Labelled, LabelLevel
from tidegauge.statistics.signal_set import Counts
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads


class LabelBias(LabelLevel):
    """Mean label less mean prediction: how far reality lies above what the model said.

    The first sign of concept drift, whether labels are 0 and 1 or numbers. Prefer AUC for whether the order still
    holds, calibration for which scores are off, `mean-absolute-error` for numbers that are off to both sides.

    Unit: that of the label; followed in interquartile ranges of the labels' first sample where labels are numbers, so
    that whether money is told in cents or in millions changes nothing. Range for probabilities: −1 to 1.
    Standard error: √(p(1 − p)/n), at least 0.1/√n.

    >>> LabelBias().level(Labelled(np.array([6.0, 4.0]), np.array([1.0, 3.0]), np.array([1.2, 2.8]), True))
    0.0

    Source: calibration-in-the-large; D. Cox, Two further applications of a model for binary regression (1958).
    """

    name = "label-bias"
    title = "labels minus predictions"
    says = "labels minus predictions are {value}"
    plain = "labels lie {more} high above their predictions"
    applies = ON_A_LINE
    reads = Reads.COLUMN
    floor = 0.02
    light = False  # a storm makes a whole day late
    counts = Counts.LABELS

    def _level(self, labelled: Labelled) -> float:
        if labelled.errors is not None and labelled.errors.rows == labelled.rows:
            return labelled.errors.error  # to the last digit; where a row lies too far out, by cells, at their ends
        return float((labelled.label.sum() - labelled.prediction.sum()) / labelled.rows / labelled.spread)

    def error(self, labelled: Labelled) -> float:
        """√(p(1 − p)/n), for other labels their spread between cells, or in their first sample if that is larger."""
        if labelled.rows < self.least:
            return float("nan")
        p = labelled.label.sum() / labelled.rows
        variance = (
            max(p * (1 - p), 0.01)
            if labelled.binary
            else max(float(np.average((labelled.label / labelled.n - p) ** 2, weights=labelled.n)), labelled.row**2)
        )
        return float(np.sqrt(variance / labelled.rows) / labelled.spread)

    def read(self, level: float, layout: Layout | None = None) -> float:
        """In the unit of the label; `layout`: that of labels that are numbers."""
        line = on_a_line(layout)
        return level if line is None else level * line.spread

    def sql(self, question: Question) -> Shown:
        return over_labels(question, "sum(label - prediction) / sum(n)")
