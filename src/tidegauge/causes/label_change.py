"""The labels of a window, of all its rows or of a segment's, beside those of the windows that it is compared with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelNumber:
    """One number of labels that are 0 and 1, with its error, and what it was in each like window."""

    now: float
    error: float
    before: Floats  # [windows]

    @property
    def usual(self) -> float:
        """The middle of what it was."""
        return float(np.median(self.before))

    def is_usual(self, value: float, errors: float) -> bool:
        """Whether a value lies where like windows had theirs, or so many standard errors beyond."""
        room = errors * self.error
        return float(self.before.min()) - room <= value <= float(self.before.max()) + room


@dataclass(frozen=True, eq=False)
class LabelChange:
    """What is asked of labels by every cause that is one of labels."""

    segment: str  # "" of all rows
    column: str  # that holds the labels
    prediction: str
    rows: int  # that have a label
    rows_before: Floats  # [windows] the same of like windows
    predictions: int  # of the whole window
    order: LabelNumber  # AUC
    rate: LabelNumber  # of labels that are 1
    score: LabelNumber  # the mean prediction
    arrived: LabelNumber  # the share of predictions with a label
