"""Every value is so much higher or lower: what came over a column, not why."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats
from tidegauge.causes.column_words import plain, quoted
from tidegauge.tuning.cause_tuning import CauseTuning

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


class WholeShift(Cause):
    """By the middle of how far its quantiles moved."""

    name: ClassVar[str] = "whole-shift"
    title: ClassVar[str] = "every value higher or lower by as much"
    cost: ClassVar[float] = 3.5
    is_fault: ClassVar[bool] = False
    describes: ClassVar[bool] = True
    is_map: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        if not column.line or not len(column.values_now) or not len(column.values_before):
            return
        moved = quantiles(*column.spread_out(column.here)) - quantiles(*column.points)
        by = float(np.median(moved))
        if by == 0.0:
            return
        mapped = column.pushed(partial(np.add, by))
        higher = "higher" if by > 0 else "lower"
        clause = f"every value of {quoted(column.name)} were about {plain(float(f'{abs(by):.3g}'))} {higher}"
        yield self.fitted(column, mapped, clause, repr(by), tuning, share=1.0)


def quantiles(values: Floats, parts: Floats) -> Floats:
    """[5] of values [n] that stand for parts [n] of the rows."""
    order = np.argsort(values, kind="stable")
    whole = np.cumsum(parts[order])
    at = np.searchsorted(whole, np.array(QUANTILES) * whole[-1])
    return np.asarray(values[order][np.minimum(at, len(values) - 1)], dtype=np.float64)
