"""What a statistic is: two stacks of profiles → one number a column; and a level: a fact of one profile."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from tidegauge.states.facts import Facts
from tidegauge.states.stack import Array, Stack

NUMERIC = frozenset({"numeric"})
CATEGORICAL = frozenset({"categorical"})
BOTH = NUMERIC | CATEGORICAL


class Statistic(ABC):
    """How far a current profile lies from a reference, for every column of a stack at once.

    `between` gives nan, never an exception or a warning, where it cannot be said: no finite rows on a side, or a
    kind of column outside `applies`.
    """

    name: str
    applies: ClassVar[frozenset[str]]
    low: ClassVar[float] = 0.0  # the range that values lie in
    high: ClassVar[float] = float("inf")
    symmetric: ClassVar[bool] = False  # between(a, b) == between(b, a)
    scale_free: ClassVar[bool] = False  # counts of a side, all times ten, leave the value as it is
    unit: ClassVar[str] = ""  # of the value, for axes and reports; "" for a plain number

    def between(self, current: Stack, reference: Stack) -> Array:
        """[C] the statistic; 0 for (p, p) unless the class says otherwise."""
        if current.kind not in self.applies:
            return np.full(len(current.columns), np.nan)
        return self._between(current, reference)

    @abstractmethod
    def _between(self, current: Stack, reference: Stack) -> Array:
        """`between` for a kind that applies."""


class Level(Statistic):
    """A fact of one profile, on a scale where its sampling error hardly depends on its value.

    Decisions follow a level through past windows and judge it by the spread between them, so it needs no
    reference profile. `between` is the plain difference of two levels.
    """

    low = float("-inf")
    scale_free = True
    floor: ClassVar[float]  # the least spread between windows that decisions should believe in
    light: ClassVar[bool] = False  # its variation between windows has a light tail (bounded, or averaged)
    shape: ClassVar[float] = 0.0  # more, or less, heavy than that: see Term.shape
    one_sided: ClassVar[bool] = False  # only a rise is bad

    def level(self, stack: Stack) -> Array:
        """[C] the fact, on the steady scale; nan where there is nothing to measure."""
        return self._level(stack) if stack.kind in self.applies else np.full(len(stack.columns), np.nan)

    @abstractmethod
    def _level(self, stack: Stack) -> Array:
        """`level` for a kind that applies."""

    @abstractmethod
    def error(self, stack: Stack) -> Array:
        """[C] the textbook standard error of `level` under independent rows; nan where level is nan."""

    @abstractmethod
    def natural(self, level: Array) -> Array:
        """Levels in the unit that a person reads (a share, a multiple of the spread)."""

    def _between(self, current: Stack, reference: Stack) -> Array:
        return self.level(current) - self.level(reference)


class WindowLevel(ABC):
    """A level of a window's rows as a whole; reads `Facts` where a `Level` reads a `Stack`."""

    name: str
    floor: ClassVar[float]
    light: ClassVar[bool] = False
    shape: ClassVar[float] = 0.0
    one_sided: ClassVar[bool] = False
    unit: ClassVar[str] = ""

    @abstractmethod
    def level(self, facts: Facts) -> Array:
        """[W] the fact, on the steady scale; nan where unknown."""

    @abstractmethod
    def error(self, facts: Facts) -> Array:
        """[W] its textbook standard error; nan where level is nan."""

    @abstractmethod
    def natural(self, level: Array) -> Array:
        """Levels in the unit that a person reads."""

    def between(self, current: Facts, reference: Facts) -> Array:
        """[W] difference of two levels; 0 for (p, p)."""
        return self.level(current) - self.level(reference)
