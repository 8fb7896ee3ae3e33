"""Every statement as it is rendered for each engine, kept to be read; and each one executed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import psycopg
import pytest

from tests.golden.golden import check
from tidegauge.core.grid import between
from tidegauge.profiles.cut_offs import CutOffs, Places
from tidegauge.profiles.label_arrivals import arrivals_query
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, labels_query
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import USUAL, unit_of, unit_of_classes
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.query import Query, profile_queries, watermark_query
from tidegauge.profiles.rows_behind import RowsBehind, rows_query
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.dialect import Dialect
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.duckdb_dialect import DuckDBDialect
from tidegauge.warehouses.postgres import PostgresWarehouse
from tidegauge.warehouses.postgres_dialect import PostgresDialect

ZONE = ZoneInfo("America/New_York")
# across the clock change of 10 March: one window of 23 hours
WINDOWS = between("day", "America/New_York", datetime(2013, 3, 9, tzinfo=ZONE), datetime(2013, 3, 13, tzinfo=ZONE))
COLUMNS = {
    "id": "BIGINT",
    "at time": "TIMESTAMP WITH TIME ZONE",
    "fare": "{double}",
    "seats": "INTEGER",
    "carrier": "{text}",
    "score": "{double}",
}
MAPPING = LogMapping(
    '"flights"',
    {"numeric": ("fare", "seats", "score"), "categorical": ("carrier",)},
    time="at time",
    id="id",
    prediction="score",
    segments=("carrier",),
)
LABELS = LabelMapping('"truth"', "id", "late", "arrived", WINDOWS[0].end - WINDOWS[0].start, unit_of(None, USUAL))
CLASSES = replace(LABELS, unit=unit_of_classes(CategoricalLayout(("0", "1")), {"0": "score", "1": "fare"}))
NUMBERS = replace(LABELS, unit=unit_of(cut_numeric(np.linspace(-40, 400, 30))))
SEGMENTS = {"carrier": ("AA", 'O\'Hare "x"')}

# rows without a fare, first those of one carrier, of the segment of all carriers that are not listed
BEHIND = RowsBehind(
    WINDOWS[1], "fare", (0, 30), ({"carrier": (2,), "seats": (27,)}, {"carrier": (0,)}), "carrier=(others)"
)


def layouts() -> dict[str, Layout]:
    """Small ones, so that a golden can be read: a long-tailed fare with an atom, whole numbers, a share."""
    g = np.random.default_rng(3)
    fare = np.concatenate([np.full(40, 10.0), np.exp(g.standard_normal(60) + 2)])
    return {
        "fare": cut_numeric(fare),
        "seats": cut_numeric(np.array([50.0, 100.0, 180.0] * 10)),
        "score": cut_numeric(np.linspace(0, 1, 30)),
        "carrier": CategoricalLayout(("AA", 'O\'Hare "x"')),
    }


def queries(dialect: Dialect, kinds: Mapping[str, str], label_kinds: Mapping[str, str]) -> dict[str, Query]:
    """Every statement of the main job."""
    cut = layouts()
    score = cut["score"]
    assert isinstance(score, NumericLayout)
    return {
        "profile": profile_queries(dialect, kinds, MAPPING, cut, SEGMENTS, WINDOWS, sample=1000)[0],
        "watermark": watermark_query(dialect, kinds, MAPPING, WINDOWS),
        "rows": rows_query(dialect, kinds, MAPPING, cut, SEGMENTS, BEHIND, 10),
        **{
            name: labels_query(dialect, LabelledLog(kinds, label_kinds, MAPPING, labels), score, SEGMENTS, WINDOWS)
            for name, labels in (("labels", LABELS), ("labels_of_numbers", NUMBERS))
        },
        "labels_of_classes": labels_query(
            dialect,
            LabelledLog(kinds, label_kinds, replace(MAPPING, prediction="carrier"), CLASSES),
            cut["carrier"],
            SEGMENTS,
            WINDOWS,
        ),
        **late_queries(dialect, LabelledLog(kinds, label_kinds, MAPPING, LABELS), score),
    }


def late_queries(dialect: Dialect, log: LabelledLog, score: NumericLayout) -> dict[str, Query]:
    """Those about labels that come late, two windows after they are due; a clock change lies between."""
    cut_offs = CutOffs("day", "America/New_York", timedelta(hours=2), LABELS.due, timedelta(days=2))
    span = Places.of(cut_offs, {w: cut_offs.first(w) for w in WINDOWS}, WINDOWS[-1].end + timedelta(days=9))
    until = {w: cut_offs.last(cut_offs.first(w)) for w in WINDOWS}
    return {
        "label_arrivals": arrivals_query(dialect, log, span, WINDOWS),
        "labels_by_arrival": labels_query(dialect, log, score, SEGMENTS, WINDOWS, until, span),
    }


def kinds(double: str, text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Types of the log's and the labels' columns, by the engine's names."""
    log = {c: k.format(double=double, text=text) for c, k in COLUMNS.items()}
    return log, {"id": "BIGINT", "late": "INTEGER", "arrived": "TIMESTAMP WITH TIME ZONE"}


