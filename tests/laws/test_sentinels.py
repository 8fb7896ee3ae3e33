"""A sentinel in some of the rows blinds nothing: what the others do is seen, and the sentinel is asked about."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import tidegauge
from tidegauge.cli import main
from tidegauge.profiles.layouts.cuts import cut_numeric, far_apart
from tidegauge.profiles.sentinels import sentinels_among

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
VALUES = (1e15, -(2.0**63), 3.4028235e38, -999999999.0, -1e12)


def with_sentinel(values: Floats, sentinel: float, part: float) -> Floats:
    every = max(2, round(1 / part))
    return np.where(np.arange(len(values)) % every == 0, sentinel, values)


@pytest.mark.parametrize("part", [0.001, 0.004, 0.02, 0.3])
@pytest.mark.parametrize("sentinel", VALUES)
def test_what_the_other_rows_do_is_seen_and_the_median_is_right(sentinel: float, part: float) -> None:
    random = np.random.default_rng(3)
    before, now = (with_sentinel(random.normal(m, 10, 5000), sentinel, part) for m in (50, 150))
    answer = tidegauge.compare(pd.DataFrame({"x": before}), pd.DataFrame({"x": now}))
    assert answer.verdict == "changed"
    assert "a sentinel?" in answer["x"].sentence
    for side, rows in ((answer["x"].reference, before), (answer["x"].current, now)):
        assert side is not None
        assert side.median == pytest.approx(np.median(rows), abs=3)


@pytest.mark.parametrize("pair", [(1e15, -1e15), (-999999999.0, 3.4e38)])
def test_two_at_once(pair: tuple[float, float]) -> None:
    random = np.random.default_rng(3)
    before, now = (
        with_sentinel(with_sentinel(random.normal(m, 10, 5000), pair[0], 0.01), pair[1], 0.007) for m in (50, 60)
    )
    answer = tidegauge.compare(pd.DataFrame({"x": before}), pd.DataFrame({"x": now}))
    assert answer.verdict == "changed"
    assert answer["x"].current is not None
    assert answer["x"].current.median == pytest.approx(60, abs=3)
    assert answer["x"].sentence.count("a sentinel?") == 2


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from(["lognormal", "pareto", "cauchy", "zeros", "poisson"]))
def test_a_tail_is_none(seed: int, shape: str) -> None:
    """Nothing is said of columns that are only wide."""
    random = np.random.default_rng(seed)
    values: dict[str, Callable[[], Floats]] = {
        "lognormal": lambda: random.lognormal(0, 3, 4000),
        "pareto": lambda: random.pareto(1.2, 4000),
        "cauchy": lambda: random.standard_cauchy(4000),
        "zeros": lambda: np.where(random.random(4000) < 0.9, 0.0, random.exponential(50, 4000)),
        "poisson": lambda: random.poisson(3, 4000).astype(np.float64),
    }
    frame = pd.DataFrame({"x": values[shape]()})
    assert "sentinel" not in tidegauge.compare(frame, frame, numeric=["x"])["x"].sentence


@given(st.integers(0, 10_000), st.sampled_from(VALUES), st.sampled_from([0.003, 0.01, 0.2]))
def test_the_cells_of_the_others_hardly_change(seed: int, sentinel: float, part: float) -> None:
    values = np.random.default_rng(seed).normal(50, 10, 4000)
    plain, layout = cut_numeric(values), cut_numeric(with_sentinel(values, sentinel, part))
    assert layout.stop - layout.start < 2 * (plain.stop - plain.start)
    assert layout.bound < 0.02


def test_what_is_most_of_a_column_is_the_column() -> None:
    values, counts = np.array([0.0, 1.0, 2.0, 1e9]), np.array([1, 1, 1, 7])
    assert far_apart(values, counts) == (0, 0)


def test_init_asks_where_a_person_looks_first(tmp_path: Path) -> None:
    values = with_sentinel(np.random.default_rng(3).normal(50, 10, 2000), -999999999.0, 0.01)
    when = pd.Timestamp("2025-03-01") + pd.to_timedelta(np.arange(2000), unit="h")
    pd.DataFrame({"at": when, "temp": values, "p": values % 1}).to_parquet(tmp_path / "log.parquet")
    done = CliRunner().invoke(main, ["init", "--path", str(tmp_path / "log.parquet")])
    assert done.exit_code == 0
    (line,) = [line for line in done.stdout.splitlines() if "- temp" in line]
    assert line.endswith("; 1 % of the rows hold −999,999,999: a sentinel?")


def test_numbers_at_the_rim_are_no_warning() -> None:
    greatest = np.finfo(np.float64).max
    assert sentinels_among(np.array([-greatest, -greatest, 0.0, 1.0, greatest, greatest])) != []
