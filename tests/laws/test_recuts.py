"""Laws of layouts that split others: summed, the counts are those of each, on every engine and to the byte."""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.laws.frames import EDGE_CASES, number, numpy_profile, word
from tidegauge.profiles.kinds import KINDS
from tidegauge.profiles.kinds.coarsening import coarsened
from tidegauge.profiles.kinds.every import read_layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.joined_numbers import JoinedNumbers
from tidegauge.profiles.layouts.line import BEYOND_LOW
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.profiles.states.cells import Cells
from tidegauge.stages.recutting import _fresh
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

MAPPING = LogMapping('"grown"', {"numeric": ("x",), "categorical": ("w",)})
DDL = "CREATE TABLE grown (x {double}, w {text})"
G = np.random.default_rng(4)
SHAPES = {
    "a sentinel": np.full(500, -999.0),
    "a normal": G.normal(20, 4, 5_000),
    "both": np.concatenate([np.full(500, -999.0), G.normal(20, 4, 500)]),
    "rounded": np.round(G.exponential(3, 4_000), 1),
    "wild": np.concatenate([G.standard_cauchy(3_000) * 1e6, [1e308, -1e308]]),
    "small": G.normal(0, 1e-300, 900),
    "nothing": np.zeros(0),
}
layouts = st.one_of(
    st.sampled_from(sorted(SHAPES)).map(lambda name: cut_numeric(SHAPES[name])),
    st.lists(st.floats(allow_nan=False), max_size=30).map(lambda v: cut_numeric(np.array(v, dtype=np.float64))),
)
vocabularies = st.lists(word, unique=True, max_size=6).map(
    lambda v: CategoricalLayout(tuple(w for w in v if w is not None))
)


FULL = [cut_numeric(SHAPES[name]) for name in ("a normal", "rounded")]


