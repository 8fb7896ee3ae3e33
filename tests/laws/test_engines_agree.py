"""Laws over all engines: of a log of every awkward value DuckDB, PostgreSQL and Spark keep the same bytes.

Spark begins once for all of these tests, which is most of what they take. `benchmarks/engines/awkward_frame.py` does
the same with 200,000 rows and every hour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from shutil import which
from typing import Any

import pandas as pd
import psycopg
import pytest

from tests.laws.awkward import CLOCKS, HOURS, NUMBERS, TEXTS, copy_to, cut, write
from tidegauge.core.errors import ContractError, WarehouseError
from tidegauge.core.window import Window
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.profiles.rows_behind import RowsBehind, read_found, rows_query
from tidegauge.warehouses import open_warehouse
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

ROWS = 3_000
MAPPING = LogMapping(
    "log",
    {"numeric": NUMBERS, "categorical": TEXTS},
    time="ts",
    id="id",
    ingested="ing",
    prediction="pred",
    segments=("carrier",),
)
SEGMENTS = {"carrier": ("AA", "UA")}
ENDS = [datetime(2013, 11, d, h, tzinfo=UTC) for d, h in ((1, 4), (2, 4), (3, 4), (4, 5), (5, 5))]  # New York's days
DAYS = [Window(a, b, "day") for a, b in pairwise(ENDS)]
QUICK = "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1%20-XX:+UseSerialGC&spark.driver.memory=1g"


@dataclass(frozen=True, slots=True)
class Engines:
    """The same two tables three times over, and their layouts."""

    duck: Warehouse
    elephant: Warehouse
    spark: Warehouse
    layouts: Mapping[str, Layout]

    @property
    def all(self) -> list[tuple[Warehouse, str]]:
        """Each engine, and what stands before a table's name there."""
        return [(self.duck, ""), (self.elephant, "awkward."), (self.spark, "")]


