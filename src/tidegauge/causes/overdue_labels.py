"""Labels have not come yet: fewer predictions than ever have one, and those that are there are as usual."""

from typing import ClassVar

from tidegauge.causes.base import Cause
from tidegauge.causes.column_words import plain
from tidegauge.causes.label_change import LabelChange
from tidegauge.tuning.cause_tuning import CauseTuning


class OverdueLabels(Cause):
    """Fewer than in any like window; what they say of the predictions is what it was, so none are chosen by value."""

    name: ClassVar[str] = "overdue-labels"
    title: ClassVar[str] = "labels that have not come"
    cost: ClassVar[float] = 1.0
    is_fault: ClassVar[bool] = False

    def of_labels(self, labels: LabelChange, tuning: CauseTuning) -> str:
        share, errors = labels.arrived, tuning.together
        least = float(share.before.min())
        fewest = (1 - tuning.uneven) * float(labels.rows_before.min())  # rows that are there twice have one label
        if labels.segment or not share.now < (1 - tuning.uneven) * least or labels.rows > fewest:
            return ""
        if not all(n.is_usual(n.now, errors) for n in (labels.order, labels.rate)):
            return ""
        out = labels.predictions - labels.rows
        return f"{plain(out)} of {plain(labels.predictions)} labels have not come, and those that have are as usual"
