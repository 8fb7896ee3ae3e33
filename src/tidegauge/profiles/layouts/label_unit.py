"""The unit that labels are counted in: that of 0 and 1, one by the labels' own spread, or a list of classes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tidegauge.core.own_metric import OwnMetric
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.numeric import NumericLayout, on_a_line

LABEL_BITS = 20  # labels 0 and 1 are counted as floor(label · 2²⁰), which is exact
FARTHEST = 2.0**32  # beyond it one of these counts as if it lay there


class Ranked(NamedTuple):
    """Which rows are ranked together, and how many of them are looked at first."""

    query: str  # a column of the log
    id: str  # that of a row: of equal scores its digest decides
    top: int


@dataclass(frozen=True, slots=True)
class LabelUnit:
    """A label as the integer that sums add: floor((label − start) · scale); beyond the ends, that of the end."""

    start: float = 0.0
    scale: float = 2.0**LABEL_BITS
    lowest: float = -FARTHEST
    highest: float = FARTHEST
    spread: float = 1.0  # in which a bias is told: 1 where labels are 0 and 1
    layout: NumericLayout | None = None  # the labels' own, where they are numbers
    thresholds: tuple[float, ...] = ()  # of a score, at which rows with labels 0 and 1 are counted apart
    classes: CategoricalLayout | None = None  # those told apart, where labels are compared with a predicted class
    scores: tuple[tuple[str, str], ...] = ()  # class → the log's column with its score, by the classes' names
    ranked: Ranked | None = None  # where labels are how relevant rows of a query are
    metrics: tuple[OwnMetric, ...] = ()  # of the monitor's own, over labelled rows

    @property
    def own(self) -> Layout | None:
        """The labels' own layout, where they are numbers or classes; 0 and 1 need none."""
        return self.layout if self.classes is None else self.classes

    @property
    def truths(self) -> bool:
        """Whether labels are 0 and 1."""
        return self.own is None and self.ranked is None

    @property
    def usual(self) -> bool:
        """Whether rows are counted at the threshold that is counted at where nobody says otherwise, or at none."""
        return self.thresholds in ((), USUAL)


TRUTHS = LabelUnit()
USUAL = (0.5,)
NO_CLASSES = CategoricalLayout(())  # of labels that nobody has seen yet


def unit_of(layout: NumericLayout | None, thresholds: tuple[float, ...] = ()) -> LabelUnit:
    """The unit of labels by the layout of their first sample.

    >>> import numpy as np
    >>> from tidegauge.profiles.layouts.cuts import cut_numeric
    >>> unit_of(cut_numeric(np.array([0.0, 1.0, 1.0]))) == TRUTHS
    True
    >>> unit_of(cut_numeric(np.array([1e10, 2e10, 3e10]))).spread
    10000000000.0
    """
    if layout is None or (layout.whole and layout.least >= 0 and layout.most <= 1):
        return replace(TRUTHS, thresholds=thresholds)
    return LabelUnit(layout.start, layout.scale, layout.lowest, layout.highest, layout.spread, layout)


def unit_of_classes(layout: Layout | None, scores: Mapping[str, str] | None = None) -> LabelUnit:
    """The unit of labels that are compared with a predicted class; `layout`: that of their first sample.

    >>> from tidegauge.profiles.layouts.categorical import CategoricalLayout
    >>> unit_of_classes(CategoricalLayout(("cat", "dog")), {"dog": "p_dog", "cow": "p_cow", "cat": "p_cat"}).scores
    (('cat', 'p_cat'), ('dog', 'p_dog'))
    """
    classes = NO_CLASSES if layout is None or on_a_line(layout) is not None else CategoricalLayout(tuple(layout.named))
    told = sorted((name, column) for name, column in (scores or {}).items() if name in classes.values)
    return LabelUnit(classes=classes, scores=tuple(told))
