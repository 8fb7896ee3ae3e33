"""A few rows far from all others in time, or with none: said, and no monitor begins or ends with them."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner, Result

from tidegauge.cli import main
from tidegauge.init.first import first_monitor
from tidegauge.monitor import parse_monitor
from tidegauge.profiles.extent import Extent, extent
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.store.store import Store
from tidegauge.warehouses import open_warehouse

MONITOR = """\
monitor: stray
source: {{url: "{url}", table: log}}
columns: {{id: id, time: at, numeric: [x], categorical: [c]}}
window: {{every: day, zone: UTC{start}}}
"""
# 60 days from 1 January 2024, 100 rows each
LOG = """CREATE TABLE log AS SELECT i AS id, CAST('2024-01-01' AS TIMESTAMP) + i * INTERVAL '864 seconds' AS at,
  CAST(i * 7919 % 1009 AS DOUBLE PRECISION) AS x, CASE i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' ELSE 'IT' END AS c
FROM {rows}"""
STRAYS = {
    "one of 1970": (["1970-01-01 00:00:00"], 0),
    "one of the year before": (["2022-11-03 05:00:00"], 0),
    "some": (["1970-01-01 00:00:00", "1999-12-31 23:00:00", *["2023-11-20 01:00:00"] * 30], 0),
    "a date that stands for none": (["1970-01-01 00:00:00"] * 300, 0),
    "every third day": ([f"2023-{m:02}-{d:02} 03:00:00" for m in range(1, 12) for d in range(1, 28, 3)], 0),
    "one of 2025": (["2025-08-01 00:00:00"], 1),
    "one of 2090": (["2090-01-01 00:00:00"], 1),
    "on both sides": (["1970-01-01 00:00:00", "2025-09-01 00:00:00", "9999-12-31 00:00:00"], 1),
}


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture(params=["duckdb", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A warehouse with the log in it."""
    if request.param == "duckdb":
        with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
            connection.execute(LOG.format(rows="range(6000) AS t(i)"))
        return f"duckdb:///{tmp_path}/log.duckdb"
    import psycopg

    found: str = request.getfixturevalue("postgres").replace("+psycopg", "")
    with psycopg.connect(found) as connection:
        connection.execute(LOG.format(rows="generate_series(0, 5999) AS t(i)").encode())
    return found


def add(url: str, times: list[str | None], c: str = "XX") -> None:
    rows = ", ".join(
        f"({10_000 + k}, {'NULL' if t is None else f'CAST({t!r} AS TIMESTAMP)'}, 1e6, '{c}')"
        for k, t in enumerate(times)
    )
    change(url, f"INSERT INTO log VALUES {rows}")


def change(url: str, sql: str) -> None:
    if url.startswith("duckdb"):
        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            connection.execute(sql)
        return
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(sql.encode())


def reach(url: str) -> Extent:
    with open_warehouse(url) as warehouse:
        return extent(warehouse, warehouse.describe("log"), LogMapping(table='"log"', time="at"))


@pytest.mark.parametrize("name", STRAYS)
def test_a_log_begins_and_ends_where_its_rows_are(url: str, name: str) -> None:
    times, behind = STRAYS[name]
    add(url, list(times))
    found = reach(url)
    assert (found.first.date().isoformat(), found.last.date().isoformat()) == ("2024-01-01", "2024-02-29")
    outside = sum(t.startswith("9999") for t in times)
    assert (found.before, found.after, found.outside) == (len(times) - behind - outside, behind, outside)
    assert found.held == 6000
    said = found.strays("at")
    assert len(said) == (found.before > 0) + (found.after > 0) + (found.outside > 0)
    assert all(sentence.startswith('column "at": ') for sentence in said)


def test_rows_without_a_time_are_counted(url: str) -> None:
    add(url, [None] * 17)
    assert reach(url).strays("at") == ['column "at": 17 rows have no time, so no window holds them: they are left out.']


@pytest.mark.parametrize("days", [range(0, 700, 31), range(0, 400, 7), [0, 40], [0], [0, 1, 2, 60, 61, 62, 63]])
def test_a_log_that_is_seldom_begins_with_its_first_row(url: str, days: list[int]) -> None:
    change(url, "DELETE FROM log")
    add(url, [str(np.datetime64("2023-01-01") + d) + " 05:00:00" for d in days for _ in range(5)])
    found = reach(url)
    assert (found.before, found.after, found.first.date().isoformat()) == (0, 0, "2023-01-01")


