"""Laws of profiles: every engine counts the same cells; parts equal the whole; order changes no byte."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.laws.frames import layouts, number, numpy_profile, numpy_rows, word
from tidegauge.core.errors import ContractError
from tidegauge.core.window import Window
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.window_index import micros_of
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

START = datetime(2024, 3, 10, 5, tzinfo=UTC)
HOURS = [Window(START + timedelta(hours=h), START + timedelta(hours=h + 1), "hour") for h in range(3)]
DDL = 'CREATE TABLE log (id BIGINT, moment TIMESTAMP WITH TIME ZONE, "x %s""y" {double}, w {text})'
MAPPING = LogMapping('"log"', {"numeric": ('x %s"y',), "categorical": ("w",)}, time="moment", id="id")
rows = st.lists(st.tuples(number, word, st.integers(0, 3 * 3600 - 1)), max_size=40)


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
        connection.execute("DROP TABLE IF EXISTS log")
        connection.execute(DDL.format(double="DOUBLE PRECISION", text="TEXT"))
        with PostgresWarehouse(url) as warehouse:
            yield warehouse, connection


def fill(duck: duckdb.DuckDBPyConnection, data: list[tuple[object, ...]]) -> None:
    duck.execute("DELETE FROM log")
    if data:
        duck.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", data)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(rows)
@example([(0.0, None, 0), (2.484028947681135e232, None, 0), (-1.3337808212112228e-105, None, 0)])  # as good as 0
def test_engines_count_the_same_cells(
    duck: tuple[Warehouse, duckdb.DuckDBPyConnection],
    elephant: tuple[Warehouse, psycopg.Connection],
    rows: list[tuple[float | None, str | None, int]],
) -> None:
    """DuckDB = PostgreSQL = NumPy, byte for byte, in every window and in all of them."""
    numeric, categorical = layouts([r[0] for r in rows], [r[1] for r in rows])
    cut = {'x %s"y': numeric, "w": categorical}
    data: list[tuple[object, ...]] = [(k, START + timedelta(seconds=s), x, w) for k, (x, w, s) in enumerate(rows)]
    fill(duck[1], data)
    elephant[1].execute("TRUNCATE log")
    with elephant[1].cursor() as cursor:
        cursor.executemany("INSERT INTO log VALUES (%s, %s, %s, %s)", data)
    answers = [
        [p for some in profile_windows(w, w.describe("log"), MAPPING, cut, {}, HOURS) for p in some]
        for w in (duck[0], elephant[0])
    ]
    for profiles in answers:
        for h, profile in enumerate(profiles):
            here = [(x, w) for x, w, s in rows if s // 3600 == h]
            assert profile.facts.rows == len(here)
            if here:
                assert profile.whole['x %s"y'] == numpy_profile(numeric, [x for x, _ in here])
                assert profile.whole["w"] == numpy_profile(categorical, [w for _, w in here])
            else:
                assert profile.whole == {}
        parts = [p.whole['x %s"y'] for p in profiles if p.whole]
        if parts:
            assert Cells.total(parts) == numpy_profile(numeric, [x for x, *_ in rows])
    assert [p.facts for p in answers[0]] == [p.facts for p in answers[1]]


@pytest.mark.parametrize("named", [True, False], ids=["with an id", "without"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(rows)
def test_engines_draw_the_same_rows(
    duck: tuple[Warehouse, duckdb.DuckDBPyConnection],
    elephant: tuple[Warehouse, psycopg.Connection],
    named: bool,
    rows: list[tuple[float | None, str | None, int]],
) -> None:
    """DuckDB = PostgreSQL = NumPy, byte for byte: ids that occur twice, rows without one, or no id at all."""
    numeric, categorical = layouts([r[0] for r in rows], [r[1] for r in rows])
    cut = {'x %s"y': numeric, "w": categorical}
    ids = [None if k % 5 == 0 else k - k % 3 for k in range(len(rows))]
    data: list[tuple[object, ...]] = [
        (id_, START + timedelta(seconds=s), x, w) for id_, (x, w, s) in zip(ids, rows, strict=True)
    ]
    fill(duck[1], data)
    elephant[1].execute("TRUNCATE log")
    with elephant[1].cursor() as cursor:
        cursor.executemany("INSERT INTO log VALUES (%s, %s, %s, %s)", data)
    mapping = MAPPING if named else replace(MAPPING, id=None)
    known = [
        (id_ if named else None, micros_of(START) + s * 1_000_000, x, w)
        for id_, (x, w, s) in zip(ids, rows, strict=True)
    ]
    day = Window(START, START + timedelta(hours=3), "day")
    for warehouse, _ in (duck, elephant):
        kinds = warehouse.describe("log")
        (hours,) = profile_windows(warehouse, kinds, mapping, cut, {}, HOURS, sample=10)
        for h, profile in enumerate(hours):
            here = [r for r, (*_, s) in zip(known, rows, strict=True) if s // 3600 == h]
            assert profile.rows == numpy_rows(10, cut, here)
        ((whole,),) = profile_windows(warehouse, kinds, mapping, cut, {}, [day], sample=10)
        parts = [p.rows for p in hours if p.rows is not None]
        assert whole.rows == parts[2] + parts[0] + parts[1] == numpy_rows(10, cut, known)


def test_a_threshold_leaves_out_no_row_of_the_sample(duck: tuple[Warehouse, duckdb.DuckDBPyConnection]) -> None:
    """Of many rows only those below a threshold are sorted; the sample is what sorting all of them would give."""
    numeric, categorical = layouts([0.0, 1.0, 2.0], ["a"])
    cut = {'x %s"y': numeric, "w": categorical}
    duck[1].execute("DELETE FROM log")
    duck[1].execute(
        "INSERT INTO log SELECT i, to_timestamp($1 + i % 7200), i / 100, 'a' FROM range(5000) AS r(i)",
        [START.timestamp()],
    )
    day = Window(START, START + timedelta(hours=3), "day")
    every = [(i, 0, i / 100, "a") for i in range(5000)]
    ((profile,),) = profile_windows(
        duck[0],
        duck[0].describe("log"),
        MAPPING,
        cut,
        {},
        [day],
        sample=50,
    )
    assert profile.rows == numpy_rows(50, cut, every)
    ((none,),) = profile_windows(duck[0], duck[0].describe("log"), MAPPING, cut, {}, HOURS[:1])
    assert none.rows is None, "and where none is asked for, none is drawn"


def test_width_bucket_agrees_with_the_grid(elephant: tuple[Warehouse, psycopg.Connection]) -> None:
    """PostgreSQL's own width_bucket, an oracle that shares no line with the grid, finds the same cells."""
    g = np.random.default_rng(5)
    sample = np.concatenate([np.exp(g.standard_normal(20_000)), np.zeros(5_000)])
    numeric, _ = layouts(sample.tolist(), [])
    values = np.concatenate(
        [np.exp(1.2 * g.standard_normal(3_000)), numeric.edges[1:-1], np.nextafter(numeric.edges[1:-1], -np.inf)]
    )
    values = values[~np.isin(values, [v for v, _ in numeric.atoms])]
    with elephant[1].cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(width_bucket(v, %s::float8[]) ORDER BY k) "
            "FROM unnest(%s::float8[]) WITH ORDINALITY AS u(v, k)",
            (sorted(set(numeric.edges[1:-1].tolist())), values.tolist()),
        )
        (buckets,) = cursor.fetchone() or ([],)
    plain = np.array([k for k in range(3, numeric.high_inf) if k not in {c for _, c in numeric.atom_codes}])
    assert (plain[np.array(buckets)] == numeric.codes(values)).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(number, word), max_size=60), st.integers(1, 6), st.randoms(use_true_random=False))
