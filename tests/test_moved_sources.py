"""`source.was` takes what a message prints, its secrets as ***: it is what a person has in front of them."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.test_cli import tidegauge
from tidegauge.core.addresses.keyed import HIDDEN

MONITOR = """\
monitor: moved
source: {{url: "{url}", table: log{was}}}
columns: {{id: id, time: at, numeric: [x]}}
window: {{every: day, zone: UTC}}
"""
LOG = """CREATE TABLE log AS SELECT i AS id, TIMESTAMPTZ '2024-01-01' + i * INTERVAL '1 hour' AS at, i % 7 AS x
  FROM generate_series(0, 119) AS t(i)"""
# What of an address is hidden: a password, a user with a mark of its own, what a setting says
HIDES = {
    "a password": ("me:zq7Kw9@", ""),
    "a variable": ("me:${MOVED_PASSWORD}@", ""),
    "a password with a mark": ("me:zq7@Kw9@", ""),
    "a user": ("m%40e:zq7Kw9@", ""),
    "a setting": ("me:zq7Kw9@", "?options=-cwork_mem%3D4MB"),
}


@pytest.fixture
def file(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A monitor's file, to be; the log is there."""
    monkeypatch.setenv("MOVED_PASSWORD", "zq7Kw9")
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(LOG)
        for role in ("me", "m@e"):
            connection.execute(f'DROP ROLE IF EXISTS "{role}"; CREATE ROLE "{role}" LOGIN SUPERUSER'.encode())
    return tmp_path / "m.yml"


def write(file: Path, url: str, was: str = "") -> None:
    file.write_text(MONITOR.format(url=url, was=f", {was}" if was else ""))


@pytest.mark.parametrize("hides", HIDES)
def test_what_a_message_prints_of_an_address_is_accepted(postgres: str, file: Path, hides: str) -> None:
    who, settings = HIDES[hides]
    place = postgres.rpartition("@")[2]
    url = f"postgresql://{who}{place}{settings}"
    write(file, url.replace("zq7@Kw9", "zq7%40Kw9"))
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    moved = f"postgresql://tidegauge@{place.replace('127.0.0.1', 'localhost')}"
    write(file, moved)
    before = tidegauge("status", file)
    assert before.exit_code == 4
    assert "zq7" not in before.stderr
    printed = re.search(r"write (was: \{.*?\}) below source:", before.stderr)
    assert printed is not None
    assert HIDDEN in printed[1]
    write(file, moved, printed[1])
    goes_on = tidegauge("status", file)
    assert (goes_on.exit_code, goes_on.stderr) == (0, "")
    assert goes_on.stdout.startswith("moved: 4 windows profiled")
    assert (tidegauge("run", file, "--window", "2024-01-05").exit_code, tidegauge("check", file).exit_code) == (0, 0)
    assert tidegauge("status", file).stdout.startswith("moved: 5 windows profiled")


def test_an_address_as_an_outage_prints_it_is_accepted(postgres: str, file: Path) -> None:
    """With the user, and without a word of the password; a slip in it is told as one."""
    place = postgres.rpartition("@")[2]
    write(file, f"postgresql://me:zq7Kw9@{place}")
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    moved = f"postgresql://tidegauge@{place.replace('127.0.0.1', 'localhost')}"
    write(file, moved, f'was: {{url: "postgresql://me@{place}"}}')
    assert tidegauge("status", file).exit_code == 0
    write(file, moved, f'was: {{url: "postgresql://you:***@{place}"}}')
    slipped = tidegauge("status", file)
    assert slipped.exit_code == 4
    assert "source.was says" in slipped.stderr


def test_where_all_that_differs_is_hidden_the_line_is_printed_too(postgres: str, file: Path) -> None:
    place = postgres.rpartition("@")[2]
    write(file, f"postgresql://me:zq7Kw9@{place}?options=-cwork_mem%3D4MB")
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    other = f"postgresql://me:zq7Kw9@{place}?options=-cwork_mem%3D8MB"
    write(file, other)
    before = tidegauge("status", file)
    assert "a part of its address that is not shown" in before.stderr
    printed = re.search(r"write (was: \{.*?\}) below source:", before.stderr)
    assert printed is not None
    write(file, other, printed[1])
    assert tidegauge("status", file).exit_code == 0
