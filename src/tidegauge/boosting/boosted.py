"""One column given the others: a ridge regression, and boosted trees on what it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tidegauge.boosting.design import TINY, Design
from tidegauge.boosting.model_rows import Bins, Floats, Ints, ModelColumns, ModelRows
from tidegauge.boosting.trees import boost
from tidegauge.tuning.boosting_tuning import BoostingTuning
from tidegauge.tuning.tuning import SHIPPED


@dataclass(frozen=True)
class Boosted:
    """A fitted model as plain arrays: they are what is stored, hashed and scored; no learner is needed to read them.

    A tree's levels ask one question each, so that a row's leaf is a sum of bits and a window is scored in one numpy
    expression. The ridge extrapolates a little, the trees never; the sum is kept within the target's past range.

    Source: A. Hoerl, R. Kennard, Ridge regression (1970); the trees: see `boost`.
    """

    design: Design
    weights: Floats
    base: float
    low: float
    high: float
    scale: float  # the 80 % quantile of past absolute residuals: the unit of a residual
    features: Ints  # [trees, depth]
    steps: Ints  # [trees, depth] a bin above this sets the bit
    leaves: Floats  # [trees, 2^depth]

    @classmethod
    def fit(
        cls,
        rows: ModelRows,
        target: Floats,
        columns: tuple[str, ...],
        *,
        trees: int,
        depth: int,
        tuning: BoostingTuning = SHIPPED.boosting,
    ) -> Self:
        """Fit on rows whose target is known; at least 200 of them, and not all alike."""
        low, high = (float(q) for q in np.quantile(target, (tuning.tails, 1 - tuning.tails)))
        y = np.clip(target, low, high)
        design = Design.plain(rows, *_kinds(columns, rows.coder), tuning)
        a = design.ridge(rows)
        base = float(y.mean())
        weights = np.linalg.solve(a.T @ a + tuning.ridge * np.eye(a.shape[1]), a.T @ (y - base)).astype(np.float64)
        left = y - base - a @ weights
        design = design.ordered(rows, left, tuning)
        features, steps, leaves = boost(design.bins(rows), left, trees, depth, tuning)
        pad = tuning.beyond * (high - low)
        raw = cls(design, weights, base, low - pad, high + pad, 1.0, features, steps, leaves)
        error = np.abs(y - raw.predict(rows))
        scale = max(float(np.quantile(error, tuning.unit)), tuning.least_unit * float(y.std()), TINY)
        return replace(raw, scale=scale)

    def predict(self, rows: ModelRows) -> Floats:
        """[n] the target to be expected of each row."""
        trees, depth = self.features.shape
        bins: Bins = np.ascontiguousarray(self.design.bins(rows).T)
        leaf = np.zeros((trees, len(rows)), dtype=np.min_scalar_type((1 << depth) - 1))
        for d in range(depth):
            leaf = 2 * leaf + (bins[self.features[:, d]] > self.steps[:, d, None])
        boosted = self.leaves[np.arange(trees)[:, None], leaf].sum(axis=0)
        out: Floats = np.clip(self.base + self.design.ridge_sum(rows, self.weights) + boosted, self.low, self.high)
        return out

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All that is learnt, by name, [as the fields say]."""
        d = self.design
        return {
            "centre": d.centre, "width": d.width, "knots": d.knots, "cuts": d.cuts, "order": d.order,
            "weights": self.weights, "features": self.features, "steps": self.steps, "leaves": self.leaves,
            "scalars": np.array([self.base, self.low, self.high, self.scale]),
        }  # fmt: skip

    @classmethod
    def of(
        cls,
        columns: tuple[str, ...],
        coder: ModelColumns,
        arrays: Mapping[str, NDArray[np.generic]],
        tuning: BoostingTuning = SHIPPED.boosting,
    ) -> Self:
        """The model that `arrays` were taken of."""
        a = {k: v.astype(np.float64) for k, v in arrays.items()}
        numbers, categories = _kinds(columns, coder)
        cut = a["centre"], a["width"], a["knots"], a["cuts"], a["order"]
        design = Design(numbers, categories, *cut, tuning.reach)
        base, low, high, scale = (float(v) for v in a["scalars"])
        features, steps = a["features"].astype(np.int64), a["steps"].astype(np.int64)
        return cls(design, a["weights"], base, low, high, scale, features, steps, a["leaves"])


def _kinds(columns: tuple[str, ...], coder: ModelColumns) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of numbers, and those of categories."""
    return tuple(c for c in columns if c in coder.edges), tuple(c for c in columns if c in coder.named)
