"""Laws of deciding: quantiles, records, tails. Judging has its own in test_judging.py, so have incidents."""

import warnings
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tidegauge.core.errors import CorruptBlob
from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import median, quantile, spread
from tidegauge.decisions.tail import Tail, fit_tail, threshold
from tidegauge.stages.findings import explained
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED

# levels lie on scales near 1; the square of a number below 1e-150 is no longer exact, and no share or mean is one
sizes = st.one_of(st.just(0.0), st.floats(1e-100, 1e6), st.floats(-1e6, -1e-100))
gaps = st.one_of(sizes, st.just(float("nan")))
tables = array_shapes(min_dims=2, max_dims=2, max_side=12).flatmap(
    lambda shape: arrays(np.float64, shape, elements=gaps)
)


@given(tables, st.floats(0, 1))
def test_quantile_is_numpys(values: np.ndarray, q: float) -> None:
    """Gaps left out, linear in between, NaN where a column has nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy warns of columns without a value; ours does not
        expected = np.nanquantile(values, q, axis=0)
    np.testing.assert_allclose(quantile(values, q), expected, rtol=1e-9, atol=1e-6)


@given(tables)
def test_spread_scales_and_ignores_order(residuals: np.ndarray) -> None:
    both = spread(residuals), spread(3 * residuals[::-1])
    np.testing.assert_allclose(3 * both[0], both[1], rtol=1e-9)
    assert np.all((both[0] >= 0) | np.isnan(both[0]))
    assert np.all(spread(np.zeros((9, 2))) == 0)
    assert np.isnan(median(np.full((3, 1), np.nan))).all()


@settings(max_examples=40)
@given(st.integers(0, 5), st.integers(0, 4), st.integers(1, 6), st.data())
def test_record_reads_back_what_it_kept(k: int, d: int, p: int, data: st.DataObject) -> None:
    """Levels and rows to the last bit, all else with the digits of a short float, as every later decision sees it."""

    def floats(*shape: int) -> np.ndarray:
        return np.asarray(data.draw(arrays(np.float64, shape, elements=st.floats(width=32))))

    record = Record(
        signal_set="0123456789abcdef",
        n=data.draw(st.floats(0, 1e12)),
        x=np.asarray(data.draw(arrays(np.float64, (k,), elements=st.floats()))),
        error=floats(k),
        residuals=floats(p, k),
        distances=floats(4, d),
        z=floats(k + d),
        slow=floats(3, k),
        pooled=floats(3, k),
        slow_z=floats(k),
        slow_strength=data.draw(st.floats(0, 1e3, width=32)),
    )
    blob = record.to_blob()
    again = Record.from_blob(blob)
    assert again.to_blob() == blob
    for field in fields(Record):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(record, field.name))
    assert record.kept().to_blob() == record.kept().kept().to_blob() == blob
    at = data.draw(st.integers(0, len(blob) - 1))
    broken = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
    with pytest.raises(CorruptBlob, match="Decide the window again"):
        Record.from_blob(broken)


def test_a_record_keeps_seven_digits_of_what_is_only_compared() -> None:
    third = np.full(1, 1 / 3)
    record = Record("v", 1 / 3, third, third, third[None], third[None], third, third[None], third[None], third)
    kept = record.kept()
    assert (kept.n, kept.x[0]) == (1 / 3, 1 / 3)
    assert kept.z[0] != 1 / 3
    assert kept.z[0] == pytest.approx(1 / 3, rel=1e-7)


LIGHT = np.array([True, False, True, False])
SHAPES = np.array([0.0, 0.1, 0.0, -0.05])
WEIGHTS = SignalSet((Signal("a", "x"), Signal("a", "y"), Signal("b", "x"), Signal("a", "r", others=("c",))), ()).groups
past_z = arrays(np.float64, (30, 4), elements=st.floats(0, 8))


def a_tail(z: np.ndarray, budget: float = 0.03) -> Tail:
    """Of four numbers: two of a, one of b, one of a and c together."""
    return fit_tail(z, LIGHT, SHAPES, WEIGHTS, budget)


@given(st.integers(0, 999), st.integers(2, 5000), st.floats(1e-4, 0.2))
def test_a_threshold_is_higher_for_more_numbers_a_shorter_past_and_a_stranger_one(
    seed: int, numbers: int, budget: float
) -> None:
    strongest = np.random.default_rng(seed).exponential(1, 60)
    here = threshold(strongest, numbers, budget)
    assert threshold(strongest, 2 * numbers, budget) >= here
    assert threshold(strongest, numbers, budget / 2) >= here
    assert threshold(np.full(60, 3.0), numbers, budget) <= threshold(np.full(20, 3.0), numbers, budget)
    assert threshold(strongest + 1, numbers, budget) >= here
    # what is so of any monitor holds the rest back: a past that is stranger by one moves it by a quarter
    assert threshold(strongest + 1, numbers, budget) <= max(here, SHIPPED.decisions.threshold.least) + 0.25 + 1e-9


TIES = SignalSet(
    (
        *(Signal("x", "pair-information", others=(c,)) for c in "abc"),
        *(Signal(c, "residual-fit", relation=True) for c in "ab"),
        *(Signal(c, "broken-groups", others=("x", "c"), shared=False) for c in "ab"),
        *(Signal(c, "location") for c in "abcxy"),
    ),
    (),
)


@pytest.mark.parametrize(
    ("strange", "first"),
    [
        (["x:pair-information:a", "x:pair-information:b", "x:pair-information:c"], "x"),  # swapped codes of x
        (["x:pair-information:a", "x:pair-information:b", "a:residual-fit", "b:residual-fit"], "x"),
        (["x:pair-information:a", "a:residual-fit", "a:location"], "a"),  # a alone moved: b and c go with x still
        (["a:broken-groups:xc", "b:broken-groups:xc"], "a"),  # what is fixed is to blame, not what fixes it
        (["y:location", "x:pair-information:a"], "y"),
    ],
)
def test_the_column_that_explains_most_comes_first(strange: list[str], first: str) -> None:
    told = np.array(
        [5.0 * (":".join(filter(None, (t.column, t.statistic, "".join(t.others)))) in strange) for t in TIES.signals]
    )
    assert np.count_nonzero(told) == len(strange)
    found = explained(told, TIES)
    assert max(found, key=lambda c: (found[c], c == first)) == first


def test_numbers_of_one_segment_corroborate_each_other() -> None:
    signals = [Signal("late", s, segment) for segment in ("*", "carrier=UA", "carrier=EV") for s in ("auc", "contrast")]
    several = SignalSet((*signals, Signal("late", "auc", "carrier=B6")), ())
    columns, groups = several.weights.shape[1], several.groups
    np.testing.assert_array_equal(groups[:, :columns], several.weights)
    assert groups.shape[1] == columns + 2, "a segment with one number has nobody to be corroborated by"
    assert [np.flatnonzero(groups[:, k]).tolist() for k in (columns, columns + 1)] == [[2, 3], [4, 5]]


@given(past_z, st.floats(0.001, 0.1))
def test_surprise_grows_with_z_and_the_threshold_with_thrift(z: np.ndarray, budget: float) -> None:
    tail = a_tail(z, budget)
    steps = np.linspace(0, 40, 200)[:, None] * np.ones(4)
    surprise = tail.surprise(steps)
    assert np.all(np.diff(surprise, axis=0) >= -1e-12)
    assert np.all(surprise >= 0)
    assert np.all(np.diff(tail.corroborated(surprise), axis=0) >= -1e-12)
    assert np.all(np.diff(tail.strongest(surprise)) >= -1e-12)
    assert tail.threshold >= SHIPPED.decisions.threshold.least
    assert a_tail(z, budget / 4).threshold >= tail.threshold
    # the edge of a band is where the signal alone crosses the threshold
    reach = tail.reach()
    np.testing.assert_allclose(tail.surprise(reach), np.maximum(tail.threshold, tail.signals.base), rtol=1e-9)


@given(past_z, st.lists(st.floats(0, 40) | st.just(float("nan")), min_size=4, max_size=4), st.floats(0.1, 6))
def test_widened_is_never_more_surprising(z: np.ndarray, odd: list[float], most: float) -> None:
    """And of the z themselves no more than asked for; what nothing was said of stays as it is."""
    tails = a_tail(z).signals
    wide = tails.widened(np.array(odd), most)
    steps = np.linspace(0, 60, 120)[:, None] * np.ones(4)
    assert np.all(wide.surprise(steps) <= tails.surprise(steps) + 1e-12)
    told = ~np.isnan(odd)
    allowed = np.maximum(most, tails.base + 1e-3)
    assert np.all(wide.surprise(np.nan_to_num(odd))[told] <= allowed[told] + 1e-9)
    np.testing.assert_array_equal(wide.surprise(steps)[:, ~told], tails.surprise(steps)[:, ~told])


@given(past_z, arrays(np.float64, 4, elements=st.floats(0, 60)), arrays(np.bool_, 4), past_z)
def test_a_dismissal_moves_only_what_it_names(
    z: np.ndarray, odd: np.ndarray, mine: np.ndarray, others: np.ndarray
) -> None:
    tail = a_tail(z)
    heeded = tail.heeding(odd, mine)
    assert heeded.threshold == tail.threshold
    np.testing.assert_array_equal(heeded.surprise(others)[:, ~mine], tail.surprise(others)[:, ~mine])
    assert np.all(heeded.surprise(others) <= tail.surprise(others) + 1e-12)
    untouched = WEIGHTS[mine].sum(axis=0) == 0
    surprise = tail.surprise(others)
    before, after = tail.corroborated(surprise)[:, untouched], heeded.corroborated(surprise)[:, untouched]
    np.testing.assert_array_equal(after, before)
    alone = heeded.surprise(np.where(mine, odd, 0.0))
    assert heeded.strongest(alone) <= max(tail.threshold, float(tail.signals.base.max(initial=0)) + 1e-3)


@pytest.mark.parametrize("cut", [0, 5, 30])
def test_a_record_cut_short_is_told(cut: int) -> None:
    with pytest.raises(CorruptBlob):
        Record.from_blob(b"TR" + bytes(cut))
