"""Every fault: told in a docstring, spelled for both engines, whatever columns are called, and doing what it says."""

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import psycopg
import pytest

from tidegauge.core.errors import UnknownName
from tidegauge.core.window import VOLUME, Window
from tidegauge.profiles.label_query import LabelMapping
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.replay.catalogue import read_catalogue
from tidegauge.replay.events import bounds, read_events
from tidegauge.replay.faults import FAULTS
from tidegauge.replay.faults.base import SIZES, Change, Columns, Fault, Ground
from tidegauge.replay.faults.spell import Faulty, spell
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
START = datetime(2024, 3, 5, tzinfo=UTC)
DAY = Window(START, START + timedelta(days=1), "day")
ROWS = 400
AMOUNT, COUNT, TEMP, KIND, SHOP, SCORE = 'a "b"; DROP TABLE x', "100 % of it", "te'mp", "select", "Ünï", "%(since)s"
TABLE = 'log "; --'
COUNTED = (AMOUNT, COUNT, TEMP, SCORE, KIND, SHOP)
MAPPING = {
    "columns": {"numeric": COUNTED[:4], "categorical": COUNTED[4:]},
    "time": "at time",
    "id": "id",
    "prediction": SCORE,
    "segments": (SHOP,),
}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def statements(double: str, text: str) -> list[str]:
    """The log of three days and its labels, with names that no one should choose."""
    table, labels = quoted(TABLE), quoted("tru%th")
    columns = [
        ("id", "BIGINT"), ("at time", "TIMESTAMP WITH TIME ZONE"), (AMOUNT, double), (COUNT, "INTEGER"),
        (TEMP, double), (KIND, text), (SHOP, text), (SCORE, double),
    ]  # fmt: skip
    spelled = ", ".join(f"{quoted(n)} {k}" for n, k in columns)
    g = np.random.default_rng(5)
    rows, truth = [], []
    for k in range(3 * ROWS):
        at = START - timedelta(days=1) + timedelta(seconds=216 * k)
        amount = "NULL" if k % 40 == 0 else f"{np.exp(g.standard_normal()):.6f}"
        kind = g.choice(["it's", "B%", "c", "D"], p=[0.5, 0.25, 0.15, 0.1]).replace("'", "''")
        shop = g.choice(["north", "South", "east", "west"], p=[0.45, 0.3, 0.17, 0.08])
        score = 1 / (1 + np.exp(-g.standard_normal()))
        rows.append(
            f"({k}, TIMESTAMPTZ '{at:%Y-%m-%d %H:%M:%S}+00', {amount}, {g.integers(1, 90)}, {g.normal(20, 5):.6f}, "
            f"'{kind}', '{shop}', {score:.9f})"
        )
        truth.append(f"({k}, {int(g.random() < score)})")
    return [
        f"CREATE TABLE {table} ({spelled})",
        f"INSERT INTO {table} VALUES {', '.join(rows)}",
        f'CREATE TABLE {labels} ("id" BIGINT, "la%te" INTEGER)',
        f"INSERT INTO {labels} VALUES {', '.join(truth)}",
    ]


@pytest.fixture(scope="module")
def duck() -> DuckDBWarehouse:
    connection = duckdb.connect(":memory:")
    for statement in statements("DOUBLE", "VARCHAR"):
        connection.execute(statement)
    return DuckDBWarehouse(":memory:", connection=connection)


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    if request.param == "duckdb":
        yield request.getfixturevalue("duck")
        return
    url = request.getfixturevalue("postgres")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements("DOUBLE PRECISION", "TEXT"):
            connection.execute(statement.encode())
    with PostgresWarehouse(url) as made:
        yield made


def ground(warehouse: Warehouse, *, labels: bool = True, **changes: object) -> Ground:
    quote = warehouse.dialect.quote
    mapping = LogMapping(quote(TABLE), **(MAPPING | changes))  # type: ignore[arg-type]
    truth = LabelMapping(quote("tru%th"), "id", "la%te", None, timedelta(days=1)) if labels else None
    kinds = warehouse.describe(TABLE)
    spreads = {AMOUNT: 1.2, COUNT: 40.0, TEMP: 6.0, SCORE: 0.3}
    label_kinds = warehouse.describe("tru%th") if labels else {}
    return Ground(warehouse.dialect, kinds, mapping, DAY, spreads, truth, label_kinds, "salt")


def rows(warehouse: Warehouse, faulty: Faulty) -> list[tuple[str, ...]]:
    """All rows of the faulty window, by id."""
    names = ", ".join(warehouse.dialect.quote(c) for c in ("id", *COUNTED))
    found = warehouse.fetch(f"SELECT {names} FROM {faulty.mapping.table} ORDER BY 1, 2, 3", {})
    return list(zip(*(map(str, v.tolist()) for v in found.values()), strict=True))


def touched(warehouse: Warehouse, faulty: Faulty) -> tuple[int, int]:
    found = warehouse.fetch(faulty.touched, {})
    return int(found["n"][0]), int(found["changed"][0])


@every_fault
def test_its_docstring_and_sizes_tell_what_it_is(fault: Fault) -> None:
    assert len((inspect.getdoc(type(fault)) or "").split("\n\n")[0]) > 40
    assert len(fault.sizes) == len(SIZES)
    assert fault.stages


