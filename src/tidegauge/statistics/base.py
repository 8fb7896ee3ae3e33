"""Statistics of a column: two stacks of profiles → one number each; levels, which are facts of one profile; of rows."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tidegauge.core.window import WHOLE
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.row_facts import Facts
from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.signal_set import Signal
from tidegauge.statistics.statistic import Statistic

NUMERIC = frozenset({"numeric"})
CATEGORICAL = frozenset({"categorical"})
BOTH = NUMERIC | CATEGORICAL
NO_FLOOR = "floor: the least spread between windows that decisions should believe in"


class ColumnStatistic(Statistic):
    """A number about a current profile and a reference, for every column of a stack at once.

    `between` gives nan, never an exception or a warning, where it cannot be said: no finite rows on a side, or a
    kind of column outside `applies`. The law of each of these claims is in `tests/laws/test_statistics.py`.
    """

    applies: ClassVar[frozenset[str]]
    low: ClassVar[float] = 0.0  # the range that values lie in; below 0: a shift, between(a, b) == -between(b, a)
    high: ClassVar[float] = float("inf")  # 1, with `low` 0, of what reads as a share (`Reads.SHARE`)
    symmetric: ClassVar[bool] = False  # between(a, b) == between(b, a)
    scale_free: ClassVar[bool] = False  # counts of a side, all times ten, leave the value as it is

    def between(self, current: Stack, reference: Stack) -> Array:
        """[C] the statistic; 0 for (p, p)."""
        if current.kind not in self.applies:
            return np.full(len(current.columns), np.nan)
        return self._between(current, reference)

    @abstractmethod
    def _between(self, current: Stack, reference: Stack) -> Array:
        """[C] `between` for a kind that applies."""

    def lacks(self) -> str:
        if not getattr(self, "applies", None):
            return "kind of column: `applies` is one of NUMERIC, CATEGORICAL, BOTH"
        return super().lacks()


class Distance(ColumnStatistic):
    """How far a current profile lies from a reference. Its scale is judged by past distances, so it has no floor."""

    def signal(self, column: str, segment: str = WHOLE) -> Signal:
        return Signal(column, self.name, segment, shape=dict(self.tuning.statistics.shapes).get(self.name, self.shape))


class Level(ColumnStatistic):
    """A fact of one profile, on a scale where its sampling error hardly depends on its value.

    Decisions follow a level through past windows and judge it by the spread between them, so it needs no
    reference profile. `between` is the plain difference of two levels.
    """

    low = float("-inf")
    scale_free = True

    def level(self, stack: Stack) -> Array:
        """[C] the fact, on the steady scale; nan where there is nothing to measure."""
        return self._level(stack) if stack.kind in self.applies else np.full(len(stack.columns), np.nan)

    def there(self, stack: Stack) -> NDArray[np.bool_]:
        """[C] which columns of a kind that applies have the level at all, by their layouts."""
        return np.ones(len(stack.columns), dtype=bool)

    @abstractmethod
    def _level(self, stack: Stack) -> Array:
        """[C] `level` for a kind that applies."""

    @abstractmethod
    def error(self, stack: Stack) -> Array:
        """[C] the textbook standard error of `level` under independent rows; nan where level is nan."""

    @abstractmethod
    def natural(self, level: Array) -> Array:
        """[...] levels in the unit that a person reads (a share, a multiple of the spread)."""

    def _between(self, current: Stack, reference: Stack) -> Array:
        return self.level(current) - self.level(reference)

    def lacks(self) -> str:
        return super().lacks() or ("" if hasattr(self, "floor") else NO_FLOOR)


class WindowLevel(Statistic):
    """A level of a window's rows as a whole; reads `Facts` where a `Level` reads a `Stack`."""

    @abstractmethod
    def level(self, facts: Facts) -> Array:
        """[W] the fact, on the steady scale; nan where unknown."""

    @abstractmethod
    def error(self, facts: Facts) -> Array:
        """[W] its textbook standard error; nan where level is nan."""

    @abstractmethod
    def natural(self, level: Array) -> Array:
        """[...] levels in the unit that a person reads."""

    def between(self, current: Facts, reference: Facts) -> Array:
        """[W] difference of two levels; 0 for (p, p)."""
        return self.level(current) - self.level(reference)

    def lacks(self) -> str:
        if not self.subject:
            return 'subject: what a sentence calls the rows by, as "the number of rows"'
        return super().lacks() or ("" if hasattr(self, "floor") else NO_FLOOR)


class SegmentLevel(Statistic):
    """A level of a segment's predictions alone, from their counts by rank (see `Layout.coarse`)."""

    @abstractmethod
    def level(self, cells: Cells | None) -> float:
        """The fact; nan where there are too few rows, or none at all (None)."""

    @abstractmethod
    def error(self, cells: Cells | None) -> float:
        """Its textbook standard error; nan where level is nan."""

    def lacks(self) -> str:
        return super().lacks() or ("" if hasattr(self, "floor") else NO_FLOOR)