def near(cuts: list[NumericLayout]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Values at every edge and single value of some layouts, and the doubles beside them."""
    places = np.concatenate([*(c.edges[np.isfinite(c.edges)] for c in cuts), *([v for v, _ in c.atoms] for c in cuts)])
    beside = [np.nextafter(places, end) for end in (-np.inf, np.inf)]
    return np.concatenate([places, *beside, EDGE_CASES])


@settings(max_examples=60, deadline=None)
@given(st.lists(layouts, min_size=2, max_size=3), st.lists(st.floats(), max_size=40))
@example([cut_numeric(SHAPES["a normal"]), cut_numeric(SHAPES["rounded"]), cut_numeric(SHAPES["both"])], [])
def test_a_cell_lies_in_one_cell_of_each_cut(cuts: list[NumericLayout], values: list[float]) -> None:
    joined = JoinedNumbers.of(cuts)
    x = np.concatenate([near(cuts), np.array(values, dtype=np.float64)])
    codes = joined.codes(x)
    for cut in cuts:
        assert (joined.onto(cut)[codes] == cut.codes(x)).all()
    again = read_layout(joined.text)
    assert again == joined
    assert again.id == joined.id
    assert [c.id for c in again.cuts] == [c.id for c in cuts]


@settings(max_examples=60, deadline=None)
@given(st.lists(layouts, min_size=2, max_size=3))
def test_its_cells_lie_in_order_between_its_edges(cuts: list[NumericLayout]) -> None:
    """So that whatever reads cells of a line reads these."""
    joined = JoinedNumbers.of(cuts)
    assert (np.diff(joined.edges) >= 0).all()
    x = near(cuts)
    x = x[np.isfinite(x) & ~np.isin(x, [v for v, _ in joined.atom_codes])]
    k = joined.codes(x) - BEYOND_LOW
    assert (joined.edges[k] <= x).all()
    assert (x < joined.edges[k + 1]).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(vocabularies, min_size=2, max_size=3), st.lists(word, max_size=30))
def test_categories_lie_in_one_cell_of_each_cut(cuts: list[CategoricalLayout], values: list[str | None]) -> None:
    joined = KINDS["categorical"].joined(cuts)
    cells = numpy_profile(joined, values)
    for cut in cuts:
        assert coarsened(cells, joined, cut, joined.onto(cut)) == numpy_profile(cut, values)
    assert read_layout(joined.text) == joined


@settings(max_examples=60, deadline=None)
@given(st.lists(layouts, min_size=2, max_size=3), st.lists(number, min_size=1, max_size=60))
def test_summed_they_are_what_each_would_have_counted(cuts: list[NumericLayout], values: list[float | None]) -> None:
    joined = JoinedNumbers.of(cuts)
    cells = numpy_profile(joined, values)
    newest = coarsened(cells, joined, cuts[-1], joined.onto(cuts[-1]))
    assert newest == numpy_profile(cuts[-1], values), "in whose unit the sums are: to the byte"
    for cut in cuts[:-1]:
        found, wanted = coarsened(cells, joined, cut, joined.onto(cut)), numpy_profile(cut, values)
        for name in ("codes", "counts", "lows", "highs"):
            one, other = getattr(found, name), getattr(wanted, name)
            assert (one is None and other is None) or np.array_equal(one, other), name
    parts = [numpy_profile(joined, values[k::3]) for k in range(3)]
    assert Cells.total(parts) == cells, "and they add like any others"


def test_means_are_right_to_a_fiftieth_of_a_spread_in_an_older_unit() -> None:
    """Where the values lie in the older cut's body; past the newest's tails, to the width of a cell."""
    for new in ("both", "wild", "rounded", "a sentinel"):
        old, fresh = cut_numeric(SHAPES["a normal"]), cut_numeric(SHAPES[new])
        joined, values = JoinedNumbers.of([old, fresh]), SHAPES["a normal"][:2_000].tolist()
        found = coarsened(numpy_profile(joined, values), joined, old, joined.onto(old))
        wanted = numpy_profile(old, values)
        assert found.sums is not None
        assert wanted.sums is not None
        mean = (found.sums.sum() - wanted.sums.sum()) / old.scale / len(values)
        assert abs(mean) < 0.02 * old.spread, new


def test_a_layout_that_it_does_not_split_is_refused() -> None:
    cuts = [cut_numeric(SHAPES[name]) for name in ("both", "rounded")]
    with pytest.raises(ValueError, match="splits no cells of"):
        JoinedNumbers.of(cuts).onto(cut_numeric(SHAPES["a normal"]))
    with pytest.raises(TypeError, match='columns of the kind "categorical" are cut once, and 2 layouts were given'):
        KINDS["categorical"].joined(cuts)


@pytest.fixture(scope="module")
def duck() -> Iterator[tuple[Warehouse, duckdb.DuckDBPyConnection]]:
    connection = duckdb.connect(":memory:")
    connection.execute(DDL.format(double="DOUBLE", text="VARCHAR"))
    yield DuckDBWarehouse(":memory:", connection=connection), connection
    connection.close()


@pytest.fixture(scope="module")
def elephant(postgres_url: str) -> Iterator[tuple[Warehouse, psycopg.Connection]]:
    url = postgres_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS grown")
        connection.execute(DDL.format(double="DOUBLE PRECISION", text="TEXT").encode())
        with PostgresWarehouse(url) as warehouse:
            yield warehouse, connection


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(layouts, min_size=2, max_size=3), st.lists(vocabularies, min_size=2, max_size=2), st.data())
@example(FULL, [CategoricalLayout(()), CategoricalLayout(("a",))], None)
def test_engines_count_the_same_cells(
    duck: tuple[Warehouse, duckdb.DuckDBPyConnection],
    elephant: tuple[Warehouse, psycopg.Connection],
    cuts: list[NumericLayout],
    named: list[CategoricalLayout],
    data: st.DataObject | None,
) -> None:
    """DuckDB = PostgreSQL = NumPy; two full layouts have more cells than one byte can number."""
    x: list[float | None] = [*near(cuts).tolist(), None]
    some = data.draw(st.lists(st.tuples(number, word), max_size=30)) if data is not None else [(0.1, "a"), (0.2, "b")]
    if data is not None:
        x = x[:: data.draw(st.integers(5, 40))]
    values = [*((v, None) for v in x), *some]
    columns = {"x": JoinedNumbers.of(cuts), "w": KINDS["categorical"].joined(named)}
    duck[1].execute("DELETE FROM grown")
    duck[1].executemany("INSERT INTO grown VALUES (?, ?)", values)
    elephant[1].execute("TRUNCATE grown")
    with elephant[1].cursor() as cursor:
        cursor.executemany("INSERT INTO grown VALUES (%s, %s)", values)
    for warehouse, _ in (duck, elephant):
        ((profile,),) = profile_windows(warehouse, warehouse.describe("grown"), MAPPING, columns, {}, [])
        assert profile.whole["x"] == numpy_profile(columns["x"], [v for v, _ in values])
        assert profile.whole["w"] == numpy_profile(columns["w"], [w for _, w in values])


def test_two_full_layouts_need_more_than_a_byte() -> None:
    """Guards the example above."""
    assert JoinedNumbers.of(FULL).size > 256


@pytest.mark.parametrize("shift", [0.0, 0.7, 1.5])
def test_a_column_that_moves_with_the_seasons_keeps_its_cells(shift: float) -> None:
    """Each cut costs it the past of its new cells, and in those it would alert about nothing."""
    g = np.random.default_rng(7)
    first = cut_numeric(np.round(g.normal(1010, 8, 5_000), 1))
    values = np.round(g.normal(1010 + 8 * shift, 6, 5_000), 1)
    assert _fresh(first, values) is None


def test_one_cell_that_holds_most_of_a_column_is_cut() -> None:
    """As after weeks of a sentinel, or of another unit."""
    values = G.normal(20, 4, 5_000)
    assert _fresh(cut_numeric(np.full(500, -999.0)), values) is not None
    assert _fresh(cut_numeric(values * 1000), values) is not None
