"""Two columns have changed places: an INSERT by position."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats, seen_before
from tidegauge.causes.column_words import quoted, some_rows
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.tuning.cause_tuning import CauseTuning


class ExchangedColumns(Cause):
    """Another column that the alert names holds what this one held, and this one what that one held."""

    name: ClassVar[str] = "exchanged-columns"
    title: ClassVar[str] = "two columns exchanged"
    cost: ClassVar[float] = 1.5

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        for other in column.others:
            there, here = self._side(column, other, tuning), self._side(other, column, tuning)
            if there is None or here is None or abs(there.share - here.share) > tuning.unlike * there.share:
                continue
            if here.left <= max(other.typical(tuning.typical), other.noise) and here.left <= here.most_left * here.gone:
                yield there

    def goes_with(
        self, column: ColumnChange, z: Candidate, other: ColumnChange, like: Candidate, tuning: CauseTuning
    ) -> bool:
        del tuning
        return column.name == other.name or (z.key == other.name and like.key == column.name)

    def _side(self, column: ColumnChange, other: ColumnChange, tuning: CauseTuning) -> Candidate | None:
        """One column, had it what the other one held; None where it can hold no such values, or held them before."""
        mapped = held_in(column, other)
        if mapped is None or column.distance(mapped, column.before) < tuning.gain:
            return None
        one, two = sorted((quoted(column.name), quoted(other.name)))
        said = f"{one} and {two} have changed places{some_rows(column.share_of(mapped))}"
        proved = (
            len(column.values_now) >= tuning.values
            and seen_before(other.values_before, column.values_now) >= tuning.proved
            and seen_before(column.values_before, column.values_now) <= tuning.foreign
        )
        return self.fitted(column, mapped, said, other.name, tuning, proved=proved)


def held_in(column: ColumnChange, other: ColumnChange) -> Floats | None:
    """[size] the other column's reference in this one's cells; None where one holds numbers and one does not."""
    if column.line and other.line:
        out = np.zeros(column.layout.size)
        out[: column.finite.start] = other.before[: other.finite.start]
        return column.added(out, *other.points)
    one, two = column.layout, other.layout
    if not isinstance(one, CategoricalLayout) or not isinstance(two, CategoricalLayout):
        return None
    out = np.bincount([one.code(v) for v in two.values], other.before[1 : two.known + 1], minlength=one.size)
    out[0] += other.before[0]
    return np.asarray(out, dtype=np.float64)
