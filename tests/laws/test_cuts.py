"""Any finite numbers get a layout, however close some lie to where a step ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.profiles.layouts.cuts import cut_numeric

# Beside a bound: of the subtraction of two such numbers nothing of the smaller is left.
BESIDE = st.sampled_from([0.0, 5e-324, -3.4e-174, -8.66e-22, 1e-9, 2.0**-40, 1 / 3, 0.5, 1.0, 3.0, -511.0, 2.0**40])


@given(st.lists(BESIDE | st.floats(-1e12, 1e12), min_size=1, max_size=30))
def test_every_number_has_a_place(values: list[float]) -> None:
    layout = cut_numeric(np.array(values))
    starts = [p.start for p in layout.pieces]
    assert starts == sorted(set(starts))
    assert layout.least == min(values)
    assert layout.most == max(values)


@pytest.mark.parametrize("tiny", [-3.4e-174, -5e-324])
def test_a_number_that_rounding_counts_beyond_a_bound(tiny: float) -> None:
    assert cut_numeric(np.array([-511.0, -8.65970999e-22, tiny, 0.5, 1.0, 1.0, 1.0])).pieces


@pytest.mark.parametrize("sign", [1, -1])
def test_the_least_value_lies_in_the_body_though_it_is_as_good_as_nothing(sign: int) -> None:
    """Beside a step of 1e229 it is 0 to a quotient; one cell of its own that lay below the body was never found."""
    values = sign * np.array([0.0, 2.484028947681135e232, -1.3337808212112228e-105])
    layout = cut_numeric(values)
    assert all(layout.start <= v < layout.stop for v, _ in layout.atom_codes)
    assert (layout.codes(values) != layout.codes(np.array([-np.inf]))).all()
    assert layout.start <= values.min() <= values.max() < layout.stop
