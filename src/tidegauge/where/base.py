"""What a change is whose place is looked for: of the mean of a value, or of the number of rows."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import nan
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.tuning.where_tuning import WhereTuning
from tidegauge.where.coded_rows import CodedRows, Floats, Grouping


@dataclass(frozen=True, slots=True)
class Bearing:
    """What a group of rows is to a change: over all cells of a column the parts add up to 1."""

    share: float  # of the window's rows
    share_before: float
    part: float  # of the change
    error: float  # its standard error, by sampling alone
    rate: float = nan
    rate_before: float = nan


@dataclass(frozen=True)
class LocatedChange(ABC):
    """A change between a window and those that it is compared with, in sampled rows of both."""

    rows: CodedRows

    @property
    @abstractmethod
    def size(self) -> float:
        """By how much the whole is higher now."""

    @abstractmethod
    def apart(self, group: Grouping, tuning: WhereTuning) -> Floats:
        """[W, K] how far each group is beyond all other rows in each window, in standard deviations."""

    def telling(self, tuning: WhereTuning) -> float:
        """The part of it that its first place holds at least."""
        return tuning.telling

    @abstractmethod
    def borne(self, mine: NDArray[np.bool_]) -> Bearing:
        """What some rows [n] are to it."""

    @abstractmethod
    def but(self, mine: NDArray[np.bool_]) -> Self:
        """What is left of it without some rows [n]."""
