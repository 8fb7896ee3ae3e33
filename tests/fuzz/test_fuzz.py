"""A bounded, seeded part of the fuzz: every input is taken, or refused by a sentence. All of it: benchmarks/fuzz.py."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, tried

# enough of each that some are taken and some refused; what Great Expectations or DuckDB looks at takes a while
HOW_MANY = {"monitors": 300, "confs": 1500, "suites": 500, "judged": 8, "catalogues": 500, "frames": 60}


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_is_a_traceback(target: str, tmp_path: Path) -> None:
    taken = sum(tried(target, seed, tmp_path) for seed in range(HOW_MANY[target]))
    assert taken > 0, "some inputs are whole, or nothing behind the first check is tried"
    assert taken < HOW_MANY[target] or target == "judged"
