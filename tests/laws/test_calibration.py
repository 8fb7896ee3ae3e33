"""Expected labels by cell: against scikit-learn's curve, and against labels that are drawn."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from tidegauge.decisions.calibration import accuracy, area, expected_accuracy, expected_area, isotonic, smooth

CELLS = 60


def a_crowd(seed: int, rows: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows, labels, scores and true shares of cells."""
    g = np.random.default_rng(seed)
    score = (np.arange(CELLS) + 0.5) / CELLS
    n = g.multinomial(rows, g.dirichlet(np.ones(CELLS))).astype(np.float64)
    share = score ** g.uniform(0.6, 1.8)
    return n, g.binomial(n.astype(int), share).astype(np.float64), score, share


@pytest.mark.parametrize("seed", range(20))
def test_the_curve_is_scikit_learns(seed: int) -> None:
    n, ones, _, _ = a_crowd(seed)
    there = n > 0
    theirs = IsotonicRegression().fit_transform(np.flatnonzero(there), ones[there] / n[there], sample_weight=n[there])
    assert isotonic(n, ones)[there] == pytest.approx(theirs, abs=1e-12)


def test_a_curve_of_nothing_is_no_number() -> None:
    assert np.isnan(isotonic(np.zeros(4), np.zeros(4))).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_smooth_curve_is_near_to_the_true_one(seed: int) -> None:
    """Of a cell with few rows it is nearer than the cell's own share."""
    n, ones, score, share = a_crowd(seed)
    few = (n > 0) & (n < 30)
    found = smooth(n, ones, score, 50.0)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.abs(found - share)[few].mean() < 0.5 * np.abs(ones[few] / n[few] - share[few]).mean()


@pytest.mark.parametrize("seed", range(5))
def test_labels_drawn_scatter_as_expected(seed: int) -> None:
    """Mean and spread of accuracy and AUC over 4,000 draws, within what so many draws allow."""
    n, _, score, share = a_crowd(seed, 1500)
    drawn = np.random.default_rng(seed).binomial(n.astype(int), share, size=(4000, CELLS)).astype(np.float64)
    for expected, found in (
        (expected_accuracy(n, share, score), np.array([accuracy(n, ones, score) for ones in drawn])),
        (expected_area(n, share), np.array([area(n, ones) for ones in drawn])),
    ):
        assert expected.value == pytest.approx(found.mean(), abs=0.1 * found.std())
        assert expected.variance**0.5 == pytest.approx(found.std(), rel=0.06)
