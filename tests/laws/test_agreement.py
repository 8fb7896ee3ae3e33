"""Laws of a segment's agreement: blind to what the whole window shares, keen on flipped labels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegauge.statistics.agreement import LabelAgreement
from tidegauge.statistics.labelled import Labelled

LEVEL = LabelAgreement()
CELLS = np.linspace(0.05, 0.95, 19)


def drawn(g: np.random.Generator, rows: int, moved: float = 0.0, *, flipped: bool = False) -> Labelled:
    """Rows whose labels follow their predictions, moved in logits; or the other way round."""
    cell = g.integers(0, len(CELLS), rows)
    p = CELLS[cell]
    y = (g.random(rows) < 1 / (1 + np.exp(-np.log(p / (1 - p)) - moved))).astype(np.float64)
    y = 1 - y if flipped else y
    n = np.bincount(cell, minlength=len(CELLS)).astype(np.float64)
    there = n > 0
    label = np.bincount(cell, y, len(CELLS)).astype(np.float64)
    return Labelled(n[there], label[there], (n * CELLS)[there], True)


def both(one: Labelled, other: Labelled) -> Labelled:
    """All rows of both."""
    cells = np.round(np.concatenate([one.prediction / one.n, other.prediction / other.n]), 6)
    at = np.unique(cells, return_inverse=True)[1]
    sums = (np.bincount(at, np.concatenate([getattr(one, f), getattr(other, f)])) for f in ("n", "label", "prediction"))
    n, label, prediction = (s.astype(np.float64) for s in sums)
    return Labelled(n, label, prediction, one.binary and other.binary)


def z_of(seed: int, rows: int, moved: float, *, flipped: bool = False) -> float:
    """The level of a segment of a window that is moved as a whole, in its own errors."""
    g = np.random.default_rng(seed)
    segment, rest = drawn(g, rows, moved, flipped=flipped), drawn(g, 2000, moved)
    whole = both(segment, rest)
    return LEVEL.level(segment, whole) / LEVEL.error(segment, whole)


@pytest.mark.parametrize("moved", [0.0, -1.5, 1.5])
def test_labels_that_follow_lie_within_their_error_whatever_the_weather(moved: float) -> None:
    z = np.array([z_of(seed, 150, moved) for seed in range(120)])
    assert abs(z.mean()) < 0.35
    assert 0.75 < z.std() < 1.25


@pytest.mark.parametrize("moved", [0.0, -1.5, 1.5])
def test_flipped_labels_lie_far_below(moved: float) -> None:
    z = np.array([z_of(seed, 150, moved, flipped=True) for seed in range(20)])
    assert z.max() < -6


@settings(max_examples=60)
@given(st.integers(0, 99), st.integers(20, 200), st.floats(-3, 3), st.booleans())
def test_late_and_early_are_the_same_story(seed: int, rows: int, moved: float, flipped: bool) -> None:
    """With labels and predictions both turned round, nothing has changed; nor in which order cells are listed."""
    g = np.random.default_rng(seed)
    segment = drawn(g, rows, moved, flipped=flipped)
    whole = both(segment, drawn(g, 500, moved))
    level = LEVEL.level(segment, whole)
    assert np.isfinite(level)

    def turned(x: Labelled) -> Labelled:
        return Labelled(x.n[::-1], (x.n - x.label)[::-1], (x.n - x.prediction)[::-1], True)

    assert LEVEL.level(turned(segment), turned(whole)) == pytest.approx(level, abs=1e-6)


def labelled(n: float, label: float, prediction: float, *, binary: bool = True) -> Labelled:
    """One cell."""
    return Labelled(np.array([n]), np.array([label]), np.array([prediction]), binary)


@pytest.mark.parametrize(
    ("segment", "whole"),
    [
        (labelled(7, 3, 3), labelled(100, 40, 40)),
        (labelled(95, 40, 40), labelled(100, 42, 42)),
        (labelled(50, 20, 20), labelled(100, 40, 40, binary=False)),
        (Labelled(np.zeros(0), np.zeros(0), np.zeros(0), True), labelled(100, 40, 40)),
    ],
)
def test_too_little_to_say(segment: Labelled, whole: Labelled) -> None:
    assert np.isnan(LEVEL.level(segment, whole))
    assert np.isnan(LEVEL.error(segment, whole))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1e300, 1e300))
def test_any_label_and_any_prediction_give_a_number(share: float, all_: float, prediction: float) -> None:
    """All late, none late; predictions that are no probabilities."""
    segment = labelled(20, round(20 * share), 20 * min(max(prediction, -1e290), 1e290))
    whole = Labelled(
        np.array([20.0, 80.0]), np.array([segment.label[0], round(80 * all_)]), np.array([10.0, 40.0]), True
    )
    assert np.isfinite(LEVEL.level(segment, whole))
    assert LEVEL.error(segment, whole) == pytest.approx(1 / np.sqrt(20))
