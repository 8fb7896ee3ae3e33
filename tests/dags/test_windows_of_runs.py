"""The table of what window Airflow gives a run, for every way that a run starts, across both clock changes.

Airflow's scheduler, REST API and backfill made these runs; `windows_of` says what they mean, or why they mean nothing.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.dags.conftest import House, context_of
from tidegauge.airflow.run_task import begins, is_live, windows_of
from tidegauge.airflow.timetables import timetable
from tidegauge.core.errors import WindowError
from tidegauge.core.grid import KINDS, between, containing, following
from tidegauge.core.window import Window

ZONE = "America/New_York"
CHANGES = {"spring": datetime(2013, 3, 10, 5, tzinfo=UTC), "autumn": datetime(2013, 11, 3, 4, tzinfo=UTC)}
LENGTHS = {"spring": 23, "autumn": 25}
EMPTY = "data interval is empty.*CronDataIntervalTimetable"


def window_of(run: Any, kind: str) -> Window | str:  # noqa: ANN401 - Airflow's own model
    """The run's one window, or the sentence that refuses it."""
    try:
        (window,) = windows_of(cast("Any", context_of(run)), kind, ZONE)
    except WindowError as error:
        return str(error)
    return window


@pytest.fixture(scope="module")
def ticked(house: House) -> House:
    """After the scheduler has looked a few times, with events posted in between."""
    assets = {a["name"]: a["id"] for a in house.client.get("/api/v2/assets", headers=house.headers).json()["assets"]}
    house.post("/assets/events", {"asset_id": assets["landed"], "extra": {"window": "2013-03-10"}})
    house.post("/assets/events", {"asset_id": assets["by_day"], "partition_key": "2013-11-03", "extra": {}})
    house.tick()
    return house


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("dag", ["cron_text", "delta"])
def test_a_cron_text_or_a_delta_gives_no_window(ticked: House, dag: str, change: str) -> None:
    """Such runs know a moment, so they are refused with advice."""
    runs = ticked.runs(f"{dag}.{change}")
    assert len(runs) == 4
    for run in runs:
        assert run.data_interval_start == run.data_interval_end
        with pytest.raises(WindowError, match=EMPTY):
            windows_of(cast("Any", context_of(run)), "hour", ZONE)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("dag", ["trigger_hour", "interval_hour"])
def test_hours_of_utc_go_through_a_clock_change(ticked: House, dag: str, change: str) -> None:
    """Each hour once; an interval of an hour has the same length everywhere."""
    windows = [window_of(run, "hour") for run in ticked.runs(f"{dag}.{change}")]
    first = CHANGES[change] - (timedelta(hours=1) if dag == "trigger_hour" else timedelta(0))
    assert windows == between("hour", ZONE, first, first + timedelta(hours=4))


@pytest.mark.parametrize("change", CHANGES)
def test_nightly_intervals_are_the_days(ticked: House, change: str) -> None:
    """The day of the change has 23 or 25 hours, and no hour is in two days or in none."""
    windows = [window_of(run, "day") for run in ticked.runs(f"interval_day.{change}")]
    changed = containing("day", ZONE, CHANGES[change])
    assert changed in windows
    assert changed.end - changed.start == timedelta(hours=LENGTHS[change])
    first, last = windows[0], windows[-1]
    assert isinstance(first, Window)
    assert isinstance(last, Window)
    assert windows == between("day", ZONE, first.start, last.end)
    assert all(is_live(cast("Any", context_of(run))) for run in ticked.runs(f"interval_day.{change}"))
    assert not any(begins(cast("Any", context_of(run))) for run in ticked.runs(f"interval_day.{change}"))


@pytest.mark.parametrize("change", CHANGES)
def test_a_trigger_with_a_length_of_a_day_is_wrong_on_the_changed_day_only(ticked: House, change: str) -> None:
    """It looks 24 hours back: that overlaps or leaves out an hour, and is refused rather than guessed."""
    answers = {run.run_after: window_of(run, "day") for run in ticked.runs(f"trigger_day.{change}")}
    changed = containing("day", ZONE, CHANGES[change])
    for when, answer in answers.items():
        if when == changed.end:
            assert "is not made of whole windows" in str(answer)
        else:
            assert isinstance(answer, Window)
            assert answer.end == when
    assert changed.end in answers


@pytest.mark.parametrize("change", CHANGES)
def test_a_shifted_minute_moves_the_window_and_is_refused(ticked: House, change: str) -> None:
    """02:30 to 02:30 is no day; waiting belongs to the monitor."""
    runs = ticked.runs(f"shifted_day.{change}")
    assert runs
    assert all("keep the schedule on the boundary" in str(window_of(run, "day")) for run in runs)


@pytest.mark.parametrize("change", CHANGES)
def test_a_partition_key_names_a_local_day(ticked: House, change: str) -> None:
    """A cron of partitions gives the day before, by its local date."""
    windows = [window_of(run, "day") for run in ticked.runs(f"partition_day.{change}")]
    changed = containing("day", ZONE, CHANGES[change])
    assert [changed, following(changed, ZONE)] == windows[-2:]


def test_events_name_their_window(ticked: House) -> None:
    """By the extra of an asset's event, or by its partition key."""
    (run,) = ticked.runs("asset")
    assert (run.data_interval_start, run.logical_date) == (None, None)
    assert window_of(run, "day") == containing("day", ZONE, CHANGES["spring"])
    (run,) = ticked.runs("partitioned_asset")
    assert window_of(run, "day") == containing("day", ZONE, CHANGES["autumn"])


