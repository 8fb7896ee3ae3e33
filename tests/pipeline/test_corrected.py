"""Rows and labels that are corrected in place: the same number, the same times, other values."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.store.looking_back import past_revisions
from tidegauge.core.grid import between, containing, moment
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.monitor import Monitor, parse_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import Pipeline, open_pipeline

# 40 days of 60 rows and their labels
LOG = """CREATE TABLE log AS SELECT i AS id, CAST('2024-01-01' AS TIMESTAMP) + i * INTERVAL '1440 seconds' AS at,
  CAST(i * 7919 % 1000 AS DOUBLE PRECISION) AS x, CASE i % 3 WHEN 0 THEN 'DE' WHEN 1 THEN 'FR' ELSE 'IT' END AS c,
  CAST(i * 31 % 97 AS DOUBLE PRECISION) / 97 AS p FROM {rows}"""
LABELS = "CREATE TABLE labels AS SELECT id, CASE WHEN id % 5 < 2 THEN 1 ELSE 0 END AS y FROM log"
MONITOR = """\
monitor: corrected
store: sqlite:///{folder}/s.db
source: {{url: "{url}", table: log}}
columns: {{id: id, time: at, prediction: p, numeric: [x], categorical: [c]}}
labels: {{table: labels, id: id, value: y, delay: 1 day}}
window: {{every: day, zone: UTC}}
"""
ONE = "id = {id}"
CORRECTIONS: dict[str, str] = {
    "a number": "UPDATE log SET x = x + 400 WHERE id = {id}",
    "all numbers": "UPDATE log SET x = x * 1000 WHERE id BETWEEN {id} AND {id} + 9",
    "a category": "UPDATE log SET c = 'US' WHERE id = {id}",
    "a value lost": "UPDATE log SET c = NULL WHERE id = {id}",
    "two categories": "UPDATE log SET c = CASE c WHEN 'DE' THEN 'FR' ELSE 'DE' END WHERE id IN ({id}, {id} + 1)",
    "a prediction": "UPDATE log SET p = 0.5 WHERE id = {id}",
    "an id that is double": "UPDATE log SET id = {id} WHERE id = {id} + 1",
}


def day(n: int) -> Window:
    return containing("day", "UTC", moment(str(np.datetime64("2024-01-01") + n), "UTC"))


def monitor(url: str, folder: Path) -> Monitor:
    return parse_monitor(MONITOR.format(url=url, folder=folder), "m.yml")


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Callable[[str], None]]:
    """An address, and what changes what is there."""
    made = LOG.format(rows="range(2400) AS t(i)" if request.param == "duckdb" else "generate_series(0, 2399) AS t(i)")
    if request.param == "duckdb":

        def change(sql: str) -> None:
            with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
                connection.execute(sql)

        url = f"duckdb:///{tmp_path}/log.duckdb"
    else:
        import psycopg

        url = request.getfixturevalue("postgres").replace("+psycopg", "")

        def change(sql: str) -> None:
            with psycopg.connect(url) as connection:
                connection.execute(sql.encode())

    change(made)
    change(LABELS)
    return url, change


def past(pipeline: Pipeline, until: int = 40) -> None:
    pipeline.backfill(day(0).start, day(until - 1).end)


def evidence(pipeline: Pipeline, stage: str = FIRST_STAGE) -> dict[Window, str]:
    return pipeline.store.decisions.evidences("corrected", stage)


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_change_of_content_is_a_change_of_evidence(
    warehouse: tuple[str, Callable[[str], None]], tmp_path: Path, name: str
) -> None:
    url, change = warehouse
    with open_pipeline(monitor(url, tmp_path), Past.BEGINS) as pipeline:
        past(pipeline)
        before = evidence(pipeline)
    change(CORRECTIONS[name].format(id=30 * 60 + 7))
    with open_pipeline(monitor(url, tmp_path), Past.PROFILED) as pipeline:
        made = pipeline.backfill(day(29).start, day(39).end, again=True)
        now = evidence(pipeline)
        assert [w for w in now if now[w] != before[w]] == between("day", "UTC", day(30).start, day(39).end)
        assert {d.window for d in made} >= {day(k) for k in range(30, 40)}
        assert not pipeline.backfill(day(29).start, day(39).end, again=True), "what is the same is decided once"


def test_both_engines_give_the_same_evidence(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The digest is of whole numbers: one text for one content, whichever engine has counted it."""
    import psycopg

    url = request.getfixturevalue("postgres").replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        for sql in (LOG.format(rows="generate_series(0, 2399) AS t(i)"), LABELS):
            connection.execute(sql.encode())
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        for sql in (LOG.format(rows="range(2400) AS t(i)"), LABELS):
            connection.execute(sql)
        connection.execute("CREATE TABLE other AS SELECT * FROM log ORDER BY hash(id)")
        connection.execute("DROP TABLE log")
        connection.execute("ALTER TABLE other RENAME TO log")  # the same rows in another order
    said = []
    for k, where in enumerate((url, f"duckdb:///{tmp_path}/log.duckdb")):
        folder = tmp_path / str(k)
        folder.mkdir()
        with open_pipeline(monitor(where, folder), Past.BEGINS) as pipeline:
            past(pipeline)
            source = pipeline.monitor.source_key
            said.append([pipeline.store.profiles.revisions(source, s) for s in (FIRST_STAGE, "labels")])
    assert said[0] == said[1]


