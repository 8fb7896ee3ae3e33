"""Relative places in a monitor: meant from its file's folder, whoever runs a verb and wherever."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.test_cli import tidegauge
from tidegauge.actions.asking import actions_of, sinks_of
from tidegauge.core.errors import MonitorError
from tidegauge.monitor import load_monitor
from tidegauge.monitor.options import build, places
from tidegauge.monitor.outlets import ACTIONS, SINKS
from tidegauge.sinks.html import Html

MONITOR = """\
monitor: shop
source: {{url: "duckdb:///{place}/log.duckdb", table: log}}
columns: {{id: id, time: at, numeric: [x, y]}}
window: {{every: day}}
reference: {{minimum: 2}}
sinks: [{{html: {{folder: pages}}}}]
actions: [{{notify: {{log: told/notices.jsonl}}}}, {{report: {{folder: alerts}}}}]
"""
DAYS = 31
LAST = (datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=DAYS - 1)).date()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A monitor whose last night is bad, with its past read; somebody stands elsewhere."""
    place = tmp_path / "home"
    (tmp_path / "elsewhere").mkdir()
    place.mkdir()
    with duckdb.connect(str(place / "log.duckdb")) as connection:
        connection.execute(
            f"CREATE TABLE log AS SELECT i AS id, TIMESTAMP '2024-03-01' + i * INTERVAL '10 minutes' AS at, "
            f"CASE WHEN i < {144 * (DAYS - 1)} THEN 0 ELSE 900 END + hash(i) % 97 AS x, hash(i + 5) % 89 AS y "
            f"FROM range({144 * DAYS}) AS r(i)"
        )
    (place / "my.yml").write_text(MONITOR.format(place=place))
    assert tidegauge("backfill", place / "my.yml", "--to", LAST, "--clock-is-right").exit_code == 0
    return place


def files(place: Path) -> Iterator[str]:
    return (str(p.relative_to(place)) for p in sorted(place.rglob("*")) if p.is_file())


def test_pages_and_notices_lie_beside_the_monitor_from_everywhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = home.parent / "elsewhere"
    monkeypatch.chdir(elsewhere)
    assert tidegauge("run", "../home/my.yml", "--window", LAST, "--clock-is-right").exit_code == 1
    page = f"shop/{LAST}T00-00-00Z-inputs.html"
    assert {f"pages/{page}", f"alerts/{page}", "told/notices.jsonl"} <= set(files(home))
    assert list(files(elsewhere)) == []
    monkeypatch.chdir("/")
    done = tidegauge("forget", home / "my.yml", "--window", LAST)
    assert done.exit_code == 0, done.output
    assert f"pages/{page}" not in set(files(home)), "taken back, from wherever it is asked for"


def test_what_an_earlier_version_left_in_the_working_directory_is_named_and_taken_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home.parent / "elsewhere"
    page = elsewhere / "pages" / "shop" / f"{LAST}T00-00-00Z-inputs.html"
    page.parent.mkdir(parents=True)
    page.write_text("as it was")
    (elsewhere / "told").mkdir()
    (elsewhere / "told" / "notices.jsonl").write_text(json.dumps({"monitor": "shop", "key": "old"}) + "\n")
    (elsewhere / "alerts").mkdir()  # somebody else's
    monkeypatch.chdir(elsewhere)
    done = tidegauge("run", home / "my.yml", "--window", LAST, "--clock-is-right")
    assert f"shop: {elsewhere}/pages, in the working directory, holds what an earlier version wrote" in done.stderr
    assert f"move it to {home}/pages." in done.stderr
    assert f"move it to {home}/told/notices.jsonl." in done.stderr
    assert "alerts" not in done.stderr
    assert page.read_text() == "as it was"
    tidegauge("forget", home / "my.yml", "--window", LAST)
    assert not page.exists(), "a forgotten window's page stands nowhere"
    monkeypatch.chdir(home)
    assert "working directory" not in tidegauge("status", "my.yml").output


def test_a_target_stays_as_it_is_written(home: Path) -> None:
    """It is a part of an intent's key: an incident that was told of is not told of again by a newer version."""
    monitor = load_monitor(home / "my.yml")
    assert [a.target for a in actions_of(monitor)] == ["told/notices.jsonl", "alerts"]
    assert [getattr(s, "folder", "") for s in sinks_of(monitor).values()] == [str(home / "pages")]


def test_every_option_that_names_a_place_says_so() -> None:
    found = {name: places(member) for family in (SINKS, ACTIONS) for name, member in family.items()}
    assert {name: some for name, some in found.items() if some} == {
        "html": ("folder",),
        "fallback": ("file",),
        "notify": ("log",),
        "remote_write": ("authority", "certificate", "key"),
        "report": ("folder",),
    }


def test_a_place_is_filled_in_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an address is: pages went to a folder called "${OUT}", and with the example of deploy/ to nowhere."""
    monkeypatch.setenv("OUT", str(tmp_path / "out"))
    monkeypatch.delenv("NOWHERE", raising=False)
    for text, place in (("${OUT}/reports", tmp_path / "out" / "reports"), ("pages", tmp_path / "pages")):
        assert build(SINKS, "html", {"folder": text}, tmp_path) == Html(folder=str(place))
    with pytest.raises(MonitorError, match=r"sink html\.folder: the environment variable NOWHERE is not set"):
        build(SINKS, "html", {"folder": "${NOWHERE}/reports"}, tmp_path)
