"""All values beyond a limit became it: a guard against overflow, a form that refuses more."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange
from tidegauge.causes.column_words import plain, quoted
from tidegauge.tuning.cause_tuning import CauseTuning


class CutValues(Cause):
    """Nothing lies beyond the window's greatest (or least) value, and what used to lies on it."""

    name: ClassVar[str] = "clipped"
    title: ClassVar[str] = "values cut off at a limit"
    cost: ClassVar[float] = 1.5
    is_fault: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        now = column.values_now
        if not column.line or len(now) < 2:
            return
        values, parts = column.points
        for limit, words, cut in ((float(now[-1]), "above", np.minimum), (float(now[0]), "below", np.maximum)):
            beyond = float(parts[values > limit if words == "above" else values < limit].sum())
            code = int(column.line.codes(np.array([limit]))[0])
            piled = float(column.now[code] - column.before[code])
            if (
                not tuning.gain <= beyond <= tuning.inside
                or piled < tuning.piled * beyond
                or not column.rises(code, tuning)
            ):
                continue
            mapped = column.pushed(partial(cut, limit))
            clause = f"values of {quoted(column.name)} {words} {plain(limit)} have become it"
            yield self.fitted(column, mapped, clause, words, tuning, share=1.0)
