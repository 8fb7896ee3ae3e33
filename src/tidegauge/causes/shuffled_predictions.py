"""Predictions belong to other rows: a join by the wrong key."""

from typing import ClassVar

from tidegauge.causes.base import Cause
from tidegauge.causes.column_change import ALL
from tidegauge.causes.column_words import quoted
from tidegauge.causes.label_change import LabelChange
from tidegauge.tuning.cause_tuning import CauseTuning


class ShuffledPredictions(Cause):
    """Predictions and labels are each as ever, and the one says little of the other: as in a world that has changed."""

    name: ClassVar[str] = "shuffled-predictions"
    title: ClassVar[str] = "predictions of other rows"
    cost: ClassVar[float] = 2.0
    is_fault: ClassVar[bool] = False
    describes: ClassVar[bool] = True

    def of_labels(self, labels: LabelChange, tuning: CauseTuning) -> str:
        order, errors = labels.order, tuning.together
        worth = order.usual - 0.5
        if labels.segment or worth < errors * order.error or order.is_usual(order.now, errors):
            return ""
        as_ever = all(n.is_usual(n.now, errors) for n in (labels.rate, labels.score))
        lost = (order.usual - order.now) / worth
        if not as_ever or lost < tuning.shuffled or order.now < 0.5 - errors * order.error:
            return ""
        return f"the values of {quoted(labels.prediction)} belonged to other rows{some(min(lost, 1.0))}"


def some(share: float) -> str:
    """How many of them, where it is not all.

    >>> some(0.62), some(0.98)
    (', about 62 % of them', '')
    """
    return "" if share > ALL else f", about {100 * share:.0f} % of them"
