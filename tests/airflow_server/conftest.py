"""A running Airflow, and in it a monitor with a past whose last two days broke."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from tests.begun import open_pipeline
from tests.services.airflow_server import ROOT, Airflow, airflow_server
from tidegauge.core.decision import Decision
from tidegauge.core.grid import containing, zone_of
from tidegauge.monitor import load_monitor

__all__ = ["airflow_server"]
ZONE = "America/New_York"
START, NIGHT = date(2013, 1, 7), date(2013, 3, 29)
MONITOR = """
monitor: small
store: sqlite:///{home}/store.db
source: {{url: "duckdb:///{home}/log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: score, numeric: [x], categorical: [kind]}}
window: {{every: day, zone: America/New_York, start: 2013-01-07}}
actions:
  - retrain: {{dag: retrain_small, stage: inputs, hold: false}}
"""
TABLE = """
CREATE TABLE log AS
SELECT i AS id, "at", 0.5 + 0.3 * sin(i * 12.9898) AS score,
       CASE WHEN "at" >= TIMESTAMPTZ '2013-03-29 00:00:00-04' THEN 40 ELSE 0 END + 10 + 3 * sin(i * 78.233) AS x,
       CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS kind
FROM (SELECT i, TIMESTAMPTZ '2013-01-07 00:00:00-05' + INTERVAL (i * 6) MINUTE AS "at" FROM range(0, 19_920) t(i))
"""


@dataclass
class Live:
    """A running Airflow with a monitor in it."""

    airflow: Airflow
    home: Path

    def explain(self, name: str, day: date) -> Decision:
        """What was decided on the inputs of a day."""
        monitor = load_monitor(self.home / f"{name}.yml")
        with open_pipeline(monitor) as pipeline:
            return pipeline.explain(containing("day", ZONE, midnight(day)))


@pytest.fixture(scope="package")
def live(airflow_server: Airflow) -> Live:
    """The monitor `small`, judged up to the night before the one that broke."""
    home = airflow_server.monitors
    with duckdb.connect(str(home / "log.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLE)
    (home / "small.yml").write_text(MONITOR.format(home=home))
    with open_pipeline(load_monitor(home / "small.yml")) as pipeline:
        pipeline.backfill(midnight(START), midnight(NIGHT))
    shutil.copy(ROOT / "dags" / "tidegauge_dags.py", airflow_server.dags)
    return Live(airflow_server, home)


def midnight(day: date) -> datetime:
    """When a day begins where the monitor is."""
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(ZONE))
