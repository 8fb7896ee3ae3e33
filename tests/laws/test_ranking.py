"""Laws of ranked queries: equal on both engines, byte for byte, and as scikit-learn and plain Python have it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from math import log2
from typing import Any

import duckdb
import numpy as np
import psycopg
import pytest
from sklearn.metrics import ndcg_score

from tests.laws.test_profiles import HOURS
from tidegauge.core.window import WHOLE
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, LabelProfile, profile_labels
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import TRUTHS, Ranked
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.statistics.label_levels import of_task
from tidegauge.statistics.labelled import Labelled
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

TOP = 5
UNIT = replace(TRUTHS, ranked=Ranked("search", "id", TOP))
LAYOUT = cut_numeric(np.linspace(0, 1, 50))
LOG = "CREATE TABLE seen (id BIGINT, moment TIMESTAMPTZ, score {double}, search {text}, land {text})"
TRUTH = "CREATE TABLE truth (id BIGINT, y {double})"
MAPPING = LogMapping('"seen"', {"numeric": ("score",)}, time="moment", id="id", prediction="score", segments=("land",))
LABELS = LabelMapping('"truth"', "id", "y", None, timedelta(0), UNIT)
Row = tuple[int, float | None, str | None, str, float | None]  # id, score, query, segment, relevance


def rows_of(seed: int, queries: int = 60) -> list[Row]:
    """Queries of 1 to 30 rows: ties, missing scores and queries, and labels that are none among them."""
    g = np.random.default_rng(seed)
    out: list[Row] = []
    for q in range(queries):
        for _ in range(int(g.integers(1, 30))):
            score = float(np.round(g.random(), 1 if q % 2 else 6))
            y = float(g.choice([0, 0, 0, 1, 2, 3, 0.5])) if q % 9 else 0.0
            strange = g.random()
            label = -1.0 if strange < 0.02 else np.nan if strange < 0.04 else None if strange < 0.06 else y
            query = None if strange > 0.98 else f"what '{q}"
            out.append((len(out), None if strange > 0.95 else score, query, "ab"[q % 2], label))
    return out


@pytest.fixture(scope="module")
def engines(postgres_url: str) -> Iterator[list[tuple[Warehouse, Any, str]]]:
    with duckdb.connect(":memory:") as duck, psycopg.connect(postgres_url, autocommit=True) as elephant:
        for name in ("seen", "truth"):
            elephant.execute(f"DROP TABLE IF EXISTS {name}".encode())
        for ddl in (LOG, TRUTH):
            duck.execute(ddl.format(double="DOUBLE", text="VARCHAR"))
            elephant.execute(ddl.format(double="DOUBLE PRECISION", text="TEXT").encode())
        with PostgresWarehouse(postgres_url) as warehouse:
            yield [(DuckDBWarehouse(":memory:", connection=duck), duck, "?"), (warehouse, elephant.cursor(), "%s")]


def counted(engines: Sequence[tuple[Warehouse, Any, str]], rows: Sequence[Row]) -> list[LabelProfile]:
    """What each engine counts of them, in the first hour."""
    out = []
    for warehouse, connection, mark in engines:
        for table in ("seen", "truth"):
            connection.execute(f"DELETE FROM {table}")
        at = HOURS[0].start
        connection.executemany(
            f"INSERT INTO seen VALUES ({', '.join([mark] * 5)})", [(k, at, x, q, s) for k, x, q, s, _ in rows]
        )
        connection.executemany(f"INSERT INTO truth VALUES ({mark}, {mark})", [(k, y) for k, *_, y in rows])
        # a label that came twice: the lesser counts, for none says when it came
        connection.executemany(f"INSERT INTO truth VALUES ({mark}, {mark})", [(k, y) for k, *_, y in rows[:40]])
        log = LabelledLog(warehouse.describe("seen"), warehouse.describe("truth"), MAPPING, LABELS)
        ((found,),) = profile_labels(warehouse, log, LAYOUT, {"land": ("a", "b")}, HOURS[:1])
        out.append(found)
    return out


def by_query(rows: Sequence[Row]) -> list[list[tuple[float, float]]]:
    """Scores and relevance of each query's rows, in the order in which they are looked at; with a relevant one."""
    found: dict[str, list[tuple[float, str, float]]] = {}
    for k, score, query, _, y in rows:
        if score is not None and query is not None and y is not None and 0 <= y < 32768:
            found.setdefault(query, []).append((-score, hashlib.md5(str(k).encode()).hexdigest(), y))  # noqa: S324
    ordered = [[(-x, y) for x, _, y in sorted(one)] for one in found.values()]
    return [one for one in ordered if any(y > 0 for _, y in one)]


def gain(one: Sequence[tuple[float, float]]) -> float:
    """NDCG of a query, as scikit-learn has it: it takes no query of one row."""
    if len(one) == 1:
        return 1.0
    return float(ndcg_score([[y for _, y in one]], [[x for x, _ in one]], k=TOP))


def expected(queries: Sequence[Sequence[tuple[float, float]]]) -> dict[str, float]:
    each: dict[str, list[float]] = {
        "ndcg": [],
        "mean-average-precision": [],
        "mean-reciprocal-rank": [],
        "hit-rate": [],
    }
    for one in queries:
        places = [k for k, (_, y) in enumerate(one, 1) if y > 0]
        first = [k for k in places if k <= TOP]
        each["ndcg"].append(gain(one))
        precision = sum(len([j for j in places if j <= k]) / k for k in first) / min(len(places), TOP)
        each["mean-average-precision"].append(precision)
        each["mean-reciprocal-rank"].append(1 / first[0] if first else 0.0)
        each["hit-rate"].append(float(bool(first)))
    return {name: float(np.mean(some)) for name, some in each.items()}


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_scikit_learn_has(engines: Sequence[tuple[Warehouse, Any, str]], seed: int) -> None:
    rows = rows_of(seed)
    duck, elephant = counted(engines, rows)
    assert duck.segments == elephant.segments, "byte for byte"
    assert LabelCells.from_row(duck.whole.to_row()) == duck.whole
    labelled = Labelled.of(duck.whole, LAYOUT, UNIT)
    queries = by_query(rows)
    assert duck.whole.sums["queries"] == len(queries)
    assert duck.whole.sums["hopeless"] > 0
    for name, value in expected(queries).items():
        level = next(x for x in of_task(UNIT) if x.name == name)
        assert level.level(labelled) == pytest.approx(value, abs=1e-6), name
    parts = [cells for segment, cells in duck.segments.items() if segment != WHOLE]
    assert sum(parts, start=LabelCells.zero()) == duck.whole, "a query is in one segment"
    assert 0 < Labelled.of(parts[0], LAYOUT, UNIT).ranked.queries < len(queries)  # type: ignore[union-attr]


def test_equal_scores_share_their_places(engines: Sequence[tuple[Warehouse, Any, str]]) -> None:
    rows: list[Row] = [(10 * q + k, 0.5, f"{q}", "a", float(k == 3)) for q in range(8) for k in range(4)]
    found, _ = counted(engines, rows)
    level = next(x for x in of_task(UNIT) if x.name == "ndcg")
    shared = sum(1 / log2(k + 1) for k in range(1, 5)) / 4
    assert level.level(Labelled.of(found.whole, LAYOUT, UNIT)) == pytest.approx(shared, abs=1e-6)
