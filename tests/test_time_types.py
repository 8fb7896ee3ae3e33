"""Every type of time that an engine has, with and without a zone of its own: windows hold the same rows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import psycopg
import pytest

from tests.begun import open_pipeline
from tests.test_cli import tidegauge
from tidegauge.core.grid import containing
from tidegauge.core.window import Window
from tidegauge.init.first import first_monitor
from tidegauge.monitor import load_monitor
from tidegauge.warehouses.base import has_zone
from tidegauge.warehouses.duckdb import DuckDBWarehouse

ZONES = ("UTC", "America/New_York")
TYPES = {
    "duckdb": (
        *("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
        *("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS", "DATE"),
    ),
    "postgresql": ("timestamp", "timestamp(0)", "timestamptz", "timestamptz(3)", "date"),
}
FIRST, DAYS = datetime(2024, 3, 1, tzinfo=UTC), 30  # a clock change in it, for New York
MONITOR = """\
monitor: times
store: sqlite:///{place}/store.db
source: {{url: "{url}", table: log, zone: {zone}}}
columns: {{id: id, time: t, ingested: w, numeric: [x]}}
window: {{every: day, zone: {zone}}}
reference: {{minimum: 2}}
sample: 20
"""


def made(url: str, kind: str) -> None:
    """A log of two rows an hour, in a column of that type; what the last day has is unlike the rest."""
    at = f"CAST(TIMESTAMP '{FIRST:%Y-%m-%d}' + i * INTERVAL '30 minutes' AS {kind})"
    some = (
        f"CREATE TABLE log AS SELECT i AS id, {at} AS t, {at} AS w, "
        f"CASE WHEN i < {48 * (DAYS - 1)} THEN i % 7 ELSE 500 END AS x FROM "
    )
    if url.startswith("duckdb"):
        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"{some} range({48 * DAYS}) AS r(i)")
    else:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True, options="-c TimeZone=UTC") as connection:
            connection.execute(f"{some} generate_series(0, {48 * DAYS - 1}) AS r(i)".encode())


def expected(kind: str, zone: str) -> dict[Window, int]:
    """Window → rows, by Python's own clock."""
    counts: dict[Window, int] = {}
    for i in range(48 * DAYS):
        at = FIRST + timedelta(minutes=30 * i)
        at = at.replace(hour=0, minute=0) if kind.lower() == "date" else at
        at = at if has_zone(kind) else at.replace(tzinfo=ZoneInfo(zone), fold=1)
        window = containing("day", zone, at)
        counts[window] = counts.get(window, 0) + 1
    return counts


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("engine", "kind"), [(e, k) for e, kinds in TYPES.items() for k in kinds])
def test_windows_hold_the_same_rows(
    engine: str, kind: str, zone: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"duckdb:///{tmp_path}/log.duckdb" if engine == "duckdb" else request.getfixturevalue("postgres")
    made(url, kind)
    file = tmp_path / "my.yml"
    file.write_text(MONITOR.format(place=tmp_path, url=url, zone=zone))
    assert first_monitor(url, "log").startswith(("#", "monitor"))
    checked = tidegauge("check", file)
    assert "holds together" in checked.output or "newest" in checked.output, checked.output
    done = tidegauge("backfill", file, "--from", "2024-02-29", "--to", "2024-04-01", "--clock-is-right")
    assert done.exit_code == 0, done.output
    rows = expected(kind, zone)
    with open_pipeline(load_monitor(file)) as pipeline:
        profiled = pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs")
        assert {w: r.rows for w, r in profiled.items() if r.rows} == rows
        alert = next(d for d in reversed(pipeline.store.decisions.of("times", "inputs")) if d.verdict == "alert")
        for finding in alert.findings:  # the statement that shows it is one that the engine takes
            if finding.sql and finding.scores:
                text = finding.sql.replace("%", "%%") if engine != "duckdb" else finding.sql
                assert len(next(iter(pipeline.profiler.warehouse.fetch(text).values())))


@pytest.mark.parametrize("kind", ["TIMESTAMP_NS", "TIMESTAMPTZ_NS"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_the_last_half_microsecond_of_a_window_is_not_of_the_next(kind: str, zone: str) -> None:
    """DuckDB rounds nanoseconds; a window ends with its last one."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        values = (
            "2024-01-01 23:59:59.9999996",
            "1969-12-31 23:59:59.999999999",
            "2261-01-01 00:00:00.000001",
            "infinity",
        )
        connection.execute(f"CREATE TABLE log AS SELECT CAST(unnest({list(values)}) AS {kind}) AS t")
        dialect = DuckDBWarehouse.dialect
        found = connection.execute(f"SELECT {dialect.micros('t', kind, zone)} FROM log").fetchall()
    shift = 0 if zone == "UTC" or "TZ" in kind else 9 * 3600 * 1_000_000
    assert [m[0] for m in found] == [*(m - shift for m in (1704153599999999, -1, 9183110400000001)), None]