def test_a_run_sees_what_was_corrected_lately(warehouse: tuple[str, Callable[[str], None]], tmp_path: Path) -> None:
    """Inside the live look-back; beyond it, `backfill --again` does."""
    url, change = warehouse
    with open_pipeline(monitor(url, tmp_path), Past.BEGINS) as pipeline:
        past(pipeline, 30)
        for k in (30, 31, 32):
            pipeline.run(day(k))
        before = evidence(pipeline)
    change(f"UPDATE log SET x = x + 300 WHERE id = {31 * 60 + 7}")
    change(f"UPDATE log SET x = x + 300 WHERE id = {20 * 60 + 7}")
    with open_pipeline(monitor(url, tmp_path), Past.PROFILED) as pipeline:
        pipeline.run(day(33))
        now = evidence(pipeline)
        assert [w for w in before if now[w] != before[w]] == [day(31), day(32)]
        assert pipeline.profiler.looked == {}
        store, source = pipeline.store, pipeline.monitor.source_key
        assert [len(past_revisions(store, source, FIRST_STAGE, day(k))) for k in (20, 30, 31)] == [1, 1, 2]


def test_what_was_looked_at_once_is_not_counted_again(
    warehouse: tuple[str, Callable[[str], None]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = warehouse
    with open_pipeline(monitor(url, tmp_path), Past.BEGINS) as pipeline:
        past(pipeline, 30)
        for k in range(30, 34):
            pipeline.run(day(k))
    from tidegauge.stages.inputs import STAGE

    with open_pipeline(monitor(url, tmp_path), Past.PROFILED) as pipeline:
        assert STAGE.changed(pipeline.profiler, [day(k) for k in range(30, 35)]) == []
        assert STAGE.changed(pipeline.profiler, [day(20)]) == [day(20)], "nobody has looked at it"


def test_labels_corrected_in_place_are_judged_again(
    warehouse: tuple[str, Callable[[str], None]], tmp_path: Path
) -> None:
    """Two labels that change places: as many of each as before."""
    url, change = warehouse
    with open_pipeline(monitor(url, tmp_path), Past.BEGINS) as pipeline:
        past(pipeline, 34)
        pipeline.run(day(34))
        before = evidence(pipeline, "labels")
        last = max(before)
    first = int((last.start - day(0).start).days) * 60
    change(f"UPDATE labels SET y = 1 - y WHERE id IN ({first + 1}, {first + 2})")  # a one and a zero
    with open_pipeline(monitor(url, tmp_path), Past.PROFILED) as pipeline:
        pipeline.run(day(35))
        assert evidence(pipeline, "labels")[last] != before[last]


def test_labels_corrected_long_ago_are_read_by_a_backfill(
    warehouse: tuple[str, Callable[[str], None]], tmp_path: Path
) -> None:
    """Beyond the look-back of a run: their mark is another one, so nobody has to ask for it with `--again`."""
    url, change = warehouse
    with open_pipeline(monitor(url, tmp_path), Past.BEGINS) as pipeline:
        past(pipeline, 34)
        before = evidence(pipeline, "labels")
    change(f"UPDATE labels SET y = 1 - y WHERE id IN ({20 * 60 + 1}, {20 * 60 + 2})")
    with open_pipeline(monitor(url, tmp_path), Past.PROFILED) as pipeline:
        pipeline.backfill(day(19).start, day(22).end)
        now = evidence(pipeline, "labels")
        assert min(w for w in now if now[w] != before[w]) == day(20)


def test_labels_of_rows_that_have_left_the_log_stand(
    warehouse: tuple[str, Callable[[str], None]], tmp_path: Path
) -> None:
    """A log that keeps its rows for some days: what was counted while they were there is worth more than nothing."""
    url, change = warehouse
    with open_pipeline(monitor(url, tmp_path), Past.BEGINS) as pipeline:
        past(pipeline, 34)
        before = evidence(pipeline, "labels")
    change(f"DELETE FROM log WHERE id < {20 * 60}")
    with open_pipeline(monitor(url, tmp_path), Past.PROFILED) as pipeline:
        pipeline.run(day(34))
        now = evidence(pipeline, "labels")
    assert {w: now[w] for w in before} == before
