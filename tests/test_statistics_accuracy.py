"""Statistics on profiles against the same ones on raw values: every shape × every shift, through the real layouts.

The reference is four windows of 250,000 values, the layout is cut from the first alone; the current window is another
250,000 values, shifted.
"""

from functools import lru_cache

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance

from tests.shapes import SHAPES, SHIFTS, WHOLE, Values, spread
from tidegauge.profiles.kinds.number_line import stack_numeric
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.stack import Stack
from tidegauge.statistics import STATISTICS

ROWS = 250_000
KOLMOGOROV_SMIRNOV = {"pareto 1.2": 0.02, "bimodal": 0.02}  # else 0.01
SAME = 1e-9

# with a module's scope pytest takes all tests of one case together, so that each is made once
every_case = pytest.mark.parametrize(("shape", "shift"), [(a, b) for a in SHAPES for b in SHIFTS], scope="module")


def profile(layout: NumericLayout, values: Values) -> Cells:
    """What an engine would count, by NumPy."""
    codes, at = np.unique(layout.codes(values), return_inverse=True)
    sums, lows, highs = np.zeros(len(codes), np.int64), np.full(len(codes), np.inf), np.full(len(codes), -np.inf)
    np.add.at(sums, at, layout.parts(values))
    np.minimum.at(lows, at, values)
    np.maximum.at(highs, at, values)
    return Cells(codes, np.bincount(at).astype(np.int64), sums, lows, highs)


@lru_cache(maxsize=1)
def reference(shape: str) -> tuple[NumericLayout, Stack, Values]:
    """Layout, profile and raw values of a shape's reference; tests come shape by shape, so one is enough to keep."""
    g = np.random.default_rng(11)
    windows = [SHAPES[shape](g, ROWS) for _ in range(4)]
    layout = cut_numeric(windows[0])
    return (
        layout,
        stack_numeric({"x": layout}, [{"x": profile(layout, w)} for w in windows]),
        np.sort(np.concatenate(windows)),
    )


@lru_cache(maxsize=1)
def case(shape: str, shift: str) -> tuple[Stack, Stack, Values, Values]:
    """Current and reference profile, current and (sorted) reference values."""
    layout, before, raw = reference(shape)
    g = np.random.default_rng(12)
    values = SHIFTS[shift](g, SHAPES[shape](g, ROWS), shape in WHOLE)
    return stack_numeric({"x": layout}, [{"x": profile(layout, values)}]), before, values, raw


def score(name: str, shape: str, shift: str) -> float:
    """A statistic's value on the profiles."""
    now, before, _, _ = case(shape, shift)
    return float(STATISTICS[name].between(now, before)[0])


@lru_cache(maxsize=1)
def exact(shape: str, shift: str) -> tuple[float, float]:
    """Kolmogorov-Smirnov and Wasserstein on raw values: scipy's numbers from one merge of sorted values."""
    _, _, values, raw = case(shape, shift)  # raw is sorted
    values = np.sort(values)
    every = np.concatenate([values, raw])
    every.sort(kind="stable")  # finds the two sorted runs
    below = np.searchsorted(values, every[:-1], "right") / len(values) - np.searchsorted(
        raw, every[:-1], "right"
    ) / len(raw)
    gap = np.abs(below)
    return float(gap.max()), float((gap * np.diff(every)).sum())


@pytest.mark.parametrize("shape", SHAPES, scope="module")
def test_the_oracle_is_scipy(shape: str) -> None:
    _, _, values, raw = case(shape, "scale ×1.2")
    ks, wasserstein = exact(shape, "scale ×1.2")
    assert ks == pytest.approx(ks_2samp(values, raw, method="asymp").statistic, rel=SAME)
    assert wasserstein == pytest.approx(wasserstein_distance(values, raw), rel=SAME)


@every_case
def test_kolmogorov_smirnov_is_that_of_raw_values(shape: str, shift: str) -> None:
    ks, _ = exact(shape, shift)
    assert abs(score("kolmogorov-smirnov", shape, shift) - ks) <= KOLMOGOROV_SMIRNOV.get(shape, 0.01)


@every_case
def test_wasserstein_is_that_of_raw_values(shape: str, shift: str) -> None:
    now, before, _, raw = case(shape, shift)
    _, distance = exact(shape, shift)
    # Without the extremes of each cell nobody knows where the three outermost values of a Pareto lie.
    within = 0.03 if now.lows is not None else 0.04
    assert score("wasserstein", shape, shift) == pytest.approx(distance, rel=within)
    assert score("wasserstein-normalised", shape, shift) == pytest.approx(distance / before.spread[0], rel=within)
    # The layout's spread is that of its own sample, a quarter of the reference.
    assert before.spread[0] == pytest.approx(spread(raw), rel=0.015)


@every_case
def test_moments_and_quantiles_are_those_of_raw_values(shape: str, shift: str) -> None:
    now, before, values, raw = case(shape, shift)
    unit = before.spread[0]
    mean = (values.mean() - raw.mean()) / unit
    assert score("mean-shift", shape, shift) == pytest.approx(mean, rel=1e-6, abs=1e-4)
    chances = (0.5, 0.1, 0.9)
    after, first = np.quantile(values, chances), np.quantile(raw, chances)
    for name, x, y in zip(("median-shift", "p10-shift", "p90-shift"), after, first, strict=True):
        cells = np.searchsorted(now.edges[0], [x, y], side="right")  # a quantile is right to the cell that it lies in
        wide = (now.edges[0][cells] - now.edges[0][cells - 1]).sum() / unit
        assert abs(score(name, shape, shift) - (x - y) / unit) <= wide, name


@every_case
def test_distances_are_those_of_an_independent_computation_on_the_same_cells(shape: str, shift: str) -> None:
    now, before, _, _ = case(shape, shift)
    a, b = now.counts[0], before.counts[0]
    p, q = a / a.sum(), b / b.sum()
    assert score("jensen-shannon", shape, shift) == pytest.approx(jensenshannon(p, q, base=2), abs=SAME)
    psi = 0.0
    for x, y in zip(p, q, strict=True):
        x, y = max(float(x), 1e-4), max(float(y), 1e-4)  # noqa: PLW2901
        psi += (x - y) * (np.log(x) - np.log(y))
    assert score("psi", shape, shift) == pytest.approx(psi, abs=SAME)
    assert score("hellinger", shape, shift) == pytest.approx(np.sqrt(1 - np.sqrt(p * q).sum()), abs=SAME)
    assert score("total-variation", shape, shift) == pytest.approx(1 - np.minimum(p, q).sum(), abs=SAME)
    used = (a + b) > 0
    chi = chi2_contingency(np.stack([a, b])[:, used], correction=False).statistic
    assert score("chi-squared", shape, shift) == pytest.approx(chi, rel=SAME)
    assert score("cramers-v", shape, shift) == pytest.approx(np.sqrt(chi / (a.sum() + b.sum())), abs=SAME)
