"""The bars of a histogram: no rows are lost on the way, whatever the shape."""

import math
from collections.abc import Callable
from statistics import NormalDist

import pytest

from tests.every.reports import normal, numeric_cells
from tidegauge.reports.bins import gather
from tidegauge.reports.report import Cell

SHAPES: dict[str, Callable[[], tuple[Cell, ...]]] = {
    "alike": lambda: numeric_cells(normal(0, 1), normal(0, 1), day_scale()),
    "unit change": lambda: numeric_cells(normal(50, 5), normal(50_000, 5000), day_scale(50, 5)),
    "one value": lambda: (Cell("7", 7.0, 7.0, 1.0, 1.0),),
    "zeros and a tail": lambda: (Cell("0", 0.0, 0.0, 0.9, 0.5), Cell("t", 1.0, 1e9, 0.1, 0.5)),
    "beyond only": lambda: (Cell("a", -math.inf, -1e300, 0.5, 0.0), Cell("b", 1e308, math.inf, 0.5, 1.0)),
    "all missing": lambda: (Cell("x", 0.0, 1.0, 0.0, 0.0), Cell("missing", None, None, 0.1, 1.0)),
    "nothing": lambda: (),
    "everything in one": lambda: (Cell("all", -math.inf, math.inf, 1.0, 1.0),),
}


def day_scale(mean: float = 0, sd: float = 1) -> NormalDist:
    return NormalDist(mean, sd)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_bars_lose_no_rows(shape: str) -> None:
    cells = SHAPES[shape]()
    bars = list(gather(cells))
    assert math.isclose(sum(b.reference for b in bars), sum(c.reference_share for c in cells), abs_tol=1e-9)
    assert math.isclose(sum(b.current for b in bars), sum(c.current_share for c in cells), abs_tol=1e-9)
    assert len(bars) <= 60


def test_a_change_of_unit_leaves_both_shapes_readable() -> None:
    bars = gather(SHAPES["unit change"]())
    assert bars.axis.bend > 0
    assert sum(b.reference > 0.02 for b in bars.body) >= 3
    assert sum(b.current > 0.02 for b in bars.body) >= 1
