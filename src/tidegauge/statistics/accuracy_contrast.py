"""How often a segment's predictions are right, against the other rows."""

import numpy as np

from tidegauge.statistics.class_level import over_classes
from tidegauge.statistics.labelled import CLASSES, Labelled, SegmentLabelLevel
from tidegauge.statistics.statement import Question, Shown
from tidegauge.statistics.statistic import Reads

LEAST = 0.02  # of a window's variance of being right


class AccuracyContrast(SegmentLabelLevel):
    """Share of a segment's predictions that are right, less that of all other rows, of labels that are classes.

    A day on which everything is hard to tell makes every shop worse and no single one unlike the rest: the contrast
    takes the day out. It is what a segment is followed by, where `accuracy` and `macro-f1` follow the whole.

    Unit: standard deviations of a row's being right in the window. Standard error √(1/a + 1/b) for a rows in the
    segment and b outside. NaN with fewer than eight on either side, and where labels are no classes.

    >>> from tidegauge.profiles.tasks.class_counts import ClassCounts
    >>> segment = Labelled.of_classes(ClassCounts(("a",), np.diag([10.0, 0.0]), 9.0))
    >>> whole = Labelled.of_classes(ClassCounts(("a",), np.diag([40.0, 0.0]), 20.0))
    >>> round(AccuracyContrast().level(segment, whole), 3)
    1.067

    Source: the contrast of a one-way layout; H. Scheffé, The Analysis of Variance (1959).
    """

    name = "accuracy-contrast"
    title = "accuracy, against the other rows"
    says = "accuracy differs from that of the other rows by {value} standard deviations of a row"
    reads = Reads.NUMBER
    applies = CLASSES
    floor = 0.06
    only_falls = True

    def level(self, segment: Labelled, whole: Labelled) -> float:
        """The contrast."""
        a, b = segment.rows, whole.rows - segment.rows
        if segment.classes is None or whole.classes is None or min(a, b) < self.least:
            return float("nan")
        mine, all_ = segment.classes.right, whole.classes.right
        p = all_ / whole.rows
        return float((mine / a - (all_ - mine) / b) / np.sqrt(max(p * (1 - p), LEAST)))

    def error(self, segment: Labelled, whole: Labelled) -> float:
        """√(1/a + 1/b)."""
        a, b = segment.rows, whole.rows - segment.rows
        enough = whole.classes is not None and min(a, b) >= self.least
        return float(np.sqrt(1 / a + 1 / b)) if enough else float("nan")

    def sql(self, question: Question) -> Shown:
        p = "(sum(all_right) / sum(all_n))"
        others = "(sum(all_right) - sum(right_)) / nullif(sum(all_n) - sum(n), 0)"
        variance = f"greatest({p} * (1 - {p}), {question.dialect.number(LEAST)})"
        return over_classes(question, f"(sum(right_) / nullif(sum(n), 0) - {others}) / sqrt({variance})", "rows")
