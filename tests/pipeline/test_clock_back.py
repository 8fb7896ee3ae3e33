"""The night when clocks go back: the hour that comes twice, by times that have no zone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tidegauge.core.clock_back import twin
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.grid import between
from tidegauge.core.window import Window
from tidegauge.monitor import parse_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline

FIRST = Window.parse("hour/2024-10-27T00:00:00Z/2024-10-27T01:00:00Z")
LATER = Window.parse("hour/2024-10-27T01:00:00Z/2024-10-27T02:00:00Z")
MONITOR = """\
monitor: wall
store: sqlite:///{folder}/s.db
source: {{url: "duckdb:///{folder}/log.duckdb", table: log, zone: Europe/Berlin}}
columns: {{id: id, time: at, numeric: [x]}}
window: {{every: hour, zone: Europe/Berlin}}
sample: 0
"""
# 100 rows an hour for 22 days, as a clock on the wall in Berlin shows their times, or as they are
LOG = """CREATE TABLE log AS SELECT i AS id, {time} AS at, (hash(i) % 1000) / 10.0 AS x
FROM (SELECT i, TIMESTAMPTZ '2024-10-06 00:00:00+00' + INTERVAL '36 seconds' * i AS instant FROM range(52800) AS t(i))
WHERE NOT ({lost})"""


def judged(folder: Path, time: str, lost: str = "false") -> tuple[Decision, Decision]:
    with duckdb.connect(str(folder / "log.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(LOG.format(time=time, lost=lost))
    with open_pipeline(parse_monitor(MONITOR.format(folder=folder), "m.yml"), Past.BEGINS) as pipeline:
        pipeline.backfill(datetime(2024, 10, 6, tzinfo=UTC), LATER.end)
        return pipeline.explain(FIRST), pipeline.explain(LATER)


def test_the_two_are_judged_together(tmp_path: Path) -> None:
    """A row does not say which of the two hours it is of: neither is empty, and the other is not doubled."""
    first, later = judged(tmp_path, "timezone('Europe/Berlin', instant)")
    assert (first.verdict, later.verdict) == (Verdict.FINE, Verdict.FINE)
    assert (first.rows, later.rows) == (0, 200)
    assert f"no rows of its own: it is judged with {LATER.key}" in first.sentence
    assert any(n.startswith(f"Not judged alone, but together with {LATER.key}: ") for n in first.notes)
    assert any(n.startswith(f"Judged together with {FIRST.key}: ") for n in later.notes)
    assert all(any("Europe/Berlin show 02:00 twice" in n for n in d.notes) for d in (first, later))


def test_together_they_may_lack_rows(tmp_path: Path) -> None:
    first, later = judged(
        tmp_path, "timezone('Europe/Berlin', instant)", f"instant >= '{FIRST.start}' AND instant < '{LATER.end}'"
    )
    assert first.verdict is Verdict.FINE, "whose rows these were nobody can say"
    assert later.verdict is Verdict.ALERT
    assert "has no rows at all" in later.sentence


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "UTC", "Asia/Tokyo"])
def test_twins_are_two_hours_a_year(zone: str) -> None:
    year = between("hour", "UTC", datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    found = {w: twin(w, zone) for w in year if twin(w, zone)}
    assert len(found) == (0 if zone in {"UTC", "Asia/Tokyo"} else 2)
    for w, other in found.items():
        assert other is not None
        assert abs(other.window.start - w.start) == timedelta(hours=1)
        assert found[other.window] == (w, not other.is_later)
        assert other.is_later == (other.window > w)
