"""Dates at the rim of what Python counts: a sentence wherever one may be written, a traceback nowhere."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from tidegauge.airflow.resolve import resolve
from tidegauge.cli import main
from tidegauge.core.errors import MonitorError, WindowError
from tidegauge.core.grid import containing
from tidegauge.core.window import Window
from tidegauge.monitor import load_monitor, parse_monitor
from tidegauge.replay.events import bounds

MONITOR = """\
monitor: rim
source: {{url: "duckdb:///{place}/log.duckdb", table: log}}
columns: {{id: id, time: at, numeric: [x]}}
window: {{every: {every}, zone: {zone}}}
sample: 0
"""
LOG = """
CREATE TABLE log AS SELECT i AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) HOUR AS at, i % 7 + 0.5 AS x
FROM range(240) AS t(i)
"""
FAR = (
    "9999-12-31",
    "9999-12-31T23:59:59-23:00",
    "9999-12-31T23:59:59.999999+14:00",
    "0001-01-01",
    "0001-01-01T00:00+14:00",
    "0001-01-01T00:00-12:00",
    "day/0001-01-01T00:00:00Z/0001-01-02T00:00:00Z",
    "day/9999-12-31T00:00:00Z/9999-12-31T23:59:59Z",
)
ZONES = ("UTC", "America/New_York", "Asia/Tokyo")


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def a_sentence(done: Result, code: int = 2) -> str:
    """What was refused, which is the last line, and nothing at all on standard output."""
    *_, said = done.stderr.strip().splitlines()
    assert (done.exit_code, done.stdout) == (code, ""), done.output
    assert "Traceback" not in done.stderr
    assert "/1-01-01" not in said, "a year has four digits"
    return said


@pytest.fixture(scope="module", params=ZONES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A monitor of days with a past, in a zone."""
    place = tmp_path_factory.mktemp("rim")
    with duckdb.connect(str(place / "log.duckdb")) as connection:
        connection.execute(LOG)
    (place / "my.yml").write_text(MONITOR.format(place=place, every="day", zone=request.param))
    assert tidegauge("backfill", place / "my.yml").exit_code == 0
    return place / "my.yml"


@pytest.mark.parametrize("verb", ["run", "forget", "explain", "report"])
@pytest.mark.parametrize("window", FAR)
def test_a_window(file: Path, verb: str, window: str) -> None:
    said = a_sentence(tidegauge(verb, file, "--window", window))
    assert "year" in said or "there is nothing" in said or "lies" in said or "is no day" in said


@pytest.mark.parametrize("text", [t for t in FAR if "/" not in t])
def test_the_ends_of_a_past(file: Path, text: str) -> None:
    """A day beyond all time is a way to say "everything" where it fits, and a sentence where it does not."""
    for words in (("--from", text, "--to", text), ("--from", text), ("--to", text)):
        done = tidegauge("backfill", file, *words)
        assert done.exit_code == 0 or a_sentence(done)
    for words in (("--from", text, "--to", text), ("--from", text, "--to", "2024-01-05"),
                  ("--from", "2024-01-05", "--to", text)):  # fmt: skip
        done = tidegauge("replay", file, "--no-what-if", *words)
        assert done.exit_code == 0 or a_sentence(done)


def test_everything_may_be_said_by_far_days(file: Path) -> None:
    done = tidegauge("replay", file, "--no-what-if", "--from", "0001-01-02", "--to", "2024-01-05")
    assert done.exit_code == 0, done.output
    assert "Goes back to 20" in done.stderr
    assert "begins: --from lies earlier.\n" in done.stderr


@pytest.mark.parametrize("text", ["1026-11-01", "0202-01-01", "2224-01-05", "20240-01-01", "2200-01-01T05"])
def test_a_mistyped_year_is_said(file: Path, text: str) -> None:
    for words in (
        ("backfill", file, "--from", text),
        ("backfill", file, "--to", text),
        ("run", file, "--window", text),
        ("explain", file, text),
        ("forget", file, "--window", text),
        ("replay", file, "--from", text, "--to", "2024-01-05"),
        ("replay", file, "--from", "2024-01-01", "--to", text),
        ("incident", "confirm", file, "abcd", "--at", text),
    ):
        said = a_sentence(tidegauge(*words))
        if text != "20240-01-01":  # which is no date
            assert f'"{text}" lies beyond the years 1900 to 2199. Is the year mistyped?' in said
    for zone in ZONES:
        with pytest.raises(WindowError, match=text):
            resolve("day", zone, conf={"window": text})
    text = text[:10]
    with pytest.raises(MonitorError, match="start: must be a date"):
        parse_monitor(
            MONITOR.format(place="x", every="day", zone="UTC").replace("zone: UTC", f"zone: UTC, start: {text}")
        )


