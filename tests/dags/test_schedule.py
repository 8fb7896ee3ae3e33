"""`schedule:` of a monitor, in Airflow's own scheduler: what starts a run, and that a burst of events strands none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from tests.begun import open_pipeline
from tests.dags.conftest import House, context_of
from tests.dags.test_run import TABLE
from tidegauge.airflow import work
from tidegauge.airflow.run_task import windows_of
from tidegauge.core.errors import MonitorError
from tidegauge.core.grid import between, zone_of
from tidegauge.core.window import Window
from tidegauge.monitor import load_monitor
from tidegauge.monitor.read import parse_monitor

DAGS = Path(__file__).parents[2] / "dags"
ZONE = "America/New_York"
DAYS = [date(2013, 3, 12) + timedelta(days=k) for k in range(10)]
MONITOR = """
monitor: {name}
store: sqlite:///{home}/{name}.db
source: {{url: "duckdb:///{home}/log.duckdb", table: log}}
columns: {{id: id, time: at, prediction: score, numeric: [x], categorical: [kind]}}
window: {{every: day, zone: America/New_York, start: 2013-01-07}}
schedule: {schedule}
"""
SCHEDULES = {
    "landed": "{on: {asset: inference_log, partitioned: true}}",
    "lumped": "{on: {asset: rows, uri: 'warehouse://rows'}}",
    "either": "{on: {asset: rows_either}, window_end: true}",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, house: House) -> Iterator[Path]:
    """Monitors of each schedule, judged up to the days that land in a burst; Airflow knows their DAGs."""
    home = tmp_path_factory.mktemp("schedules")
    with duckdb.connect(str(home / "log.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLE)
    for name, schedule in SCHEDULES.items():
        file = home / f"{name}.yml"
        file.write_text(MONITOR.format(name=name, home=home, schedule=schedule))
        with open_pipeline(load_monitor(file)) as pipeline:
            pipeline.backfill(_midnight(date(2013, 1, 7)), _midnight(DAYS[0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDEGAUGE_MONITORS", str(home))
        house.load(DAGS / "tidegauge_dags.py")
        house.load(DAGS / "loader_dag.py")
        yield home  # a test run of a DAG looks through the folder again


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(ZONE))


def _days() -> list[Window]:
    return between("day", ZONE, _midnight(DAYS[0]), _midnight(DAYS[-1] + timedelta(days=1)))


def _asset(house: House, name: str) -> int:
    found = house.client.get("/api/v2/assets", params={"limit": 500}, headers=house.headers).json()["assets"]
    (number,) = [asset["id"] for asset in found if asset["name"] == name]
    return int(number)


def _windows(house: House, dag: str) -> list[Window]:
    return sorted(w for run in house.runs(dag) for w in windows_of(cast("Any", context_of(run)), "day", ZONE))


def test_a_burst_on_a_partitioned_asset_gives_each_window_a_run(home: Path, house: House) -> None:
    asset = _asset(house, "inference_log")
    for day in DAYS:
        house.post("/assets/events", {"asset_id": asset, "partition_key": day.isoformat(), "extra": {}})
    for _ in range(3):
        house.tick()
    assert _windows(house, "landed") == _days()


def test_a_loader_says_which_day_has_landed(home: Path, house: House) -> None:
    from airflow.dag_processing.dagbag import DagBag

    loader = DagBag(str(DAGS / "loader_dag.py"), bundle_path=DAGS).dags["load-inference-log"]
    made = loader.test(run_conf={"day": "2013-03-25"})
    assert str(made.state) == "success"
    for _ in range(3):
        house.tick()
    assert {str(w.start.date()) for w in _windows(house, "landed")} - {str(w.start.date()) for w in _days()} == {
        "2013-03-25"
    }


def test_of_a_burst_on_a_plain_asset_the_sweep_finds_what_was_stranded(home: Path, house: House) -> None:
    asset, file = _asset(house, "rows"), home / "lumped.yml"
    for day in DAYS:
        house.post("/assets/events", {"asset_id": asset, "extra": {"window": day.isoformat()}})
    house.tick()
    started = _windows(house, "lumped")
    assert started, "a run, of one event or of more"
    assert set(started) <= set(_days())
    work.work_off(file, started, live=True, started=lambda _dag, _run: False)
    swept = work.sweep(file, _days()[-1].end + timedelta(hours=12))
    assert sorted([*(Window.parse(t["conf"]["window"]) for t in swept), *started]) == _days()


def test_an_event_or_the_end_of_a_window_starts_a_run(home: Path, house: House) -> None:
    house.post("/assets/events", {"asset_id": _asset(house, "rows_either"), "extra": {"window": DAYS[0].isoformat()}})
    house.tick()
    runs = house.runs("either")
    by_event = [run for run in runs if run.consumed_asset_events]
    (window,) = windows_of(cast("Any", context_of(by_event[0])), "day", ZONE)
    assert window == _days()[0]
    by_time = [run for run in runs if not run.consumed_asset_events]
    assert by_time
    (window,) = windows_of(cast("Any", context_of(by_time[0])), "day", ZONE)
    assert window.end <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        ("{window_end: false}", "schedule.window_end: is false and no asset is named, so nothing would start"),
        ("{on: {asset: a, partitioned: true}, window_end: true}", "cannot stand beside a partitioned asset"),
        ("{on: {asset: a, uri: 'postgresql://me:s3cret@host/db'}}", "schedule.on.uri: holds a secret"),
        ("{on: {asset: a, partitioned: yes}}", "schedule.on.partitioned"),
        ("{on: {assets: [a]}}", 'schedule.on.assets: unknown key. Did you mean "asset"?'),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(schedule: str, sentence: str) -> None:
    with pytest.raises(MonitorError) as refused:
        parse_monitor(MONITOR.format(name="m", home="/tmp", schedule=schedule))  # noqa: S108 - nothing is written there
    assert sentence in str(refused.value)
    assert "s3cret" not in str(refused.value)