def test_any_shards_in_any_order_give_the_same_bytes(
    values: list[tuple[float | None, str | None]], shards: int, random: object
) -> None:
    """Merge is associative and commutative, zero is neutral, and a state reads back what it wrote."""
    for kind, layout in enumerate(layouts([v[0] for v in values], [v[1] for v in values])):
        column = [v[kind] for v in values]
        whole = numpy_profile(layout, column)
        parts = [numpy_profile(layout, column[k::shards]) for k in range(shards)]
        random.shuffle(parts)  # type: ignore[attr-defined]
        left = Cells.zero()
        for part in parts:
            left = left + part
        right = Cells.zero()
        for part in reversed(parts):
            right = part + right
        if len(whole.codes):
            assert left.to_row() == whole.to_row() == right.to_row() == Cells.total(parts).to_row()
        assert Cells.from_row(whole.to_row()) == whole


def test_nul_is_a_contract_error_where_the_engine_refuses_it(elephant: tuple[Warehouse, psycopg.Connection]) -> None:
    """PostgreSQL holds no NUL in text: a vocabulary that has one is refused by name, not by a traceback."""
    numeric, categorical = layouts([1.0, 2.0], ["a\0b", "c"])
    with pytest.raises(ContractError, match="PostgreSQL refused"):
        list(
            profile_windows(
                elephant[0], elephant[0].describe("log"), MAPPING, {'x %s"y': numeric, "w": categorical}, {}, HOURS
            )
        )