@pytest.fixture(scope="module")
def engines(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    if find_spec("pyspark") is None or which("java") is None:
        pytest.skip("no Spark: pip install 'tidegauge[spark]', and a Java of 17 or newer")
    folder = tmp_path_factory.mktemp("awkward")
    connection = write(folder, ROWS)
    with psycopg.connect(postgres_url, autocommit=True, options="-c TimeZone=UTC") as postgres:
        copy_to(postgres, connection)
    with (
        PostgresWarehouse(postgres_url) as elephant,
        open_warehouse(f"spark://local:2/{folder}?{QUICK}") as spark,
    ):
        yield Engines(DuckDBWarehouse(":memory:", connection=connection), elephant, spark, cut(connection))
    connection.close()


def kept(
    engine: tuple[Warehouse, str],
    layouts: Mapping[str, Layout],
    mapping: LogMapping,
    windows: Sequence[Window],
    sample: int = 0,
) -> list[dict[str, Any]]:
    """What is kept of each window, as bytes."""
    warehouse, before = engine
    kinds = warehouse.describe(before + "log")
    segments = SEGMENTS if mapping.segments else {}
    asked = replace(mapping, table=before + "log")
    found = profile_windows(warehouse, kinds, asked, layouts, segments, windows, sample=sample)
    return [
        {
            "facts": p.facts,
            "whole": {c: s.to_row() for c, s in p.whole.items()},
            "segments": {n: {c: s.to_row() for c, s in columns.items()} for n, columns in p.segments.items()},
            "rows": p.rows.to_row() if p.rows is not None else None,
            "hours": p.hours.to_row() if p.hours is not None else None,
        }
        for some in found
        for p in some
    ]


def test_days_are_kept_alike_to_the_byte(engines: Engines) -> None:
    """Cells, sums, facts, segments and sampled rows, of numbers and texts of every kind."""
    duck, elephant, spark = (kept(e, engines.layouts, MAPPING, DAYS, sample=100) for e in engines.all)
    assert duck == elephant
    assert duck == spark
    assert sum(day["facts"].rows for day in duck) == ROWS
    assert all(len(day["whole"]) == len(NUMBERS) + len(TEXTS) and day["rows"] and day["hours"] for day in duck)


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize("change", [0, 1], ids=["back", "forward"])
def test_of_two_half_past_ones_all_say_the_later(engines: Engines, name: str, change: int) -> None:
    """Local times over both changes of a clock, by the half hour: of what occurs twice the second, everywhere."""
    zone, starts = CLOCKS[name]
    begin = datetime.fromisoformat(starts[change]).replace(tzinfo=UTC)
    halves = [
        Window(begin + timedelta(minutes=30 * k), begin + timedelta(minutes=30 * (k + 1)), "hour")
        for k in range(2 * HOURS)
    ]
    mapping = LogMapping("log", {"numeric": ("pred",)}, time=f"{name}_{change}", zone=zone)
    layouts = {"pred": engines.layouts["pred"]}
    duck, elephant, spark = (kept(e, layouts, mapping, halves) for e in engines.all)
    assert duck == elephant
    assert duck == spark
    days = [Window(begin, begin + timedelta(minutes=30 * len(halves)), "day")]
    whole, *others = (kept(e, layouts, mapping, days) for e in engines.all)
    assert whole[0]["hours"]
    assert others == [whole, whole], "by the hour too"
    rows = [half["facts"].rows for half in duck]
    assert sum(rows) == ROWS
    if change == 0:
        assert 0 in rows, "the first of the two is empty"
        assert max(rows) > 1.9 * sorted(rows)[len(rows) // 2], "and the second holds both"


def test_labels_are_counted_alike(engines: Engines) -> None:
    """Of several labels the latest in time, late ones and NaN apart, by segment."""
    answers = []
    for warehouse, before in engines.all:
        labels = LabelMapping(before + "labels", "id", "y", "known", timedelta(hours=3))
        kinds = warehouse.describe(before + "log"), warehouse.describe(before + "labels")
        log = LabelledLog(*kinds, replace(MAPPING, table=before + "log"), labels)
        found = profile_labels(warehouse, log, engines.layouts["pred"], SEGMENTS, DAYS)
        answers.append([{n: c.to_row() for n, c in p.segments.items()} for some in found for p in some])
    assert answers[0] == answers[1]
    assert answers[0] == answers[2]
    assert all(len(day) == len(SEGMENTS["carrier"]) + 2 for day in answers[0]), "the whole, two and the others"


def test_the_rows_behind_an_alert_are_the_same(engines: Engines) -> None:
    """Those in some cells of a number and of a text, in the same order and with the same values of every type."""
    missing, others = RowsBehind(DAYS[2], "normal", (0, 1)), RowsBehind(DAYS[2], segment="carrier=(others)")
    placed = RowsBehind(DAYS[2], "uni", (0, 13, 14), ({"normal": (0,)},))
    for asked in (missing, placed, others):
        answers = []
        for warehouse, before in engines.all:
            kinds, mapping = warehouse.describe(before + "log"), replace(MAPPING, table=before + "log")
            query = rows_query(warehouse.dialect, kinds, mapping, engines.layouts, SEGMENTS, asked, 40)
            answers.append(read_found(warehouse.fetch(query.sql, query.parameters), mapping, kinds))
        duck = answers[0]
        assert 0 < duck.behind < duck.counted
        for other in answers[1:]:
            assert (other.counted, other.behind) == (duck.counted, duck.behind)
            for name in ("id", "ts", "ing", "normal", "heavy", "tiny", "dec", "big", "boo", "uni", "carrier"):
                a, b = (pd.Series(x.values[name]).astype(object).where(lambda v: v.notna()) for x in (duck, other))
                pd.testing.assert_series_equal(a, b, obj=f"{name} of {asked}")


def test_texts_come_back_as_they_were_written(engines: Engines) -> None:
    """As literals and as a bound list: backslashes, quotes, ${…}."""
    texts = ["\\", "\\n", "O'Brien", '"', "${spark.master}", "%s", "\u202e", "a`b", ":x", "--", "/*"]
    d = engines.spark.dialect
    literals = ", ".join(f"{d.text(t)} AS t{k}" for k, t in enumerate(texts))
    found = engines.spark.fetch(f"SELECT {literals}")
    assert [found[f"t{k}"][0] for k in range(len(texts))] == texts
    assert sorted(engines.spark.fetch(f"SELECT value FROM {d.ranked(d.texts(':x'), 'k')}", {"x": texts})["value"]) == (
        sorted(texts)
    )


def test_without_java_it_says_what_to_install(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with open_warehouse("spark://local:2/x") as another, pytest.raises(WarehouseError, match="needs Java 17 or newer"):
        another.tables()
    assert list(engines.spark.tables()) == ["labels", "log"], "and whoever has begun is not asked again"


def test_spark_refuses_in_a_sentence(engines: Engines, tmp_path: Path) -> None:
    """What is not there, what would write, and what is no folder."""
    spark = engines.spark
    with pytest.raises(ContractError, match='no table "lok" in spark://local:2/.*Did you mean "log"'):
        spark.describe("lok")
    with pytest.raises(ContractError, match="no table"):
        spark.describe('parquet."/etc/log.parquet"')
    with pytest.raises(ContractError, match="INSERT"):
        spark.fetch("WITH x AS (SELECT 1 AS id) INSERT INTO log SELECT * FROM x")
    with pytest.raises(ContractError, match="Spark refused a statement or a value.*cannot be cast"):
        spark.fetch("SELECT CAST('x' AS INT) AS n")
    with pytest.raises(ContractError, match=r"overflow"):
        spark.fetch("SELECT CAST(9223372036854775807 AS BIGINT) + 1 AS n")
    with pytest.raises(WarehouseError, match="no folder of Parquet"):
        open_warehouse(f"spark://local:2/{tmp_path}/gone").tables()
