"""Laws of deciding: quantiles, records, tails. Incidents have theirs in test_incidents.py."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tidegauge.decisions.record import Record
from tidegauge.decisions.robust import median, quantile, spread
from tidegauge.decisions.tail import LEAST_THRESHOLD, fit_tail
from tidegauge.errors import CorruptBlob

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


@given(st.integers(0, 5), st.integers(0, 4), st.integers(1, 6), st.data())
def test_record_reads_back_what_it_wrote(k: int, d: int, p: int, data: st.DataObject) -> None:
    def floats(*shape: int) -> np.ndarray:
        return np.asarray(data.draw(arrays(np.float64, shape, elements=st.floats(width=64))))

    record = Record("0123456789abcdef", 7.0, floats(k), floats(k), floats(p, k), floats(4, d), floats(k + d))
    blob = record.to_blob()
    again = Record.from_blob(blob)
    assert again.to_blob() == blob
    np.testing.assert_array_equal(again.residuals, record.residuals)
    at = data.draw(st.integers(0, len(blob) - 1))
    broken = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
    with pytest.raises(CorruptBlob):
        Record.from_blob(broken)


@given(arrays(np.float64, (30, 4), elements=st.floats(0, 8)), st.floats(0.001, 0.1))
def test_surprise_grows_with_z_and_the_threshold_with_thrift(z: np.ndarray, budget: float) -> None:
    light = np.array([True, False, True, False])
    tail = fit_tail(z, light, np.full(4, 2.0), budget)
    steps = np.linspace(0, 40, 200)[:, None] * np.ones(4)
    surprise = tail.surprise(steps)
    assert np.all(np.diff(surprise, axis=0) >= -1e-12)
    assert np.all(surprise >= 0)
    assert tail.threshold >= LEAST_THRESHOLD
    assert fit_tail(z, light, np.full(4, 2.0), budget / 4).threshold >= tail.threshold
    # the edge of a band is where the term alone crosses the threshold
    reach = tail.reach()
    np.testing.assert_allclose(tail.surprise(reach), np.maximum(tail.threshold, tail.base), rtol=1e-9)


@pytest.mark.parametrize("cut", [0, 5, 30])
def test_a_record_cut_short_is_told(cut: int) -> None:
    with pytest.raises(CorruptBlob):
        Record.from_blob(b"TR" + bytes(cut))