@pytest.mark.parametrize("change", CHANGES)
def test_a_backfill_gives_the_same_days_and_is_not_live(house: House, change: str) -> None:
    """Runs of `airflow backfill create`, through the REST API."""
    first = CHANGES[change] - timedelta(days=1)
    body = {"from_date": first.isoformat(), "to_date": (first + timedelta(days=2)).isoformat(), "max_active_runs": 1}
    house.post("/backfills", body | {"dag_id": f"backfilled.{change}"})
    runs = [run for run in house.runs(f"backfilled.{change}") if run.backfill_id is not None]
    runs.sort(key=lambda run: run.logical_date)
    windows = [window_of(run, "day") for run in runs]
    changed = containing("day", ZONE, CHANGES[change])
    assert changed in windows
    assert all(isinstance(window, Window) for window in windows)
    assert not any(is_live(cast("Any", context_of(run))) for run in runs)
    assert all(begins(cast("Any", context_of(run))) for run in runs), "a backfill is how a history begins"


@pytest.mark.parametrize(("name", "asked"), [("live", is_live), ("new", begins)])
def test_a_yes_or_no_of_a_conf_is_one(name: str, asked: Callable[[Any], bool]) -> None:
    """The text "false" would be a yes, and page people, or let a lost store pass."""
    for said in (True, False):
        assert asked({"dag_run": SimpleNamespace(run_type="manual", conf={name: said})}) is said
    others: tuple[object, ...] = ("false", "true", 1, 0, None, [])
    for wrong in others:
        with pytest.raises(
            WindowError, match=f'^conf: "{name}" is true or false, and this is {re.escape(repr(wrong))}'
        ):
            asked({"dag_run": SimpleNamespace(run_type="manual", conf={name: wrong})})


KEY = containing("day", ZONE, CHANGES["spring"]).key


@pytest.mark.parametrize(
    ("dag", "body", "expected"),
    [
        ("by_hand", {"logical_date": None}, "This run names no window"),
        ("by_hand", {"logical_date": None, "conf": {"window": KEY}}, KEY),
        ("by_hand", {"logical_date": None, "conf": {"window": "2013-03-10"}}, KEY),
        ("by_hand", {"logical_date": "2013-03-11T04:00:00Z"}, KEY),  # a date by hand is when a run would have begun
        (
            "by_hand",
            {
                "logical_date": "2013-04-11T04:00:00Z",
                "data_interval_start": "2013-03-10T05:00:00Z",
                "data_interval_end": "2013-03-11T04:00:00Z",
            },
            KEY,
        ),
        (
            "by_hand",
            {
                "logical_date": "2013-04-12T04:00:00Z",
                "data_interval_start": "2013-03-10T05:00:00Z",
                "data_interval_end": "2013-03-11T05:00:00Z",
            },
            f"is not made of whole windows (day, America/New_York): the window there is {KEY}",
        ),
        ("by_hand_cron", {"logical_date": "2013-03-11T04:00:00Z"}, "data interval is empty"),
        ("by_hand_cron", {"logical_date": "2013-03-12T04:00:00Z", "conf": {"window": KEY}}, KEY),
    ],
)
def test_runs_by_hand(house: House, dag: str, body: dict[str, Any], expected: str) -> None:
    """Through the REST API, as Airflow's page and other programs start them."""
    made = house.post(f"/dags/{dag}/dagRuns", body)
    (run,) = [run for run in house.runs(dag) if run.run_id == made["dag_run_id"]]
    assert expected in str(window_of(run, "day"))


def test_a_run_that_another_dag_starts_must_be_told_its_window(house: House) -> None:
    """TriggerDagRunOperator gives now and a length of nothing; its conf gives the window."""
    from airflow.dag_processing.dagbag import DagBag

    from tests.dags.conftest import HERE

    before = {run.run_id for run in house.runs("by_hand_cron")}
    DagBag(str(HERE / "probes.py"), bundle_path=HERE).dags["caller"].test(logical_date=None)
    made = [run for run in house.runs("by_hand_cron") if run.run_id not in before]
    answers = {bool(run.conf): str(window_of(run, "day")) for run in made}
    assert answers[True] == containing("day", ZONE, datetime(2013, 4, 1, 12, tzinfo=UTC)).key
    assert "data interval is empty" in answers[False]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_timetable_is_the_grid(kind: str, zone: str) -> None:
    """Intervals of a year, as Airflow's scheduler computes them, are the windows; so are runs by hand."""
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction
    from pendulum import instance

    core = coerce_to_core_timetable(timetable(kind, zone))
    first = containing(kind, zone, datetime(2013, 3, 9, tzinfo=UTC))
    steps = {"hour": 24 * 32, "day": 400, "week": 60}[kind]  # over every clock change of the zone; hours, over one
    window, last = first, None
    restriction = TimeRestriction(earliest=instance(first.start), latest=None, catchup=True)
    for _ in range(steps):
        info = core.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        assert info is not None
        last = info.data_interval
        assert last is not None
        assert (last.start, last.end) == (window.start, window.end)
        window = following(window, zone)
    by_hand = core.infer_manual_data_interval(run_after=instance(window.start))
    assert by_hand.end == window.start
