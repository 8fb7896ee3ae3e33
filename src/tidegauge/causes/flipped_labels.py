"""Labels say the opposite of what they said: 0 and 1 have changed places."""

from typing import ClassVar

from tidegauge.causes.base import Cause
from tidegauge.causes.column_words import quoted
from tidegauge.causes.label_change import LabelChange
from tidegauge.tuning.cause_tuning import CauseTuning


class FlippedLabels(Cause):
    """Turned back, they are what they were: as many are 1, and predictions put them in order as well as ever."""

    name: ClassVar[str] = "flipped-labels"
    title: ClassVar[str] = "labels 0 and 1 exchanged"
    cost: ClassVar[float] = 1.0
    is_fault: ClassVar[bool] = False  # the world may have turned as well, and a training be the answer

    def of_labels(self, labels: LabelChange, tuning: CauseTuning) -> str:
        order, rate, errors = labels.order, labels.rate, tuning.together
        back = order.is_usual(1 - order.now, errors) and rate.is_usual(1 - rate.now, errors)
        is_order = order.now < 0.5 - errors * order.error and order.usual > 0.5 + errors * order.error
        is_rate = abs(rate.now - rate.usual) > tuning.errors * rate.error and not rate.is_usual(rate.now, tuning.errors)
        if not back or not (is_order or is_rate):
            return ""
        column, _, value = labels.segment.partition("=")
        where = f" where {quoted(column)} is {quoted(value)}" if column else ""
        return f"0 and 1 have changed places in {quoted(labels.column)}{where}"
