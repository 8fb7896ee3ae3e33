"""Days without rows are never called fine, however long they last; and a run does not begin before the data."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import TODAY, change, day, inside
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import WindowError
from tidegauge.core.grid import containing, previous
from tidegauge.core.window import VOLUME
from tidegauge.monitor import Monitor, load_monitor


def test_an_outage_stays_an_alert_until_rows_come_back(tonight: Monitor, duck: str) -> None:
    """The second empty day is as the first one was; it is the season that it is unlike. One incident, one notice."""
    nights = [day(TODAY + k) for k in range(4)]
    change(duck, *(f"DELETE FROM log WHERE {inside(night)}" for night in nights[:3]))
    with open_pipeline(tonight, url=duck) as pipeline:
        for night in nights:
            pipeline.run(night)
        made = [pipeline.explain(night) for night in nights]
        notices = [c for c in pipeline.store.outbox.carried("shop") if c.intent.action == "notify"]
    assert [d.verdict for d in made[:3]] == [Verdict.ALERT] * 3
    for d in made[:3]:
        assert "has no rows at all, where the " in d.sentence
        assert d.findings[0].column == VOLUME
        assert d.strength > 1
    assert made[3].rows > 0
    assert made[3].verdict is Verdict.FINE, made[3].sentence
    assert len({c.intent.window for c in notices if c.intent.window in nights[:3]}) == 1


HOLES = """\
monitor: holes
store: sqlite:///{home}/store.db
source: {{path: "{home}/log.parquet"}}
columns: {{id: id, time: at, prediction: score}}
window: {{every: day, start: 2026-03-01}}
"""


def test_an_outage_is_not_what_is_expected_of_the_day_after(tmp_path: Path) -> None:
    """It said: there are 61 rows, where 0 was expected. The last window had foretold three days rightly."""
    duckdb.sql(
        f"""COPY (
            SELECT d * 1000 + i AS id, 0.5 + 0.3 * sin(i * 78.233 + d * 12.9) AS score,
                   TIMESTAMPTZ '2026-03-01 00:00:00+00' + d * INTERVAL 1 DAY + i * INTERVAL 20 MINUTE AS at
            FROM generate_series(0, 60) AS days(d), generate_series(0, 60) AS rows(i)
            WHERE d NOT BETWEEN 56 AND 59
        ) TO '{tmp_path}/log.parquet'"""
    )
    (tmp_path / "holes.yml").write_text(HOLES.format(home=tmp_path))
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    monitor = load_monitor(tmp_path / "holes.yml")
    with open_pipeline(monitor) as pipeline:
        made = list(pipeline.backfill(begin, begin + timedelta(days=61)))
    assert [d.verdict for d in made[-6:]] == [Verdict.FINE, *[Verdict.ALERT] * 4, Verdict.FINE], made[-1].sentence


def test_a_window_from_before_the_first_is_refused(tonight: Monitor, duck: str) -> None:
    """A mistyped year profiles nothing, and so leaves no gap of a year behind it."""
    with open_pipeline(tonight, url=duck) as pipeline:
        known = pipeline.store.profiles.revisions(tonight.source_key, "inputs")
        year_ago = containing("day", pipeline.zone, day(TODAY).start - timedelta(days=365))
        for window in (year_ago, previous(pipeline.profiler.first_window(), pipeline.zone)):
            with pytest.raises(WindowError, match="lies before the first day of shop"):
                pipeline.run(window)
        assert pipeline.store.profiles.revisions(tonight.source_key, "inputs") == known


def test_labels_that_stop_are_missed_and_those_of_no_rows_are_not(tonight: Monitor, duck: str) -> None:
    stopped, empty = [day(TODAY), day(TODAY + 1)], day(TODAY + 2)
    for night in stopped:
        change(duck, f"DELETE FROM labels WHERE id IN (SELECT id FROM log WHERE {inside(night)})")
    change(duck, f"DELETE FROM log WHERE {inside(empty)}")
    with open_pipeline(tonight, url=duck) as pipeline:
        for k in range(5):  # the labels of a night are due with the night after the next
            pipeline.run(day(TODAY + k))
        missed = [pipeline.explain(night, "labels") for night in stopped]
        quiet = pipeline.explain(empty, "labels")
    assert [d.verdict for d in missed] == [Verdict.ALERT] * 2
    assert all("has no labels at all, unlike the " in d.sentence for d in missed)
    assert quiet.verdict is Verdict.FINE
    assert "has no labels, and none were to be expected" in quiet.sentence
