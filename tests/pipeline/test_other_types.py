"""A column that comes with other types or not at all: it is named, and everything else goes on."""

from datetime import timedelta
from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, TODAY, a_monitor, change, day
from tidegauge.core.decision import Verdict
from tidegauge.core.grid import containing
from tidegauge.monitor import load_monitor
from tidegauge.warehouses.postgres import PostgresWarehouse


def test_categories_that_turn_into_other_numbers_are_broken(duck: str, tmp_path: Path) -> None:
    change(
        duck, "ALTER TABLE log ALTER COLUMN plan TYPE VARCHAR", "UPDATE log SET plan = CAST(hash(plan) % 3 AS VARCHAR)"
    )
    change(duck, "ALTER TABLE log ALTER COLUMN plan TYPE BIGINT")
    monitor = a_monitor(duck, tmp_path)
    with open_pipeline(monitor) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).start)
        assert pipeline.check() == []
    change(duck, "ALTER TABLE log ALTER COLUMN plan TYPE DOUBLE")
    with open_pipeline(monitor) as pipeline:
        (said,) = pipeline.check()
        assert said.startswith('column "plan" held whole numbers (')
        assert "and is DOUBLE now" in said
        made = {d.window: d for d in pipeline.run(day(TODAY))}
    decision = made[day(TODAY)]
    assert decision.verdict is Verdict.BROKEN
    assert "plan" in decision.sentence
    assert "the other columns were checked" in decision.sentence


def test_a_file_that_lacks_a_column_stops_no_window(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE log AS SELECT i AS id, TIMESTAMP '2024-01-01' + INTERVAL 1 SECOND * (i * 432) AS ts, "
        "50 + (i * 7919 % 1000) / 100.0 AS amount, ((i * 7919) % 1000) / 1000.0 AS score FROM range(0, 8000) t(i)"
    )
    for d in range(40):
        what = "id, ts, score" if d >= 38 else "*"
        made.execute(
            f"COPY (SELECT {what} FROM log WHERE CAST(ts AS DATE) = DATE '2024-01-01' + {d}) "
            f"TO '{tmp_path}/data/{d:02}.parquet'"
        )
    file = tmp_path / "m.yml"
    file.write_text(
        f"monitor: m\nsource: {{path: '{tmp_path}/data/*.parquet', zone: UTC}}\n"
        "columns: {time: ts, id: id, prediction: score, numeric: [amount]}\nwindow: {every: day, zone: UTC}\n"
    )
    with open_pipeline(load_monitor(file)) as pipeline:
        first = pipeline.profiler.first_window().start
        decided = {(d.window.start - first).days + 1: d for d in pipeline.backfill(first, first + timedelta(days=40))}
    good = [d for number, d in decided.items() if number <= 38]
    assert len(good) == 38
    assert all(d.verdict in (Verdict.FINE, Verdict.LEARNING) for d in good)
    assert decided[39].verdict in (Verdict.ALERT, Verdict.BROKEN)
    assert "amount" in decided[39].sentence


def test_a_materialised_view_is_a_table(postgres: str) -> None:
    with psycopg.connect(postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (a INT, b NUMERIC(9, 2), c TIMESTAMPTZ, d TEXT[], e VARCHAR(9))")
        connection.execute("CREATE MATERIALIZED VIEW m AS SELECT * FROM t")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
    with PostgresWarehouse(postgres) as warehouse:
        assert warehouse.describe("m") == warehouse.describe("t") == warehouse.describe("v")
        assert {"public.m", "public.v", "public.t"} <= set(warehouse.tables())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1e400", float("inf")),
        ("-1e400", float("-inf")),
        ("1e-400", 0.0),
        ("NaN", float("nan")),
        ("0", 0.0),
        ("-1.5", -1.5),
        ("1e305", 1e305),
        ("-3e-310", -3e-310),
    ],
)
def test_a_numeric_beyond_a_double(postgres: str, text: str, read: float) -> None:
    with PostgresWarehouse(postgres) as warehouse:
        number = warehouse.dialect.as_number("CAST(%(text)s AS NUMERIC)", "numeric")
        (found,) = warehouse.fetch(f"SELECT {number} AS x", {"text": text})["x"]
    assert found == pytest.approx(read, nan_ok=True, rel=1e-15, abs=0)


