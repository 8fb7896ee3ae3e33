"""Relations are chosen from a source's first weeks. Where these come last, all is as if they had come first."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.begun import open_pipeline
from tests.every.flights import COLUMNS, a_day
from tidegauge.monitor import Monitor, parse_monitor

ROWS, DAYS = 60, 40
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
YAML = """\
monitor: planes
store: sqlite:///{folder}/store.db
source: {{url: "duckdb:///{file}", table: log}}
columns:
  time: left_at
  numeric: [distance, air]
window: {{every: day, zone: UTC, start: 2024-01-01, wait: 2 hours}}
"""


def day(number: int) -> datetime:
    """When a day begins."""
    return BEGIN + timedelta(days=number)


@pytest.fixture(scope="module")
def planes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of forty days."""
    file = tmp_path_factory.mktemp("planes") / "log.duckdb"
    days = []
    for k in range(DAYS):
        rows = pd.DataFrame({c: v for c, v in a_day(k, ROWS).items() if c in COLUMNS})
        rows = rows.astype({"origin": str, "dest": str})
        rows["left_at"] = [day(k) + timedelta(minutes=20 * i) for i in range(ROWS)]
        days.append(rows)
    log = pd.concat(days)  # noqa: F841 - DuckDB reads it by this name
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE log AS SELECT * FROM log")
    return file


def a_monitor(planes: Path, folder: Path) -> Monitor:
    """With a store of its own."""
    folder.mkdir()
    return parse_monitor(YAML.format(folder=folder, file=planes))


def test_first_weeks_that_come_last_and_in_parts(planes: Path, tmp_path: Path) -> None:
    """What was decided by relations chosen while some were missing is decided again by those of all.

    They are the same relations, so nothing else is followed; the cells that they are read in are others.
    """
    dumps = []
    for k, parts in enumerate([[(0, 40)], [(0, 22), (30, 40), (22, 30)], [(29, 40), (0, 25), (25, 29)]]):
        with open_pipeline(a_monitor(planes, tmp_path / str(k))) as pipeline:
            for first, last in parts:
                pipeline.backfill(day(first), day(last))
            decider = pipeline.decider("inputs")
            assert decider is not None
            (followed,) = decider.observer.signal_sets("day").values()
            assert any(signal.tied for signal in followed.signals), "no relation was found: this shows nothing"
            dumps.append(pipeline.store.dump().splitlines())
    assert dumps[1] == dumps[0]
    assert dumps[2] == dumps[0]
