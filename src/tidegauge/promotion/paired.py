"""Two models on the same rows: how far apart they are, and how sure that is, by windows and not by rows.

Rows of a day share its weather, its campaigns and its outages, so they are far from independent. A test that takes them
for it promotes a quarter to a third of challengers that are no better (docs/models.md). So each test here has as many
observations as there are windows.
"""

import math
from dataclasses import dataclass

import numpy as np

from tidegauge.profiles.layouts.base import Floats
from tidegauge.promotion.window_sums import WindowSums


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better the challenger is (above 0: better), its standard error, and the windows that it rests on."""

    value: float
    error: float
    windows: int

    @property
    def z(self) -> float:
        """In standard errors; 0 where the models are the same."""
        if not math.isfinite(self.value):
            return 0.0
        if self.error > 0:
            return self.value / self.error
        return 0.0 if self.value == 0 else math.copysign(math.inf, self.value)

    @property
    def better(self) -> float:
        """The chance of so much in its favour, or more, were the two equally good: one-sided, by Student's t."""
        return upper(self.z, self.windows - 1)

    @property
    def worse(self) -> float:
        """The chance of so much against it, or more, were the two equally good."""
        return upper(-self.z, self.windows - 1)


def main_difference(champion: WindowSums, challenger: WindowSums) -> Difference:
    """By the main number over all windows together, each window left out once (jackknife).

    The main number is the area under the curve of labels 0 and 1, the mean absolute error of numbers, and the share of
    right answers of classes.
    """
    windows = len(champion.rows)
    sides = [_main(c, c.cells.sum(axis=0), c.losses.sum(), c.rows.sum()) for c in (champion, challenger)]
    left = [
        _main(c, c.cells.sum(axis=0) - c.cells, c.losses.sum() - c.losses, c.rows.sum() - c.rows)
        for c in (champion, challenger)
    ]
    apart = left[1] - left[0]
    error = math.sqrt((windows - 1) / windows * float(((apart - apart.mean()) ** 2).sum()))
    return Difference(float((sides[1] - sides[0]).item()), error, windows)


def loss_difference(champion: WindowSums, challenger: WindowSums) -> Difference:
    """By the mean loss of a row, windows as clusters."""
    saved, rows = champion.losses - challenger.losses, champion.rows
    return ratio(saved, rows)


def offset(course: WindowSums) -> Difference:
    """How far predictions lie above what came true, a row; windows as clusters."""
    return ratio(course.predicted - course.labels, course.rows)


def ratio(sums: Floats, rows: Floats) -> Difference:
    """A sum a row over windows [windows] of unequal size, with the error that clusters have."""
    windows, all_ = len(rows), float(rows.sum())
    if not all_:
        return Difference(math.nan, math.nan, windows)
    value = float(sums.sum()) / all_
    rest = sums - value * rows
    error = math.sqrt(float((rest**2).sum()) * windows / (windows - 1)) / all_
    return Difference(value, error, windows)


def area(cells: Floats) -> Floats:
    """[...] the area under the curve of rows [..., 2, cells] with label 0 and 1, cells from low to high."""
    zeros, ones = cells[..., 0, :], cells[..., 1, :]
    pairs = zeros.sum(-1) * ones.sum(-1)
    above = (ones * (np.cumsum(zeros, -1) - zeros / 2)).sum(-1)
    out: Floats = np.divide(above, pairs, out=np.full(np.shape(pairs), np.nan), where=pairs > 0)
    return out


def main_number(course: WindowSums) -> float:
    """The main number of one model over all windows: the greater, the better."""
    return float(_main(course, course.cells.sum(axis=0), course.losses.sum(), course.rows.sum()).item())


def _main(course: WindowSums, cells: Floats, losses: Floats, rows: Floats) -> Floats:
    if course.ranked:
        return area(cells)
    return -np.asarray(losses, dtype=np.float64) / np.maximum(np.asarray(rows, dtype=np.float64), 1.0)


def upper(t: float, freedom: int) -> float:
    """The chance that Student's t with so many whole degrees of freedom exceeds `t`, exactly.

    >>> round(upper(1.770933, 13), 6), round(upper(-1.312527, 28), 6), upper(0.0, 5)
    (0.05, 0.9, 0.5)

    Source: M. Abramowitz, I. Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
    """
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2 == 1
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for k in range(2 if odd else 1, freedom, 2):
        total += term
        term *= cosine**2 * k / (k + 1)
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return min(max((1 - inside) / 2, 0.0), 1.0)