@pytest.mark.parametrize("dialect", [DuckDBDialect(), PostgresDialect()], ids=lambda d: d.name)
@pytest.mark.parametrize(
    "name",
    [
        "profile",
        "watermark",
        "rows",
        "labels",
        "labels_of_numbers",
        "labels_of_classes",
        "label_arrivals",
        "labels_by_arrival",
    ],
)
def test_statement_is_as_it_was_read(dialect: Dialect, name: str) -> None:
    log, labels = kinds(
        "DOUBLE" if dialect.name == "duckdb" else "double precision", "VARCHAR" if dialect.name == "duckdb" else "text"
    )
    check(f"sql/{name}.{dialect.name}.sql", queries(dialect, log, labels)[name].sql)


def ddl(double: str, text: str) -> list[str]:
    log, labels = kinds(double, text)
    tables = {"flights": log, "truth": labels}
    return [
        f'CREATE TABLE "{t}" ({", ".join(f"{chr(34)}{c}{chr(34)} {k}" for c, k in columns.items())})'
        for t, columns in tables.items()
    ]


ROWS = [
    (1, datetime(2013, 3, 9, 12, tzinfo=UTC), 10.0, 50, "AA", 0.5),
    (2, datetime(2013, 3, 10, 7, 30, tzinfo=UTC), 99.5, None, None, 0.25),
    (3, datetime(2013, 3, 11, 3, 59, tzinfo=UTC), None, 180, 'O\'Hare "x"', 0.75),
    (4, datetime(2013, 3, 11, 4, tzinfo=UTC), 1e300, 7, "new", None),
]
TRUTH = [
    (1, 1, datetime(2013, 3, 10, tzinfo=UTC)),
    (1, 0, datetime(2013, 3, 10, 1, tzinfo=UTC)),
    (3, 1, datetime(2014, 1, 1, tzinfo=UTC)),
    (2, 1, datetime(2013, 3, 13, 6, tzinfo=UTC)),  # at the end of the second window after its own, with the wait
]


def answers(
    warehouse: Warehouse, log: Mapping[str, str], labels: Mapping[str, str]
) -> dict[str, list[tuple[int, ...]]]:
    out = {}
    for name, query in queries(warehouse.dialect, log, labels).items():
        if name == "rows":  # values as they are: tests/pipeline/test_rows.py
            continue
        found = warehouse.fetch(query.sql, query.parameters)
        whole = [k for k in found if k not in ("low", "high", "sampled", "mark")]  # a mark is each engine's own
        out[name] = sorted(zip(*(found[k].astype(int).tolist() for k in whole), strict=True))
    return out


def test_every_statement_runs_and_engines_agree(postgres: str) -> None:
    """Four rows across a clock change; a label that was corrected, and one that came too late."""
    duck = duckdb.connect(":memory:")
    url = postgres.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as elephant:
        for a, b in zip(ddl("DOUBLE", "VARCHAR"), ddl("DOUBLE PRECISION", "TEXT"), strict=True):
            duck.execute(a)
            elephant.execute(b)
        duck.executemany("INSERT INTO flights VALUES (?, ?, ?, ?, ?, ?)", ROWS)
        duck.executemany("INSERT INTO truth VALUES (?, ?, ?)", TRUTH)
        with elephant.cursor() as cursor:
            cursor.executemany("INSERT INTO flights VALUES (%s, %s, %s, %s, %s, %s)", ROWS)
            cursor.executemany("INSERT INTO truth VALUES (%s, %s, %s)", TRUTH)
        one = answers(DuckDBWarehouse(":memory:", connection=duck), *kinds("DOUBLE", "VARCHAR"))
        with PostgresWarehouse(url) as warehouse:
            two = answers(warehouse, *kinds("double precision", "text"))
    assert one == two
    rows = {r[0]: r[4] for r in one["profile"] if r[1:4] == (-1, -1, 0)}
    assert rows == {0: 1, 1: 2, 2: 1}  # the 23-hour day holds the row of one minute to midnight
    assert [r[:2] + r[3:5] for r in one["labels"] if r[1] == -1] == [
        (0, -1, 1, 0)
    ]  # the corrected label, not the late one
    assert one["label_arrivals"] == [(0, -1, 2), (1, 2, 1)], "by the places of a grid that begins on 10 March"
    assert [r[:5] for r in one["labels_by_arrival"] if r[1] == -2] == [(0, -2, -1, 1, 0), (1, -2, 2, 1, 2**20)]


def test_postgres_reads_the_table_once_and_builds_no_expression_anew_for_each_row(postgres: str) -> None:
    """Its VALUES prepare every expression again for each row that they are joined to: fifteen times all the rest."""
    url = postgres.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as elephant:
        for statement in ddl("DOUBLE PRECISION", "TEXT"):
            elephant.execute(statement)
        query = queries(PostgresDialect(), *kinds("double precision", "text"))["profile"]
        told = elephant.execute(f"EXPLAIN (FORMAT JSON) {query.sql}".encode(), query.parameters)
        (((plan,),),) = told.fetchall()
    with PostgresWarehouse(url) as warehouse:
        (compiled,) = warehouse.fetch("SELECT current_setting('jit') AS jit")["jit"]
    nodes = list(walk(plan["Plan"]))
    assert [n["Relation Name"] for n in nodes if "Relation Name" in n] == ["flights"]
    fed = [p["Node Type"] for n in nodes for p, v in pairwise(n.get("Plans", ())) if v["Node Type"] == "Values Scan"]
    assert len(fed) == 2, "the facts of a window, and the groups of a segment"
    assert "CTE Scan" not in fed
    assert compiled == "off", "to compile hundreds of expressions costs more than to walk through them"


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a plan and all below it."""
    yield node
    for below in node.get("Plans", ()):
        yield from walk(below)
