"""How well predictions agree with labels: label − prediction, AUC, accuracy, calibration, from counts by cell."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.layouts.numeric import BEYOND_LOW, NumericLayout
from tidegauge.registry import Registry
from tidegauge.states.labels import LABEL_BITS, LabelCells

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled rows of one window × segment by prediction cell, cells in ascending order of prediction."""

    n: Array  # labelled rows of the cell
    label: Array  # sum of labels; of 0 and 1, the positives
    prediction: Array  # sum of predictions
    binary: bool  # every label is 0 or 1

    @classmethod
    def of(cls, cells: LabelCells, layout: NumericLayout) -> Self:
        """From a stored state; predictions that are missing, NaN or infinite take no part."""
        plain = (cells.codes >= BEYOND_LOW) & (cells.codes < layout.high_inf)
        n = cells.counts[plain].astype(np.float64)
        prediction = n * layout.start + (cells.parts[plain] + 0.5 * n) / layout.scale
        return cls(n, cells.labels[plain] / 2.0**LABEL_BITS, prediction, bool((cells.truths == cells.counts).all()))

    @property
    def rows(self) -> float:
        """All labelled rows."""
        return float(self.n.sum())


class LabelLevel(ABC):
    """A fact of one window's labels, followed from window to window like any level. NaN where it cannot be said."""

    name: ClassVar[str]
    floor: ClassVar[float]
    light: ClassVar[bool] = True
    least: ClassVar[int] = 8  # labelled rows without which nothing is said
    unit: ClassVar[str] = ""

    def level(self, labelled: Labelled) -> float:
        """The fact."""
        return self._level(labelled) if labelled.rows >= self.least else float("nan")

    @abstractmethod
    def _level(self, labelled: Labelled) -> float:
        """`level` where there are enough rows."""

    @abstractmethod
    def error(self, labelled: Labelled) -> float:
        """Its textbook standard error; NaN where level is."""


class LabelBias(LabelLevel):
    """Mean label less mean prediction: how far reality lies above what the model said.

    The first sign of concept drift, and the only one of the four that numbers as labels have too. Prefer AUC for
    whether the order still holds, calibration for which scores are off.

    Unit: that of the label. Range for probabilities: −1 to 1. Standard error: √(p(1 − p)/n), at least 0.1/√n.

    >>> LabelBias().level(Labelled(np.array([6.0, 4.0]), np.array([1.0, 3.0]), np.array([1.2, 2.8]), True))
    0.0

    Source: calibration-in-the-large; D. Cox, Two further applications of a model for binary regression (1958).
    """

    name = "label-bias"
    floor = 0.02
    light = False  # a storm makes a whole day late

    def _level(self, labelled: Labelled) -> float:
        return float((labelled.label.sum() - labelled.prediction.sum()) / labelled.rows)

    def error(self, labelled: Labelled) -> float:
        """√(p(1 − p)/n), for other labels their spread between cells."""
        if labelled.rows < self.least:
            return float("nan")
        p = labelled.label.sum() / labelled.rows
        variance = (
            max(p * (1 - p), 0.01)
            if labelled.binary
            else float(np.average((labelled.label / labelled.n - p) ** 2, weights=labelled.n))
        )
        return float(np.sqrt(variance / labelled.rows))


class AreaUnderCurve(LabelLevel):
    """Probability that a positive row was scored above a negative one; ties within a cell count half.

    Says whether the order of scores is still worth something, whatever the base rate; blind to a shift of all scores,
    for which there is `label-bias`.

    Range 0 to 1; 0.5 is chance. NaN with fewer than three positives or negatives, or labels other than 0 and 1.
    Standard error ½/√min(positives, negatives).

    >>> AreaUnderCurve().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    0.8

    Source: J. Hanley, B. McNeil, The meaning and use of the area under a ROC curve (1982).
    """

    name = "auc"
    floor = 0.02

    def _level(self, labelled: Labelled) -> float:
        positive, negative = labelled.label, labelled.n - labelled.label
        if not labelled.binary or min(positive.sum(), negative.sum()) < 3:
            return float("nan")
        below = np.cumsum(negative) - negative
        return float((positive * (below + negative / 2)).sum() / positive.sum() / negative.sum())

    def error(self, labelled: Labelled) -> float:
        """½/√min(positives, negatives)."""
        few = min(labelled.label.sum(), (labelled.n - labelled.label).sum())
        return float(0.5 / np.sqrt(few)) if few >= 3 else float("nan")


