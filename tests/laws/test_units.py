"""What is said of a column does not depend on the unit that it is written in, nor on where its zero lies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import tidegauge
from tests.laws.agreeing import agree
from tests.laws.frames import numpy_profile
from tests.shapes import SHAPES, SHIFTS, WHOLE, Values, spread
from tidegauge.profiles.kinds.every import stack
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.states.stack import Stack
from tidegauge.statistics import LEVELS, STATISTICS

ROWS = 600


def stacks(before: Values, now: Values) -> tuple[Stack, Stack]:
    """Both sides in the layout that the first one cuts."""
    layouts = {"x": cut_numeric(before)}
    now_cells, before_cells = ({"x": numpy_profile(layouts["x"], v.tolist())} for v in (now, before))
    return stack(layouts, [now_cells])[0], stack(layouts, [before_cells])[0]


@settings(max_examples=60)
@given(st.sampled_from(sorted(SHAPES)), st.sampled_from(sorted(SHIFTS)), st.integers(-300, 300), st.integers(0, 10_000))
@example("normal", "none", -300, 0)
@example("pareto 1.2", "2 % of values ×10", 300, 0)
def test_a_unit_that_is_a_power_of_two_changes_no_bit(shape: str, shift: str, power: int, seed: int) -> None:
    """But of what is told in the column's own unit, which is as many times as large."""
    random = np.random.default_rng(seed)
    before = SHAPES[shape](random, ROWS)
    now = SHIFTS[shift](random, SHAPES[shape](random, ROWS), shape in WHOLE)
    times = 2.0**power
    plain, scaled = stacks(before, now), stacks(before * times, now * times)
    for statistic in STATISTICS.values():
        if "numeric" in statistic.applies:
            own = times if statistic.unit == "column" else 1.0
            a, b = statistic.between(*plain) * own, statistic.between(*scaled)
            agree(statistic.name, a, b)
    for level in LEVELS.values():
        if "numeric" in level.applies:
            agree(level.name, level.level(plain[0]), level.level(scaled[0]))
            agree(f"the error of {level.name}", level.error(plain[0]), level.error(scaled[0]))


@settings(max_examples=25)
@given(
    st.sampled_from(sorted(SHAPES)),
    st.booleans(),
    st.floats(-12, 12),
    st.floats(-1e6, 1e6),
    st.integers(0, 10_000),
)
@example("normal", True, 12.0, 1e6, 0)
@example("lognormal", False, -12.0, -1e6, 0)
def test_any_unit_and_any_zero_give_the_same_verdict(
    shape: str, shifted: bool, power: float, spreads: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    before, now = (SHAPES[shape](random, 4 * ROWS) for _ in range(2))
    wide = spread(before)
    now = now + 2 * wide if shifted else now
    times = 10.0**power
    verdicts = [
        tidegauge.compare(pd.DataFrame({"x": a}), pd.DataFrame({"x": b}), numeric=["x"]).verdict
        for a, b in ((before, now), ((before + spreads * wide) * times, (now + spreads * wide) * times))
    ]
    assert verdicts == ["changed", "changed"] if shifted else verdicts[0] == verdicts[1]


@pytest.mark.parametrize("times", [1e-12, 1e12])
def test_a_shift_of_small_numbers_is_no_smaller(times: float) -> None:
    values = np.random.default_rng(0).normal(0, 1, 2000)
    answer = tidegauge.compare(pd.DataFrame({"x": values * times}), pd.DataFrame({"x": (values + 1) * times}))
    assert answer.verdict == "changed"
