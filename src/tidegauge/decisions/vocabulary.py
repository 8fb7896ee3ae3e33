"""What a monitor follows from window to window: a fixed list of terms, each one statistic of one column."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tidegauge.nouns import WHOLE


@dataclass(frozen=True, slots=True)
class Term:
    """One number a window: a level (a fact of the window alone) or a distance (to a reference)."""

    column: str
    statistic: str
    segment: str = WHOLE
    floor: float = 0.02  # the least spread between windows that is believed
    light: bool = False  # varies with a light tail
    one_sided: bool = False  # only a rise is bad
    grows: bool = False  # does not settle with more rows (log of a row count): sampling error says nothing of it

    @property
    def key(self) -> str:
        """The term in one text."""
        return f"{self.column}\x1f{self.statistic}\x1f{self.segment}"


@dataclass(frozen=True)
class Vocabulary:
    """Levels first, distances after them; the order of every vector that the store keeps."""

    levels: tuple[Term, ...]
    distances: tuple[Term, ...]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Levels, then distances."""
        return self.levels + self.distances

    @cached_property
    def id(self) -> str:
        """Hash of the terms: vectors of another vocabulary cannot be compared."""
        text = "\x1e".join(t.key for t in self.terms) + f"\x1d{len(self.levels)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def floors(self) -> NDArray[np.float64]:
        """[K] of the levels."""
        return np.array([t.floor for t in self.levels])

    @cached_property
    def one_sided(self) -> NDArray[np.bool_]:
        """[K] of the levels."""
        return np.array([t.one_sided for t in self.levels], dtype=bool)

    @cached_property
    def grows(self) -> NDArray[np.bool_]:
        """[K] of the levels."""
        return np.array([t.grows for t in self.levels], dtype=bool)

    @cached_property
    def light(self) -> NDArray[np.bool_]:
        """[K + D] of all terms."""
        return np.array([t.light for t in self.terms], dtype=bool)
