"""More windows than one statement holds: a byte numbers them, and the last of each statement is number 255."""

from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pytest

from tidegauge.core.grid import between
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, profile_labels
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows, watermarks
from tidegauge.profiles.window_index import MOST_WINDOWS
from tidegauge.warehouses.duckdb import DuckDBWarehouse

START = datetime(2024, 1, 1, tzinfo=UTC)
HOURS = between("hour", "UTC", START, START + timedelta(hours=600))
MAPPING = LogMapping('"log"', {"numeric": ("x",)}, time="moment", id="id", prediction="x")


@pytest.fixture
def log() -> DuckDBWarehouse:
    """Two rows an hour, and a label of each; every seventh hour is empty."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        """CREATE TABLE log AS SELECT k AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_minutes(30 * k) AS moment,
        (k % 97) / 97.0 AS x FROM range(1200) AS t(k) WHERE (k // 2) % 7 <> 3"""
    )
    connection.execute("CREATE TABLE truth AS SELECT id, id % 2 AS late, moment AS arrived FROM log")
    return DuckDBWarehouse(":memory:", connection=connection)


def test_every_window_has_its_own_rows(log: DuckDBWarehouse) -> None:
    assert len(HOURS) > 2 * MOST_WINDOWS
    layouts = {"x": cut_numeric(np.linspace(0, 1, 500))}
    profiles = [p for some in profile_windows(log, log.describe("log"), MAPPING, layouts, {}, HOURS) for p in some]
    expected = [0 if h % 7 == 3 else 2 for h in range(len(HOURS))]
    assert [p.window for p in profiles] == HOURS
    assert [p.facts.rows for p in profiles] == expected
    assert [p.whole["x"].rows if p.whole else 0 for p in profiles] == expected
    assert [facts.rows for _, facts in watermarks(log, log.describe("log"), MAPPING, HOURS)] == expected


def test_every_window_has_its_own_labels(log: DuckDBWarehouse) -> None:
    labels = LabelMapping('"truth"', "id", "late", "arrived", timedelta(hours=1))
    layout = cut_numeric(np.linspace(0, 1, 500))
    found = profile_labels(
        log, LabelledLog(log.describe("log"), log.describe("truth"), MAPPING, labels), layout, {}, HOURS
    )
    counted = [int(p.whole.counts.sum()) for some in found for p in some]
    assert counted == [0 if h % 7 == 3 else 2 for h in range(len(HOURS))]