def test_a_day_before_the_first_one_is_said(file: Path) -> None:
    done = tidegauge("backfill", file, "--from", "1926-11-01", "--to", "2024-01-05")
    assert done.exit_code == 0
    assert "Goes back to 20" in done.stderr


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00+14:00"])
@pytest.mark.parametrize("verb", ["confirm", "dismiss", "accept-as-normal", "retract"])
def test_the_time_of_an_answer(file: Path, verb: str, text: str) -> None:
    assert f'--at: "{text}" lies beyond the years' in a_sentence(
        tidegauge("incident", verb, file, "abcd", "--at", text)
    )


def test_a_first_day_that_lies_in_the_future_is_no_beginning_of_the_monitor(file: Path) -> None:
    said = a_sentence(tidegauge("backfill", file, "--from", "2099-01-01"))
    assert "begins" not in said
    assert "There is no whole day to read between 2099-01-01 00:00 and 2024-01-1" in said
    assert "has not ended yet" in a_sentence(tidegauge("backfill", file, "--from", "2099-01-01", "--to", "2099-02-01"))


@pytest.mark.parametrize("text", FAR)
def test_a_runs_conf(text: str) -> None:
    for zone in ZONES:
        with pytest.raises(WindowError, match="conf: "):
            resolve("day", zone, conf={"window": text})


@pytest.mark.parametrize("kind", ["hour", "day", "week"])
@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_no_grid_reaches_so_far(kind: str, at: datetime) -> None:
    for zone in ZONES:
        with pytest.raises(WindowError, match="windows are counted in the years 1000 to 8999. Is the year right"):
            containing(kind, zone, at)


def test_a_key_has_four_digits_of_a_year() -> None:
    key = "day/0013-01-01T00:00:00Z/0013-01-02T00:00:00Z"
    assert Window.parse(key).key == key


def test_known_events_may_end_never() -> None:
    assert bounds("2024-01-01", "9999-12-31", "UTC")[1].year == 9999
    assert bounds("9999-12-31", "", "UTC")[1].year == 9999
    with pytest.raises(MonitorError, match='events: start: "0001-01-01T00:00\\+14:00" lies beyond the years'):
        bounds("0001-01-01T00:00+14:00", "", "UTC")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("zone: UTC", "zone: UTC, start: 0001-01-01", "window.start: must be a date in the years 1900 to 2199"),
        ("zone: UTC", "zone: UTC, start: 9999-12-31", "window.start: must be a date in the years 1900 to 2199"),
        ("sample: 0", "alerts: {silences: [{from: 9999-12-01, to: 9999-12-31, why: x}]}", "lies beyond the years 1900"),
        (
            "zone: UTC}",
            "zone: America/New_York}\nalerts: {silences: [{from: 9999-12-31, to: 9999-12-31T23:30, why: x}]}",
            "lies beyond the years 1900 to 2199",
        ),
    ],
)
def test_a_monitors_dates(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = MONITOR.format(place=tmp_path, every="day", zone="UTC")
    assert old in text
    with pytest.raises(MonitorError, match=said):
        parse_monitor(text.replace(old, new), "my.yml")


@pytest.mark.parametrize(
    ("first", "last"),
    [("0001-01-01 00:00:00", "9999-12-31 23:59:59"), ("0044-03-15 (BC) 00:00:00", "20000-01-01 00:00:00")],
)
def test_a_log_may_hold_any_date(first: str, last: str, tmp_path: Path) -> None:
    """Rows of times that no window holds are told by a check, with their number, and left out by a backfill."""
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(LOG)
        for k, when in enumerate((first, last)):
            connection.execute(f"INSERT INTO log VALUES ({1000 + k}, TIMESTAMPTZ '{when}', 1)")
    file = tmp_path / "my.yml"
    file.write_text(MONITOR.format(place=tmp_path, every="day", zone="UTC"))
    assert tidegauge("backfill", file).exit_code == 0
    checked = tidegauge("check", file)
    assert checked.exit_code == 1
    assert 'column "at": 2 rows have a time outside of the years 1000 to 8999, or infinite.' in checked.stdout
    file.write_text(file.read_text().replace("zone: UTC", "zone: UTC, start: 2024-01-01"))
    assert tidegauge("backfill", file).exit_code == 0
    assert load_monitor(file).window.start is not None
