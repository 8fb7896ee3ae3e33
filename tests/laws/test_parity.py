"""Laws of rates of groups: shares of rows, and intervals of their ratios that end where a test begins to refuse."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tidegauge.parity import RATES
from tidegauge.parity.base import ParityRate
from tidegauge.parity.ratio_interval import ratio_interval
from tidegauge.profiles.tasks.confusion import Confusion
from tidegauge.tuning.parity_tuning import ParityTuning

Z = ParityTuning().sure
PEERS = Path(__file__).with_name("parity_peers.json")  # of fairlearn 0.15.0 and statsmodels 0.15.0: benchmarks/peers
ROWS = st.integers(1, 5000)
COUNTS = st.builds(Confusion, *[st.integers(0, 3000).map(float)] * 4)


@pytest.mark.parametrize("rate", RATES.values(), ids=list(RATES))
@given(rows=COUNTS)
def test_a_rate_is_a_share_of_rows(rate: ParityRate, rows: Confusion) -> None:
    hits, of = rate.of(rows)
    assert 0 <= hits <= of <= rows.rows


@given(rows=ROWS, base_rows=ROWS, share=st.floats(0, 1), base_share=st.floats(0, 1))
def test_an_interval_holds_its_ratio_and_turns_over_with_it(
    rows: int, base_rows: int, share: float, base_share: float
) -> None:
    hits, base_hits = round(share * rows), round(base_share * base_rows)
    low, high = ratio_interval(hits, rows, base_hits, base_rows, Z)
    assert 0 <= low <= high
    if hits and base_hits:
        ratio = hits / rows / (base_hits / base_rows)
        assert low * (1 - 1e-9) <= ratio <= high * (1 + 1e-9)
    back_low, back_high = ratio_interval(base_hits, base_rows, hits, rows, Z)
    assert back_high == math.inf if low == 0 else back_high == pytest.approx(1 / low, rel=1e-6)
    assert back_low == 0 if high == math.inf else back_low == pytest.approx(1 / high, rel=1e-6)


def told_by_peers() -> Iterator[tuple[str, dict[str, Confusion], dict[str, float], list[float] | None]]:
    for row in json.loads(PEERS.read_text(encoding="utf-8")):
        groups = {name: Confusion(*counts) for name, counts in row["counts"].items()}
        for name in RATES:
            yield name, groups, row["rates"][name], row["intervals"][name]


def test_rates_are_those_of_fairlearn() -> None:
    compared = 0
    for name, groups, theirs, _ in told_by_peers():
        for group, rows in groups.items():
            hits, of = RATES[name].of(rows)
            if of:
                assert hits / of == theirs[group]
                compared += 1
    assert compared > 250


def test_intervals_are_those_of_statsmodels_where_no_share_is_0_or_1() -> None:
    """Where one is, its own may leave the ratio outside: `benchmarks.parity` counts how often."""
    compared = 0
    for name, groups, _, theirs in told_by_peers():
        (hits, of), (base_hits, base_of) = (RATES[name].of(groups[g]) for g in ("group", "base"))
        if theirs is None or not (0 < hits < of and 0 < base_hits < base_of):
            continue
        assert ratio_interval(hits, of, base_hits, base_of, Z) == pytest.approx(theirs, rel=1e-6)
        compared += 1
    assert compared > 80


def test_equal_groups_are_seldom_outside_and_twice_as_many_are_found() -> None:
    g, size = np.random.default_rng(5), 2000
    found = {1.0: 0, 0.4: 0}
    for ratio in found:
        for _ in range(size):
            rows, base_rows, p = int(g.integers(200, 1000)), int(g.integers(1000, 4000)), g.uniform(0.2, 0.9)
            hits, base_hits = int(g.binomial(rows, p * ratio)), int(g.binomial(base_rows, p))
            low, high = ratio_interval(hits, rows, base_hits, base_rows, Z)
            found[ratio] += high < 0.8 or low > 1.25
    assert found[1.0] / size <= stats.binom.ppf(0.999, size, 0.025) / size
    assert found[0.4] / size >= 0.9
