"""Cells of labels that are classes, pairs of predicted and true class, as another list of classes numbers them."""

from collections.abc import Sequence

import numpy as np

from tidegauge.profiles.states.label_cells import UNREAL, LabelCells

OTHER = 0  # the number of a class that is not told apart; the others begin at 1


def renamed(cells: LabelCells, before: Sequence[str], names: Sequence[str], *, scored: bool) -> LabelCells:
    """A state by the classes `before` as it is by `names`; those that either list lacks are one.

    `scored`: whether what was counted by the classes' scores is of the same ones, and stays.
    """
    wide, place = len(names) + 1, {name: k for k, name in enumerate(names, 1)}
    own = np.array([OTHER, *(place.get(name, OTHER) for name in before), wide], dtype=np.int64)
    kept = (cells.codes >= UNREAL) | scored
    codes, *others = (f[kept] for f in (cells.codes, cells.counts, cells.labels, cells.parts, cells.truths))
    answer, true = np.divmod(np.maximum(codes, 0), len(before) + 1)
    codes = np.where(codes >= 0, own[answer] * wide + own[true], codes)
    return LabelCells.zero() + LabelCells(codes, *others, sums=cells.sums if scored else {})