@every_fault
def test_each_size_of_it_runs_and_changes_rows(fault: Fault, warehouse: Warehouse) -> None:
    here = ground(warehouse)
    targets = fault.targets(here)
    assert targets, "the shop has a column for every fault"
    for columns in targets:
        for size in range(3):
            faulty = spell(here, fault.change(here, columns, size))
            left, changed = touched(warehouse, faulty)
            if not faulty.other_labels:
                assert changed or left < ROWS, (columns, size)
                assert len(rows(warehouse, faulty)) == left
        assert fault.blames(here, columns)


@every_fault
def test_the_same_rows_every_time_and_on_both_engines(fault: Fault, duck: DuckDBWarehouse, postgres: str) -> None:
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements("DOUBLE PRECISION", "TEXT"):
            connection.execute(statement.encode())
    counts = []
    with PostgresWarehouse(postgres) as other:
        for engine in (duck, duck, other):
            here = ground(engine)
            columns = fault.targets(here)[0]
            counts.append([touched(engine, spell(here, fault.change(here, columns, size))) for size in range(3)])
    assert counts[0] == counts[1] == counts[2]


@every_fault
def test_where_it_cannot_be_done_it_says_so(fault: Fault, duck: DuckDBWarehouse) -> None:
    bare = ground(duck, labels=False, columns={}, prediction=None, segments=())
    assert fault.targets(bare) in ([], [(VOLUME,)], [("at time",)])


def columns_of(warehouse: Warehouse, name: str, target: Columns, size: int) -> tuple[list[str], list[str]]:
    """The target's values, real and faulty, by id."""
    here = ground(warehouse)
    real, faulty = (rows(warehouse, spell(here, c)) for c in (Change(), FAULTS[name].change(here, target, size)))
    at = 1 + COUNTED.index(target[0])
    return [r[at] for r in real], [r[at] for r in faulty]


def test_missing_is_about_the_share_it_says(duck: DuckDBWarehouse) -> None:
    _, after = columns_of(duck, "missing", (TEMP,), 2)
    assert 0.4 < sum(v in ("None", "nan") for v in after) / ROWS < 0.6


def test_a_shuffle_keeps_every_value(duck: DuckDBWarehouse) -> None:
    before, after = columns_of(duck, "prediction-shuffled", (SCORE,), 2)
    assert sorted(before) == sorted(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) > 0.95 * ROWS


def test_swapped_codes_keep_the_others(duck: DuckDBWarehouse) -> None:
    before, after = columns_of(duck, "codes-swapped", (KIND,), 2)
    assert {b for a, b in zip(before, after, strict=True) if a == "it's"} == {"c"}
    assert {b for a, b in zip(before, after, strict=True) if a == "c"} == {"it's"}
    assert all(a == b for a, b in zip(before, after, strict=True) if a in ("B%", "D"))


def test_stuck_repeats_the_first(duck: DuckDBWarehouse) -> None:
    before, after = columns_of(duck, "stuck", (TEMP,), 2)
    assert set(after) == {before[0]}


def test_a_lost_segment_is_gone_and_the_rest_is_there(duck: DuckDBWarehouse) -> None:
    before, after = columns_of(duck, "segment-lost", (SHOP,), 2)
    assert set(before) - set(after) in ({"north"}, {"South"})
    assert len(after) == sum(v in set(after) for v in before)


def test_flipped_labels_are_those_of_one_segment_in_one_window(duck: DuckDBWarehouse) -> None:
    here = ground(duck)
    fault = FAULTS["labels-flipped"]
    assert fault.stages == {"labels"}
    faulty = spell(here, fault.change(here, (SHOP,), 0))
    assert faulty.labels is not None
    assert faulty.mapping == here.mapping
    found = duck.fetch(
        f'SELECT "{SHOP}" AS shop, count(*) AS n, sum(tidegauge_changed) AS changed FROM {faulty.labels.table} '
        f"JOIN {here.mapping.table} AS log ON log.id = tidegauge_faulty.id "
        "WHERE \"at time\" >= '2024-03-05' AND \"at time\" < '2024-03-06' GROUP BY 1"
    )
    flipped = {s: (int(n), int(c)) for s, n, c in zip(found["shop"], found["n"], found["changed"], strict=True)}
    assert [s for s, (n, c) in flipped.items() if c] == ["west"]
    assert flipped["west"][0] == flipped["west"][1]
    assert touched(duck, faulty)[1] == flipped["west"][1]


def test_an_unknown_fault_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match='no fault is called "unit-eror". Did you mean "unit-error"?'):
        FAULTS["unit-eror"]


PAGE = (Path(__file__).parents[2] / "docs" / "replay.md").read_text(encoding="utf-8")


@every_fault
def test_it_is_documented(fault: Fault) -> None:
    assert f"| `{fault.name}` |" in PAGE


def test_the_catalogue_and_the_events_in_the_docs_are_read(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    events = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    assert found
    assert events
    (tmp_path / "catalogue.yml").write_text(found[1])
    (tmp_path / "events.csv").write_text(events[1])
    catalogue = read_catalogue(tmp_path / "catalogue.yml")
    assert [(p.fault, p.trials, p.sizes) for p in catalogue.picks] == [
        ("missing", 6, ("small", "large")),
        ("unit-error", 6, ("small", "large")),
        ("columns-swapped", 3, ("small", "large")),
    ]
    assert [e.column for e in read_events(tmp_path / "events.csv", "UTC")] == ["", "plane_year", "wind_speed"]


def test_a_date_without_hyphens_is_a_whole_day_too() -> None:
    assert bounds("20131216", "20131216", "UTC") == bounds("2013-12-16", "2013-12-16", "UTC")
