"""Predictions turned into yes and no at a threshold, against labels that are 0 and 1."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Confusion:
    """Labelled rows by what was predicted at a threshold and what came true."""

    hits: float = 0.0  # predicted, and the label is 1
    false: float = 0.0  # predicted, and the label is 0
    missed: float = 0.0  # not predicted, and the label is 1
    rest: float = 0.0  # not predicted, and the label is 0

    @property
    def yes(self) -> float:
        """Rows that were predicted to be 1."""
        return self.hits + self.false

    @property
    def ones(self) -> float:
        """Rows whose label is 1."""
        return self.hits + self.missed

    @property
    def rows(self) -> float:
        """All labelled rows."""
        return self.hits + self.false + self.missed + self.rest

    def times(self, zeros: float, ones: float) -> Self:
        """So many times the rows whose label is 0, and so many times those whose label is 1."""
        return type(self)(self.hits * ones, self.false * zeros, self.missed * ones, self.rest * zeros)
