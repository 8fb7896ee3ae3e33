"""Boosting against what does not share a line with it.

Three oracles. *scikit-learn's gradient boosting*: of trees with one question an oblivious tree is any tree, so on
binned columns, without shrinkage and without drawing rows, every prediction must be the same. *Exact fractions*, in
plain Python loops over rows: of deeper trees, which no library grows alike (CatBoost's are oblivious too, and shrink
otherwise), every question must be the best there is and every leaf what it should be. *Least squares on rows that are
written out* for the ridge. Histograms, cumulated sums and `solve` are ours alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor

from tidegauge.boosting.boosted import Boosted
from tidegauge.boosting.model_rows import Floats, Ints
from tidegauge.boosting.trees import boost
from tidegauge.tuning.tuning import SHIPPED

Row = tuple[int, ...]
WHOLE = replace(SHIPPED.boosting, part=1.0)  # every tree sees all rows, so that no draw has to be shared


def said_by(bins: NDArray[np.uint8], features: Ints, steps: Ints, leaves: Floats) -> list[float]:
    """What trees say of each row, walked one row and one question at a time."""
    out = []
    for row in bins.tolist():
        amount = 0.0
        for tree in range(len(features)):
            leaf = 0
            for feature, step in zip(features[tree].tolist(), steps[tree].tolist(), strict=True):
                leaf = 2 * leaf + int(row[feature] > step)
            amount += float(leaves[tree, leaf])
        out.append(amount)
    return out


@pytest.mark.parametrize("seed", range(5))
def test_trees_of_one_question_are_those_of_scikit_learn(seed: int) -> None:
    g = np.random.default_rng(seed)
    bins = g.integers(0, 32, (700, 4)).astype(np.uint8)
    y = np.sin(bins[:, 0] / 5) + (bins[:, 1] > 20) * bins[:, 2] / 16 + g.normal(0, 0.3, 700)
    plain = replace(WHOLE, shrink=1e-12, rate=0.3)
    ours = said_by(bins, *boost(bins, y, 25, 1, plain))
    theirs = GradientBoostingRegressor(
        n_estimators=25, max_depth=1, learning_rate=0.3, init="zero", min_samples_leaf=1
    ).fit(bins.astype(np.float64), y)
    np.testing.assert_allclose(ours, theirs.predict(bins.astype(np.float64)), rtol=1e-9, atol=1e-9)


def gain(
    nodes: list[list[tuple[int, ...]]], left: Mapping[tuple[int, ...], Fraction], feature: int, step: int
) -> Fraction:
    """What one question explains, asked of every node: exact. A row is its bins, and its number."""
    shrink = Fraction(WHOLE.shrink)
    out = Fraction(0)
    for node in nodes:
        for side in (True, False):
            some = [row for row in node if (row[feature] > step) is side]
            out += sum((left[row] for row in some), Fraction(0)) ** 2 / (len(some) + shrink)
    return out


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(1, 3), st.integers(5, 40))
def test_every_question_is_the_best_and_every_leaf_exact(seed: int, depth: int, width: int, n: int) -> None:
    g = np.random.default_rng(seed)
    tuning = replace(WHOLE, bins=6)
    bins = g.integers(0, 6, (n, width)).astype(np.uint8)
    target = g.integers(-8, 9, n)
    features, steps, leaves = boost(bins, target.astype(np.float64), 2, depth, tuning)
    rows = [(*map(int, b), k) for k, b in enumerate(bins)]
    left = {row: Fraction(int(target[row[-1]])) for row in rows}
    for tree in range(2):
        nodes = [rows]
        for feature, step in zip(features[tree].tolist(), steps[tree].tolist(), strict=True):
            worth = {(f, s): gain(nodes, left, f, s) for f, s in product(range(width), range(6))}
            best = max(worth.values())
            assert float(best - worth[feature, step]) <= 1e-9 * float(best), "but for rounding: of equal ones any"
            nodes = [[r for r in node if (r[feature] > step) is side] for node in nodes for side in (False, True)]
        for leaf, node in enumerate(nodes):
            mean = sum((left[row] for row in node), Fraction(0)) / (len(node) + Fraction(tuning.shrink))
            assert leaves[tree, leaf] == pytest.approx(float(Fraction(tuning.rate) * mean), rel=1e-12, abs=1e-12)
            for row in node:
                left[row] -= Fraction(float(leaves[tree, leaf]))


def test_of_equally_good_questions_the_first_one_is_asked() -> None:
    """Two columns alike, and steps between which there is no row: whoever learns again must ask the same."""
    bins = np.array([[1, 1], [1, 1], [4, 4], [4, 4]], dtype=np.uint8)
    features, steps, _ = boost(bins, np.array([-1.0, -1.0, 1.0, 1.0]), 1, 1, replace(WHOLE, bins=6))
    assert (features.tolist(), steps.tolist()) == ([[0]], [[1]])


@dataclass
class FewColumns:
    """The columns of a few rows."""

    edges: Mapping[str, Floats]
    named: Mapping[str, int]

    def size(self, column: str) -> int:
        return self.named[column]


@dataclass
class FewRows:
    """Rows as arrays, without anything of ours about them."""

    values: Mapping[str, Floats]
    codes: Mapping[str, Ints]
    coder: FewColumns = field(init=False)

    def __post_init__(self) -> None:
        self.coder = FewColumns(
            {c: np.zeros(0) for c in self.values}, {c: int(v.max()) + 1 for c, v in self.codes.items()}
        )

    def __len__(self) -> int:
        return len(next(iter((*self.values.values(), *self.codes.values()))))

    def numbers(self, column: str) -> Floats:
        return self.values[column]

    def cells(self, column: str) -> Ints:
        return self.codes[column]


def some_rows(seed: int, n: int = 600) -> tuple[FewRows, Floats]:
    """Numbers with gaps, a category, and what they make together."""
    g = np.random.default_rng(seed)
    x, z, c = g.normal(3, 2, n), g.exponential(1, n), g.integers(0, 7, n)
    y = 2 * x + np.array([0.0, 3, -1, 2, 0, 5, 1])[c] + np.maximum(z - 1, 0) + g.normal(0, 0.2, n)
    x[g.random(n) < 0.1] = np.nan
    return FewRows({"x": x, "z": z}, {"c": c}), y


def test_the_ridge_is_least_squares_on_rows_that_are_written_out() -> None:
    """Pseudo-rows of zero are rows: what `solve` finds by the normal equations, `lstsq` finds without them."""
    rows, y = some_rows(1)
    model = Boosted.fit(rows, y, ("x", "z", "c"), trees=1, depth=1)
    design, reach, t = [], SHIPPED.boosting.reach, SHIPPED.boosting
    for name in ("x", "z"):
        known = rows.values[name][~np.isnan(rows.values[name])]
        value = (rows.values[name] - known.mean()) / known.std()
        value = np.where(np.isnan(value), 0.0, np.clip(value, -reach, reach))
        knots = np.quantile((known - known.mean()) / known.std(), t.knots)
        design += [
            np.isnan(rows.values[name]).astype(float),
            value,
            *(np.where(value > b, value - b, 0.0) for b in knots),
        ]
    design += [(rows.codes["c"] == k).astype(float) for k in range(7)]
    a = np.array(design).T
    clipped = np.clip(y, *np.quantile(y, (0.005, 0.995)))
    written = np.vstack([a, np.sqrt(t.ridge) * np.eye(a.shape[1])])
    wanted = np.linalg.lstsq(written, np.append(clipped - clipped.mean(), np.zeros(a.shape[1])), rcond=None)[0]
    np.testing.assert_allclose(model.weights, wanted, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("depth", [3, 9])
def test_a_prediction_is_what_its_arrays_say_row_by_row(depth: int) -> None:
    """Read back, too; and trees so deep that a leaf's number fits no byte."""
    rows, y = some_rows(2)
    columns = ("x", "z", "c")
    model = Boosted.fit(rows, y, columns, trees=10, depth=depth)
    bins = model.design.bins(rows)
    assert bins.dtype == np.uint8
    trees = np.array(said_by(bins.astype(np.uint8), model.features, model.steps, model.leaves))
    expected = np.clip(model.base + model.design.ridge(rows) @ model.weights + trees, model.low, model.high)
    np.testing.assert_allclose(model.predict(rows), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(Boosted.of(columns, rows.coder, model.arrays()).predict(rows), model.predict(rows))


def test_more_bins_than_a_byte_counts_are_told_apart() -> None:
    rows, y = some_rows(3, 4000)
    many = Boosted.fit(rows, y, ("x", "z", "c"), trees=5, depth=4, tuning=replace(SHIPPED.boosting, bins=600))
    bins = many.design.bins(rows)
    assert int(bins.max()) > 255
    assert len(np.unique(bins[:, 1])) > 500


def test_it_learns_what_there_is_to_learn() -> None:
    """On rows that it has not seen: far nearer than the target's own spread."""
    rows, y = some_rows(4, 2000)
    model = Boosted.fit(rows, y, ("x", "z", "c"), trees=60, depth=5)
    later, truth = some_rows(5, 2000)
    there = ~np.isnan(later.values["x"])
    error = np.abs(model.predict(later) - truth)[there]
    assert float(np.median(error)) < 0.1 * float(truth.std())