FOLDER_CHANGES = {
    "a number that turns into text": ("numeric", "50.5 + i % 13", "'v' || (i % 13)"),
    "a number that turns into a list": ("numeric", "50.5 + i % 13", "[50.5]"),
    "a list that turns into text": ("categorical", "['a', 'b']", "'a,b'"),
    "text that turns into a list": ("categorical", "'a' || (i % 3)", "['a']"),
    "a struct that turns into text": ("categorical", "{'a': i % 3}", "'a'"),
}
HOLDS_ANYWAY = {  # DuckDB reads both as one, and each value is what it was
    "booleans that turn into 0 and 1": ("categorical", "i % 3 = 0", "CAST(i % 3 = 0 AS INT)"),
    "whole numbers that turn into decimal ones": ("numeric", "50 + i % 13", "CAST(50 + i % 13 AS DOUBLE)"),
    "codes that turn into decimal numbers": ("categorical", "i % 5", "CAST(i % 5 AS DOUBLE)"),
    "dates that turn into text": ("categorical", "DATE '2024-01-01' + i % 5", "'2024-01-0' || (1 + i % 5)"),
}
TURNS = 15  # the day from which on the files are written otherwise


def a_folder(folder: Path, role: str, before: str, after: str, ending: str) -> Path:
    """Twenty days of files, one a day, and their monitor."""
    (folder / "data").mkdir()
    made = duckdb.connect()
    for d in range(20):
        odd = before if d < TURNS else after
        made.execute(
            f"COPY (SELECT i AS id, TIMESTAMP '2024-01-01' + to_seconds(i * 432) AS ts, (i * 7919) % 1000 / 1000.0 AS "
            f"score, 5 + 10 * sin(i) AS amount, {odd} AS odd FROM (SELECT CAST(range AS INT) AS i FROM "
            f"range({d * 200}, {d * 200 + 200}))) TO '{folder}/data/{d:02}.{ending}'"
        )
    lists = {"numeric": ["amount"], "categorical": []}
    lists[role].append("odd")
    file = folder / "m.yml"
    file.write_text(
        f"monitor: m\nsource: {{path: '{folder}/data/*.{ending}', zone: UTC}}\nwindow: {{every: day, zone: UTC}}\n"
        f"columns: {{time: ts, id: id, prediction: score, numeric: {lists['numeric']}, "
        f"categorical: {lists['categorical']}}}\n"
    )
    return file


@pytest.mark.parametrize(
    ("change", "ending"),
    [*((c, "parquet") for c in FOLDER_CHANGES.values()), (next(iter(FOLDER_CHANGES.values())), "csv")],
    ids=[*FOLDER_CHANGES, "a number that turns into text, as CSV"],
)
def test_a_type_that_changes_from_file_to_file_breaks_the_windows_since(
    tmp_path: Path, change: tuple[str, str, str], ending: str
) -> None:
    with open_pipeline(load_monitor(a_folder(tmp_path, *change, ending))) as pipeline:
        (said,) = pipeline.check()
        first = pipeline.profiler.first_window().start
        made = pipeline.backfill(first, first + timedelta(days=20))
        assert pipeline.backfill(first, first + timedelta(days=20)) == [], "nothing is new"
    assert said.startswith('column "odd" holds ')
    assert f"data/{TURNS:02}.{ending} and 4 more files hold " in said
    assert [d.verdict is Verdict.BROKEN for d in made] == [False] * TURNS + [True] * 5
    assert all(d.verdict in (Verdict.FINE, Verdict.LEARNING) for d in made[:TURNS])
    assert 'column "odd" holds ' in made[TURNS].sentence
    assert "the other columns were checked" in made[TURNS].sentence


@pytest.mark.parametrize("change", HOLDS_ANYWAY.values(), ids=list(HOLDS_ANYWAY))
def test_a_type_that_means_the_same_is_no_trouble(tmp_path: Path, change: tuple[str, str, str]) -> None:
    with open_pipeline(load_monitor(a_folder(tmp_path, *change, "parquet"))) as pipeline:
        assert pipeline.check() == []
        first = pipeline.profiler.first_window().start
        made = pipeline.backfill(first, first + timedelta(days=20))
    assert {d.verdict for d in made} <= {Verdict.FINE, Verdict.LEARNING}


@pytest.mark.parametrize(
    ("role", "before", "after"),
    [("categorical", "'a' || (i % 3)", "i % 3"), ("numeric", "50.5 + i % 13", "i % 2 = 0")],
    ids=["words that turn into numbers", "a number that turns into yes and no"],
)
def test_what_no_value_that_is_known_is_spelled_as_is_another_type(
    tmp_path: Path, role: str, before: str, after: str
) -> None:
    """DuckDB reads both as one, the one as the other's like; so each would be a value never seen, or a spread."""
    file = a_folder(tmp_path, role, before, before, "parquet")
    with open_pipeline(load_monitor(file)) as pipeline:
        first = pipeline.profiler.first_window().start
        pipeline.backfill(first, first + timedelta(days=TURNS))
    for d in range(TURNS, 20):
        place, other = tmp_path / "data" / f"{d:02}.parquet", tmp_path / f"{d:02}"
        place.rename(other)
        odd = f"(SELECT * REPLACE ({after} AS odd) FROM (SELECT *, id AS i FROM read_parquet('{other}')))"
        duckdb.connect().execute(f"COPY (SELECT * EXCLUDE (i) FROM {odd}) TO '{place}' (FORMAT parquet)")
    with open_pipeline(load_monitor(file)) as pipeline:
        (said,) = pipeline.check()
        night = containing("day", "UTC", first + timedelta(days=TURNS))
        (decision,) = [d for d in pipeline.run(night) if d.window == night]
    assert f"{TURNS:02}.parquet and 4 more files hold " in said
    assert decision.verdict is Verdict.BROKEN
    assert "the other columns were checked" in decision.sentence


