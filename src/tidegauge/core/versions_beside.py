"""Two versions of a model on the same windows, as frozen values."""

from dataclasses import dataclass
from math import isfinite, nan

from tidegauge.core.window import WHOLE, Window


@dataclass(frozen=True, slots=True)
class BesideFigure:
    """One number of both versions, over all windows that both have rows in."""

    segment: str  # WHOLE, or one
    statistic: str
    title: str
    unit: str
    values: tuple[float, float]  # of the one, of the other
    intervals: tuple[tuple[float, float], tuple[float, float]]  # 90 %, by the rows alone
    difference: float = nan  # of the other minus the one
    low: float = nan  # the ends of its 90 % interval, by how it differs from window to window (jackknife)
    high: float = nan

    @property
    def is_said(self) -> bool:
        """Whether it can be said of both."""
        return all(map(isfinite, self.values))

    @property
    def is_apart(self) -> bool:
        """Whether windows agree on which of the two is higher."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class VersionsBeside:
    """What two versions said of the same windows, and how good they were where labels have come."""

    monitor: str
    column: str  # that names the version
    versions: tuple[str, str]
    windows: tuple[Window, ...]  # that both have rows in
    labelled_windows: tuple[Window, ...]  # of these, those whose labels are counted
    rows: tuple[int, int]
    labelled: tuple[int, int]
    prediction: str
    figures: tuple[BesideFigure, ...]  # of predictions first, then of labels; the whole first, then by segment

    @property
    def whole(self) -> tuple[BesideFigure, ...]:
        """Those of all rows."""
        return tuple(f for f in self.figures if f.segment == WHOLE)
