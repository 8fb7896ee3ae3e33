"""What one model's predictions came to, window by window: all that is compared of it, from stored counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from tidegauge.profiles.layouts.base import Floats, Layout
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import on_a_line
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.statistics.labelled import Labelled
from tidegauge.statistics.log_loss import LEAST


@dataclass(frozen=True, eq=False)
class WindowSums:
    """One model's labelled rows of some windows: of all rows, or of one segment."""

    rows: Floats  # [windows] labelled rows with a prediction
    losses: Floats  # [windows] their log loss, absolute error or wrong answers, added up
    predicted: Floats  # [windows] the sum of predictions; of classes 0
    labels: Floats  # [windows] the sum of labels; of classes 0
    cells: Floats  # [windows, 2, cells] rows with label 0 and 1 by cell of the prediction; of other labels no cell

    @property
    def ranked(self) -> bool:
        """Whether labels are 0 and 1, so that the area under the curve is the main number."""
        return bool(self.cells.shape[2])

    @classmethod
    def none(cls) -> Self:
        """Of no windows."""
        no = np.zeros(0)
        return cls(no, no, no, no, np.zeros((0, 2, 0)))

    def first(self, windows: int) -> "WindowSums":
        """The same of the first so many windows alone."""
        return WindowSums(
            *(part[:windows] for part in (self.rows, self.losses, self.predicted, self.labels, self.cells))
        )

    @classmethod
    def of(cls, windows: Sequence[LabelCells], layout: Layout, unit: LabelUnit) -> Self:
        """From the counted labels of each window."""
        counted = [Labelled.of(cells, layout, unit) for cells in windows]
        classes = unit.classes is not None
        return cls(
            rows=np.array([_rows(one, unit) for one in counted]),
            losses=np.array([_loss(one, unit) for one in counted]),
            predicted=np.array([one.prediction.sum() for one in counted]),
            labels=np.array([0.0 if classes else one.label.sum() for one in counted]),
            cells=_cells(windows, counted, layout, unit),
        )


def _cells(windows: Sequence[LabelCells], counted: Sequence[Labelled], layout: Layout, unit: LabelUnit) -> Floats:
    """[windows, 2, cells] rows with label 0 and 1 by cell of the prediction; no cell where labels are others."""
    line = on_a_line(layout) if unit.truths else None
    if line is None:
        return np.zeros((len(windows), 2, 0))
    out = np.zeros((len(windows), 2, line.size))
    for k, (state, one) in enumerate(zip(windows, counted, strict=True)):
        plain = state.codes[(state.codes >= BEYOND_LOW) & (state.codes < line.high_inf)]
        out[k, 0, plain], out[k, 1, plain] = one.n - one.label, one.label
    return out


def _rows(one: Labelled, unit: LabelUnit) -> float:
    if unit.layout is not None and unit.classes is None:
        return one.errors.rows if one.errors is not None else 0.0
    return one.rows


def _loss(one: Labelled, unit: LabelUnit) -> float:
    """Loss of all rows of a window; 0 where it has none."""
    if one.rows == 0:
        return 0.0
    if unit.classes is not None:
        return float(one.rows - one.label.sum())
    if unit.layout is not None:
        return one.errors.absolute * one.errors.rows if one.errors is not None else 0.0
    score = np.clip(one.score, LEAST, 1 - LEAST)
    return float(-(one.label * np.log(score) + (one.n - one.label) * np.log1p(-score)).sum())