def test_one_file_that_spells_codes_otherwise_breaks_its_own_windows_alone(tmp_path: Path) -> None:
    """As pandas does with whole numbers, one of which is missing: all of that file are decimal."""
    file = a_folder(tmp_path, "categorical", "i % 5", "i % 5", "parquet")
    late = tmp_path / "data" / "17.parquet"
    late.rename(tmp_path / "17")
    with open_pipeline(load_monitor(file)) as pipeline:
        first = pipeline.profiler.first_window().start
        pipeline.backfill(first, first + timedelta(days=17))
    duckdb.connect().execute(
        f"COPY (SELECT * REPLACE (CAST(odd AS DOUBLE) AS odd) FROM read_parquet('{tmp_path}/17')) TO '{late}'"
    )
    with open_pipeline(load_monitor(file)) as pipeline:
        (said,) = pipeline.check()
        made = {d.window.start: d for d in pipeline.backfill(first, first + timedelta(days=20))}
    assert "17.parquet holds DOUBLE" in said
    verdicts = {start: d.verdict for start, d in made.items() if start >= first + timedelta(days=17)}
    assert [v is Verdict.BROKEN for _, v in sorted(verdicts.items())] == [True, False, False]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("strftime(ts, '%d %B %Y')", "and VARCHAR in some"),
        ("epoch_ms(ts)", "and BIGINT in some"),
        (None, "and no such column in some"),
    ],
)
def test_rows_whose_time_is_of_another_type_are_no_night_without_rows(
    tmp_path: Path, after: str | None, said: str
) -> None:
    """Files whose rows no window can have: the newest window is broken, and not said to have had none."""
    file = a_folder(tmp_path, "numeric", "50.5 + i % 13", "50.5 + i % 13", "parquet")
    made = duckdb.connect()
    for d in range(TURNS, 20):
        place, other = tmp_path / "data" / f"{d:02}.parquet", tmp_path / f"{d:02}"
        place.rename(other)
        what = "* EXCLUDE (ts)" if after is None else f"* REPLACE ({after} AS ts)"
        made.execute(f"COPY (SELECT {what} FROM read_parquet('{other}')) TO '{place}' (FORMAT parquet)")
    with open_pipeline(load_monitor(file)) as pipeline:
        (told,) = [problem for problem in pipeline.check() if "in no window" in problem]
        first = pipeline.profiler.first_window().start
        pipeline.backfill(first, first + timedelta(days=TURNS))
        night = containing("day", "UTC", first + timedelta(days=TURNS))
        (decision,) = [d for d in pipeline.run(night) if d.window == night]
    assert f"data/{TURNS:02}.parquet and 4 more files hold" in told
    assert decision.verdict is Verdict.BROKEN
    assert "no row of it is read" in decision.sentence
    assert said in decision.sentence


def test_check_sees_that_a_column_may_not_be_read(postgres: str, tmp_path: Path) -> None:
    """Of a materialised view a server shows all names and types to whoever may not read them."""
    url = postgres.replace("+psycopg", "")
    address = f"postgresql://of_some:zq7Kw9@{url.partition('://')[2].partition('@')[2]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE MATERIALIZED VIEW log AS SELECT i AS id, TIMESTAMPTZ '2024-01-01' + i * INTERVAL '1 hour' AS ts, "
            "i % 7 AS amount FROM generate_series(0, 99) AS t(i)"
        )
        connection.execute("DROP ROLE IF EXISTS of_some; CREATE ROLE of_some LOGIN PASSWORD 'zq7Kw9'")
        connection.execute("GRANT SELECT (id, ts) ON log TO of_some")
        file = tmp_path / "m.yml"
        file.write_text(
            f"monitor: m\nstore: sqlite:///{tmp_path}/s.db\nsource: {{url: '{address}', table: log}}\n"
            "columns: {time: ts, id: id, numeric: [amount]}\nwindow: {every: day}\n"
        )
        with open_pipeline(load_monitor(file)) as pipeline:
            (said,) = pipeline.check()
        connection.execute("REVOKE ALL ON log FROM of_some; DROP ROLE of_some")
    assert said.startswith("not every column that the monitor names can be read. PostgreSQL refused a statement")
    assert "permission denied" in said
