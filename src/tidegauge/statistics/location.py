"""Where a column's values lie."""

import numpy as np

from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.statistics.base import NUMERIC, Level
from tidegauge.statistics.scales import BOUNDLESS, FAR, away, bent, mean_of, ratio, squashed, straight
from tidegauge.statistics.statement import Question, Shown, over_cells
from tidegauge.statistics.statistic import Reads


class Location(Level):
    """Mean of asinh((v − middle) / spread), with middle and spread of the layout's sample.

    A mean that a storm moves little and a unit error much: near the middle asinh is the value itself, far out its
    logarithm, so one wild value cannot carry it away; nor can a few, for none counts as further out than 50 spreads.
    Where most rows lie further out than that, as after a change of unit, that is where the column is, and so it is
    told; the verdict is hardly another. The level that decisions follow for "higher or lower than usual"; read
    `mean-shift` for the plain mean.

    Shapes: stack [C, K] → [C]. Unit: asinh of spreads; `natural` gives spreads from the middle. Standard error
    s/√n with s the standard deviation on that scale, at least 0.2. nan for categorical columns or without rows.

    >>> from tidegauge.profiles.states.counted import counted
    >>> stack = counted([0, 1], [-2, 0, 2])
    >>> Location().level(stack).round(4), Location().natural(Location().level(stack)).round(4)
    (array([0.8814]), array([1.]))

    Source: J. Burbidge, L. Magee, A. Robb, Alternative transformations to handle extreme values (1988).
    """

    name = "location"
    title = "typical value"
    says = "typical value is {value}"
    plain = "values of {column} lie around {value}"
    reads = Reads.COLUMN
    shape = 0.2
    applies = NUMERIC
    floor = 0.03
    unit = "asinh spreads"
    far = float(bent(np.array(BOUNDLESS)))

    def _level(self, stack: Stack) -> Array:
        distance = away(stack)
        most = mean_of((np.abs(distance) > FAR).astype(np.float64), stack) > 0.5
        return np.where(most, bent(mean_of(np.arcsinh(distance), stack)), mean_of(squashed(stack), stack))

    def error(self, stack: Stack) -> Array:
        """[C] s/√n."""
        deviation = np.maximum(deviation_of(stack), 0.2)
        return np.sqrt(ratio(deviation**2, stack.finite))

    def natural(self, level: Array) -> Array:
        """[...] spreads from the middle."""
        out: Array = np.sinh(np.clip(straight(level), -700.0, 700.0))
        return out

    def read(self, level: float, layout: Layout | None = None) -> float:
        spreads = super().read(level)
        return spreads if layout is None else layout.placed(spreads)

    def sql(self, question: Question) -> Shown:
        layout = question.side.cells
        real = question.dialect.real
        most = f"sum(CASE WHEN abs(away) > {FAR!r} THEN n ELSE 0 END) * 2 > sum(n)"
        mean = f"CASE WHEN {most} THEN {real('sum(n * asinh(away)) / sum(n)')} ELSE {real('sum(n * a) / sum(n)')} END"
        return over_cells(question, f"{layout.middle!r} + {layout.spread!r} * sinh({mean})", nearly=True)


def deviation_of(stack: Stack) -> Array:
    """[C] standard deviation of the cells' means on the asinh scale."""
    values = squashed(stack)
    out: Array = np.sqrt(np.maximum(mean_of((values - mean_of(values, stack)[:, None]) ** 2, stack), 0.0))
    return out
