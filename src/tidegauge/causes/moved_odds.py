"""The odds of every probability are so many times what they were: what came over a score, not why."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.column_words import plain, quoted
from tidegauge.causes.whole_shift import quantiles
from tidegauge.tuning.cause_tuning import CauseTuning

EDGE = 1e-4  # a probability is kept so far from 0 and 1, whose odds have no end


class MovedOdds(Cause):
    """By the middle of how far the logits of its quantiles moved; of columns from 0 to 1 with many values."""

    name: ClassVar[str] = "moved-odds"
    title: ClassVar[str] = "the odds of every probability times as much"
    cost: ClassVar[float] = 3.5
    is_fault: ClassVar[bool] = False
    describes: ClassVar[bool] = True
    is_map: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not is_probability(column.values_now, tuning) or not is_probability(column.values_before, tuning):
            return
        by = float(np.median(logit(quantiles(*column.spread_out(column.here))) - logit(quantiles(*column.points))))
        if by == 0.0:
            return
        mapped = column.pushed(lambda values: 1 / (1 + np.exp(-(logit(values) + by))))
        times = plain(float(f"{np.exp(by):.3g}"))
        clause = f"the odds of every {quoted(column.name)} were {times} times what they are"
        yield self.fitted(column, mapped, clause, repr(by), tuning, share=1.0)


def is_probability(values: Floats, tuning: CauseTuning) -> bool:
    """Whether values [n] lie between 0 and 1, and are too many to be flags or classes."""
    return len(values) > tuning.values and bool(values.min() >= 0.0) and bool(values.max() <= 1.0)


def logit(values: Floats) -> Floats:
    """[n] logarithms of the odds of probabilities [n]."""
    kept = np.clip(values, EDGE, 1 - EDGE)
    return np.log(kept / (1 - kept))
