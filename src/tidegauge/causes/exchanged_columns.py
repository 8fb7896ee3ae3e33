"""Two columns have changed places: an INSERT by position."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np

from tidegauge.causes.base import Candidate, Cause
from tidegauge.causes.column_change import ColumnChange, Floats, seen_before
from tidegauge.causes.column_words import quoted, some_rows
from tidegauge.causes.never_reached import brings
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.tuning.cause_tuning import CauseTuning


class ExchangedColumns(Cause):
    """Another column that the alert names holds what this one held, and this one what that one held."""

    name: ClassVar[str] = "exchanged-columns"
    title: ClassVar[str] = "two columns exchanged"
    cost: ClassVar[float] = 1.5
    is_fault: ClassVar[bool] = True

    def candidates(self, column: ColumnChange, tuning: CauseTuning) -> Iterator[Candidate]:
        for other in column.others:
            if part := self._brought(column, other, tuning):
                mapped = held_in(column, other)
                if mapped is not None:
                    yield replace(self._named(column, other, mapped, part, tuning), displaced=True)
                continue
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

    @staticmethod
    def _brought(column: ColumnChange, other: ColumnChange, tuning: CauseTuning) -> float:
        """The share of rows of either that brought numbers of the other, never reached here, where the other fits."""
        for one, two in ((column, other), (other, column)):
            part, back = brings(one, two, tuning), held_in(two, one)
            if not part or back is None:
                continue
            share = 1.0 if part > 1 - tuning.kept else part
            if two.gone > two.farthest and share / 2 <= two.share_of(back) <= 2 * share:
                return share
        return 0.0

    def _named(
        self, column: ColumnChange, other: ColumnChange, mapped: Floats, share: float, tuning: CauseTuning
    ) -> Candidate:
        one, two = sorted((quoted(column.name), quoted(other.name)))
        clause = f"{one} and {two} have changed places{some_rows(share)}"
        return self.fitted(column, mapped, clause, other.name, tuning, share=share, proved=True)

    def _side(self, column: ColumnChange, other: ColumnChange, tuning: CauseTuning) -> Candidate | None:
        """One column, had it what the other one held; None where it can hold no such values, or held them before."""
        mapped = held_in(column, other)
        if mapped is None or column.distance(mapped, column.before) < tuning.gain:
            return None
        one, two = sorted((quoted(column.name), quoted(other.name)))
        clause = f"{one} and {two} have changed places{some_rows(column.share_of(mapped))}"
        proved = (
            len(column.values_now) >= tuning.values
            and seen_before(other.values_before, column.values_now) >= tuning.proved
            and seen_before(column.values_before, column.values_now) <= tuning.foreign
        )
        return self.fitted(column, mapped, clause, other.name, tuning, proved=proved)


def held_in(column: ColumnChange, other: ColumnChange) -> Floats | None:
    """[size] the other column's reference in this one's cells; None where one holds numbers and one does not."""
    if column.line and other.line:
        out = np.zeros(column.layout.size)
        out[: column.finite.start] = other.before[: other.finite.start]
        return column.added(out, *other.points)
    one, two = column.layout, other.layout
    if not isinstance(one, CategoricalLayout) or not isinstance(two, CategoricalLayout):
        return None
    codes = [one.code(v) for v in two.values]
    held = np.asarray(np.bincount(codes, other.before[1 : two.known + 1], minlength=one.size), dtype=np.float64)
    held[0] += other.before[0]
    return held