class Accuracy(LabelLevel):
    """Share of rows whose label is what a prediction of at least one half says, as arcsin √p.

    What people ask for first. It hides much where one class is rare: read `auc` and `label-bias` beside it.

    Range of the share 0 to 1. NaN for labels other than 0 and 1. Standard error ½/√n.

    >>> level = Accuracy().level(Labelled(np.array([10.0, 10.0]), np.array([2.0, 8.0]), np.array([2.0, 8.0]), True))
    >>> round(float(np.sin(level) ** 2), 4)
    0.8

    Source: the plain share; its scale: M. Freeman, J. Tukey (1950).
    """

    name = "accuracy"
    floor = 0.02
    light = False
    unit = "angle"

    def _level(self, labelled: Labelled) -> float:
        if not labelled.binary:
            return float("nan")
        positive = labelled.prediction / labelled.n >= 0.5
        right = np.where(positive, labelled.label, labelled.n - labelled.label).sum() / labelled.rows
        return float(np.arcsin(np.sqrt(np.clip(right, 0, 1))))

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        return float(0.5 / np.sqrt(labelled.rows)) if labelled.rows >= self.least and labelled.binary else float("nan")


class CalibrationError(LabelLevel):
    """Mean of |label − prediction| over ten pools of cells of equal rows, once the window's label bias is taken off.

    Sees scores that are off in opposite ways at both ends, which `label-bias` averages out, and nothing of what
    `label-bias` sees: a stormy day, late as a whole, is told once. With few rows it is above 0 without reason; the
    spread between windows knows.

    Range 0 to 1. NaN for labels other than 0 and 1. Standard error ½/√n.

    >>> CalibrationError().level(Labelled(np.array([10.0, 10.0]), np.array([4.0, 6.0]), np.array([2.0, 8.0]), True))
    0.2

    Source: M. Naeini, G. Cooper, M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning (2015).
    """

    name = "calibration-error"
    floor = 0.02

    def _level(self, labelled: Labelled) -> float:
        if not labelled.binary:
            return float("nan")
        middle = (np.cumsum(labelled.n) - labelled.n / 2) / labelled.rows
        group = np.minimum((middle * 10).astype(np.int64), 9)
        rows = np.bincount(group, labelled.n)
        gap = np.bincount(group, labelled.label) - np.bincount(group, labelled.prediction)
        return float(np.abs(gap - rows * gap.sum() / rows.sum()).sum() / labelled.rows)

    def error(self, labelled: Labelled) -> float:
        """½/√n."""
        return float(0.5 / np.sqrt(labelled.rows)) if labelled.rows >= self.least and labelled.binary else float("nan")


class LabelContrast:
    """Label − prediction of a segment less that of all other rows, over the window's spread of labels.

    A storm makes every carrier late, and no single one unlike the rest: the contrast takes the day out. So it is what
    a segment is followed by, where `label-bias` follows the whole.

    Unit: standard deviations of a label in the window. Standard error √(1/a + 1/b) for a rows in the segment and b
    outside. NaN with fewer than eight on either side.

    >>> segment = Labelled(np.array([10.0]), np.array([9.0]), np.array([4.0]), True)
    >>> whole = Labelled(np.array([40.0]), np.array([20.0]), np.array([15.0]), True)
    >>> round(LabelContrast().level(segment, whole), 3)
    1.0

    Source: the contrast of a one-way layout; H. Scheffé, The Analysis of Variance (1959).
    """

    name = "label-contrast"
    floor = 0.06
    light = True
    least = 8

    def level(self, segment: Labelled, whole: Labelled) -> float:
        """The contrast."""
        a, b = segment.rows, whole.rows - segment.rows
        if a < self.least or b < self.least:
            return float("nan")
        mine = segment.label.sum() - segment.prediction.sum()
        all_ = whole.label.sum() - whole.prediction.sum()
        return float((mine / a - (all_ - mine) / b) / np.sqrt(self._variance(whole)))

    def error(self, segment: Labelled, whole: Labelled) -> float:
        """√(1/a + 1/b)."""
        a, b = segment.rows, whole.rows - segment.rows
        return float(np.sqrt(1 / a + 1 / b)) if min(a, b) >= self.least else float("nan")

    @staticmethod
    def _variance(whole: Labelled) -> float:
        p = whole.label.sum() / whole.rows
        if whole.binary:
            return max(float(p * (1 - p)), 0.02)
        return max(float(np.average((whole.label / whole.n - p) ** 2, weights=whole.n)), 1e-12)


LABEL_LEVELS: Registry[LabelLevel] = Registry(
    "label level", [LabelBias(), AreaUnderCurve(), Accuracy(), CalibrationError()]
)