def test_a_log_that_grows_begins_with_its_first_row(url: str) -> None:
    """Ten rows a day at first, two thousand in the end: no day of them stands apart."""
    change(url, "DELETE FROM log")
    times = [str(np.datetime64("2024-01-01") + d) + " 05:00:00" for d in range(40) for _ in range(10 + d**2)]
    add(url, list(times))
    assert reach(url).before == 0


def test_neither_layouts_nor_the_past_nor_a_first_monitor_come_from_a_stray(url: str, tmp_path: Path) -> None:
    add(url, ["1970-01-01 00:00:00"])
    text = first_monitor(url, "log")
    assert "every: day " in text
    assert "# Rows: 2024-01-01 to 2024-02-29, about 100 a day." in text
    assert (
        '# column "at": 1 row lies before the others begin (2024-01-01), from 1970-01-01 on, 54 years before.' in text
    )
    file = tmp_path / "my.yml"
    file.write_text(MONITOR.format(url=url, start="") + f"store: sqlite:///{tmp_path}/s.db\n")
    checked = tidegauge("check", file)
    assert checked.exit_code == 1
    assert "54 years before. Left out: the log is taken to begin 2024-01-01." in checked.stdout
    done = tidegauge("backfill", file)
    assert "60 windows decided, 0 of them not fine." in done.stdout
    assert "54 years before" in done.stderr
    with Store.open(f"sqlite:///{tmp_path}/s.db") as store:
        layouts = store.layouts.of(parse_monitor(file.read_text(), str(file)).source_key)
    assert '"XX"' not in layouts["c"]
    assert '"DE"' in layouts["c"]


def test_layouts_come_from_rows_where_the_monitor_begins_long_before(url: str, tmp_path: Path) -> None:
    """`window.start` may lie years before the first rows, or before the first that are meant in earnest."""
    add(url, ["2023-01-05 00:00:00"])
    file = tmp_path / "my.yml"
    start = ", start: 2023-01-01"
    file.write_text(MONITOR.format(url=url, start=start) + f"store: sqlite:///{tmp_path}/s.db\n")
    assert tidegauge("backfill", file, "--from", "2024-01-01").exit_code == 0
    with Store.open(f"sqlite:///{tmp_path}/s.db") as store:
        layouts = store.layouts.of(parse_monitor(file.read_text(), str(file)).source_key)
    assert '"DE"' in layouts["c"]


def test_one_row_long_after_the_others_does_not_lengthen_the_past(url: str, tmp_path: Path) -> None:
    add(url, ["2026-01-15 00:00:00"])
    file = tmp_path / "my.yml"
    file.write_text(MONITOR.format(url=url, start="") + f"store: sqlite:///{tmp_path}/s.db\n")
    done = tidegauge("backfill", file)
    assert "60 windows decided" in done.stdout
    assert "1 row lies after the others end (2024-02-29), up to 2026-01-15" in done.stderr


def test_a_second_monitor_on_a_source_says_what_is_known_of_it(url: str, tmp_path: Path) -> None:
    """Profiles are the source's, decisions the monitor's own: nothing that sounds as if it had a past of its own."""
    first, second = tmp_path / "first.yml", tmp_path / "second.yml"
    text = MONITOR.format(url=url, start="") + f"store: sqlite:///{tmp_path}/s.db\nsample: 0\n"
    first.write_text(text)
    second.write_text(text.replace("monitor: stray", "monitor: other"))
    assert tidegauge("backfill", first, "--to", "2024-02-20").exit_code == 0
    said = " ".join(tidegauge("status", second).stdout.split())
    assert "50 windows profiled" in said
    assert "None has a decision of this monitor yet: a replay, or another monitor of the source, has read them." in said
    assert "decides them." in said
    refused = tidegauge("run", second, "--window", "2024-02-20", "--replay")
    assert refused.exit_code == 4, "a past that is read is no past of its own"
    assert tidegauge("run", second, "--window", "2024-02-20", "--replay", "--new").exit_code == 0
    told = " ".join(tidegauge("explain", second, "2024-02-20").stdout.split())
    assert "Learning: 0 past days are decided by this monitor" in told
    assert "What another monitor of the source has profiled, a backfill decides." in told
    assert "51 windows decided" in tidegauge("backfill", second, "--to", "2024-02-20").stdout
