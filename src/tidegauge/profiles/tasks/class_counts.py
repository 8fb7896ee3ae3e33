"""Labelled rows of several classes: by what was predicted and what came true, and by the classes' scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tidegauge.profiles.layouts.base import Floats


@dataclass(frozen=True, slots=True)
class Curve:
    """Scored rows by cells of one class's score, ascending."""

    rows: Floats
    hits: Floats  # those whose label is the class


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """Labelled rows by class, those without a prediction left out."""

    names: Sequence[str]  # of the classes that are told apart
    table: Floats  # [label, prediction] rows; the last of either: all classes that are not told apart
    right: float  # rows whose prediction is their label, whether it is told apart or not
    scored: float = 0.0  # rows all of whose classes' scores lie between 0 and 1, and that have one for their label
    loss: float = 0.0  # sum of −ln(score of the label) over these
    squares: float = 0.0  # sum of its squares
    within: Mapping[int, float] = field(default_factory=dict)  # k → rows whose label has one of the k highest scores
    curves: Sequence[Curve] = ()  # of the classes that have scores

    @property
    def rows(self) -> float:
        """All labelled rows."""
        return float(self.table.sum())

    @property
    def hits(self) -> Floats:
        """[classes] rows rightly said to be of the class."""
        return np.diag(self.table)[:-1]

    @property
    def ones(self) -> Floats:
        """[classes] rows whose label is the class."""
        out: Floats = self.table.sum(axis=1)[:-1]
        return out

    @property
    def yes(self) -> Floats:
        """[classes] rows that were said to be of the class."""
        out: Floats = self.table.sum(axis=0)[:-1]
        return out
