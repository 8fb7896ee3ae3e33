# ruff: noqa: E501, RUF005 - in the tables below a case is a line
"""`tidegauge init`: what is guessed from which table, and that what is written is a monitor."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegauge.core.errors import ContractError, MonitorError, WarehouseError
from tidegauge.init.described import Described
from tidegauge.init.first import first_monitor
from tidegauge.init.guess import Guess, guess, guess_labels
from tidegauge.init.write import TablePlace, write, yaml_text
from tidegauge.monitor import parse_monitor
from tidegauge.profiles.extent import Extent

STAMP = "TIMESTAMP WITH TIME ZONE"
DAY = datetime(2024, 1, 1, tzinfo=UTC)


def column(name: str, kind: str = "DOUBLE", distinct: int = 4000, **more: object) -> Described:
    ends = {"low": 0.0, "high": 4000.0} if kind in ("DOUBLE", "INTEGER", "BOOLEAN") else {}
    return Described(name, kind, rows=5000, distinct=distinct, **{"examples": ("a", "b"), **ends, **more})  # type: ignore[arg-type]  # a test's shorthand


def stamps(*names: str) -> list[Described]:
    return [column(name, STAMP, 5000) for name in names]


FEATURE = column("distance")


@pytest.mark.parametrize(
    ("names", "time", "ingested"),
    [
        (("scheduled_at", "logged_at"), "scheduled_at", "logged_at"),
        (("created_at", "event_time"), "event_time", "created_at"),
        (("inserted_at",), "inserted_at", None),
        (("ts", "etl_ts"), "ts", "etl_ts"),
        (("requestTime", "ingestTime"), "requestTime", "ingestTime"),
        (("when", "predicted_at"), "predicted_at", None),
    ],
)
def test_times_are_told_apart(names: tuple[str, ...], time: str, ingested: str | None) -> None:
    found = guess([*stamps(*names), FEATURE])
    assert (found.time, found.ingested) == (time, ingested)


def test_a_filled_instant_is_preferred_to_a_date_and_to_one_with_gaps() -> None:
    found = guess([column("event_date", "DATE", 90), column("event_time", STAMP, 4000, nulls=50), *stamps("at")])
    assert found.time == "at"


@pytest.mark.parametrize(
    ("columns", "row_id"),
    [
        ([column("flight_id", "BIGINT", 5000)], "flight_id"),
        ([column("user_id", "BIGINT", 5000), column("request_id", "UUID", 5000)], "request_id"),
        ([column("user_id", "BIGINT", 900)], None),  # not unique
        ([column("amount", "BIGINT", 5000)], None),  # unique, and no id by name
        ([column("id", "BIGINT", 4950, nulls=50)], None),  # not filled
    ],
)
def test_what_identifies_a_row(columns: list[Described], row_id: str | None) -> None:
    assert guess([*stamps("at"), *columns, FEATURE]).id == row_id


@pytest.mark.parametrize(
    ("columns", "prediction"),
    [
        ([column("score"), column("predicted_class", "VARCHAR", 3)], "score"),
        ([column("credit_score", low=300.0, high=850.0)], None),  # a feature: it does not lie between 0 and 1
        ([column("fraud_score", low=0.0, high=1.0)], "fraud_score"),
        ([column("p_churn", low=0.0, high=1.0)], "p_churn"),
        ([column("predicted_price")], "predicted_price"),
        ([column("yHat")], "yHat"),
    ],
)
def test_what_the_model_said(columns: list[Described], prediction: str | None) -> None:
    assert guess([*stamps("at"), *columns, FEATURE]).prediction == prediction


PROBA: dict[str, Any] = {"low": 0.0, "high": 1.0}
CLASS: dict[str, Any] = {"low": 0.0, "high": 1.0, "whole": True}


@pytest.mark.parametrize(
    ("columns", "prediction", "out"),
    [  # what public sets for monitoring look like: a class, and the score that it was cut out of
        ([column("y_pred", "BIGINT", 2, **CLASS), column("y_pred_proba", **PROBA)], "y_pred_proba", {"y_pred"}),
        (
            [column("prediction", "BOOLEAN", 2), column("fraud_probability", **PROBA)],
            "fraud_probability",
            {"prediction"},
        ),
        ([column("predicted", "VARCHAR", 2), column("risk", **PROBA)], "risk", {"predicted"}),
        ([column("pred", "INTEGER", 2, **CLASS), column("score", low=-4.0, high=9.0)], "score", {"pred"}),
        (
            [column("y_pred", "BIGINT", 2, **CLASS), column("proba_0", **PROBA), column("proba_1", **PROBA)],
            "proba_1",
            {"y_pred"},
        ),
        # one score of each class: none of them is the model's answer
        ([column("y_pred", "VARCHAR", 3), *(column(f"y_pred_proba_{c}", **PROBA) for c in "abc")], "y_pred", set()),
        ([column("y_pred", "BIGINT", 2, **CLASS), column("discount", **PROBA)], "y_pred", set()),  # a share, no score
        ([column("y_pred", "DOUBLE", 4000), column("risk", **PROBA)], "y_pred", set()),  # a regression's answer
        ([column("cnt_pred")], "cnt_pred", set()),
    ],
)
def test_a_score_is_preferred_to_the_class_that_was_cut_out_of_it(
    columns: list[Described], prediction: str, out: set[str]
) -> None:
    found = guess([*stamps("at"), *columns, FEATURE])
    assert found.prediction == prediction
    assert dict(found.left_out).keys() == out
    assert all(f"the class that {prediction} was cut into" in why for _, why in found.left_out)


@pytest.mark.parametrize(
    ("columns", "row_id"),
    [
        ([column("booking", "VARCHAR", 5000, examples=("BK-000017", "BK-000018"))], "booking"),
        ([column("instant", "BIGINT", 5000, counter=True, whole=True)], "instant"),
        ([column("passengerid", "BIGINT", 5000, whole=True)], "passengerid"),
        ([column("instant", "BIGINT", 5000, counter=True, whole=True), column("id", "BIGINT", 5000)], "id"),
        ([column("bid", "BIGINT", 5000, whole=True)], None),
        ([column("comment", "VARCHAR", 5000, examples=("it came late", "never again 2"))], None),
    ],
)
def test_an_id_is_known_without_being_called_so(columns: list[Described], row_id: str | None) -> None:
    assert guess([*stamps("at"), *columns, FEATURE]).id == row_id


def test_what_numbers_rows_parts_them_or_follows_from_the_time_is_no_feature() -> None:
    columns = [
        column("id", "BIGINT", 5000),
        column("Unnamed: 0", "BIGINT", 4000, whole=True),
        column("instant", "BIGINT", 5000, counter=True),
        column("period", "VARCHAR", 2, examples=("analysis", "reference")),
        column("part", "VARCHAR", 2, examples=("train", "test")),
        column("hr", "BIGINT", 24, follows="at"),
        column("month", "BIGINT", 12),  # called so, and the time does not say it
    ]
    found = guess([*stamps("at"), *columns, FEATURE])
    assert (found.numeric, found.categorical) == (("distance",), ("month",))
    reasons = dict(found.left_out)
    assert reasons["Unnamed: 0"] == reasons["instant"] == "numbers the rows"
    assert "which part of the data" in reasons["period"]
    assert "which part of the data" in reasons["part"]
    assert reasons["hr"].startswith("follows from at")


BIKES = """
CREATE TABLE bikes AS SELECT
  i AS instant, CAST({at} AS DATE) AS dteday, EXTRACT(quarter FROM {at}) AS season, EXTRACT(month FROM {at}) AS mnth,
  EXTRACT(hour FROM {at}) AS hr, EXTRACT(dow FROM {at}) AS weekday,
  CASE WHEN EXTRACT(dow FROM {at}) IN (0, 6) THEN 0 ELSE 1 END AS workingday,
  (i * 7919) % 977 AS cnt, (i * 7919) % 977 * 1.1 + i % 3 AS cnt_pred, (i * 31) % 7 AS "weekday of the model"
FROM {rows}
"""


def test_calendar_columns_are_seen_in_the_rows_on_both_engines(postgres: str, tmp_path: Path) -> None:
    """By what they hold, beside a date that has no hour; what is only called so stays a feature."""
    import psycopg

    path = tmp_path / "bikes.duckdb"
    with duckdb.connect(str(path)) as connection:
        at = "(TIMESTAMP '2011-01-01' + INTERVAL (i) HOUR)"
        connection.execute(BIKES.format(at=at, rows="range(1, 9001) AS t(i)"))
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        at = "(TIMESTAMP '2011-01-01' + i * INTERVAL '1 hour')"
        connection.execute(BIKES.format(at=at, rows="generate_series(1, 9000) AS t(i)").encode())
    for url in (f"duckdb:///{path}", postgres):
        text = first_monitor(url, "bikes")
        columns = parse_monitor(text).columns
        assert (columns.id, columns.time, columns.prediction) == ("instant", "dteday", "cnt_pred")
        assert (columns.numeric, columns.categorical) == (("cnt",), ("weekday of the model",))
        for name in ("season", "mnth", "hr", "weekday", "workingday"):
            assert f"#   {name}: follows from dteday" in text


def test_features_codes_constants_and_identifiers() -> None:
    found = guess(
        [
            *stamps("at", "updated_at", "birthday"),
            FEATURE,
            column("n_items", "INTEGER", 9),
            column("product_code", "INTEGER", 40),
            column("is_weekend", "BOOLEAN", 2),
            column("carrier", "VARCHAR", 14),
            column("store_id", "INTEGER", 12),
            column("customer_id", "INTEGER", 3000),
            column("session", "VARCHAR", 4800, length=30.0),
            column("comment", "VARCHAR", 700, length=90.0),
            column("origin", "VARCHAR", 1, examples=("JFK",)),
            column("gone", "DOUBLE", 0, nulls=5000),
            column("basket", "INTEGER[]"),
            column("waited", "INTERVAL"),
            column("model_version", "VARCHAR", 1),
        ]
    )
    assert found.numeric == ("distance", "n_items")
    assert found.categorical == ("product_code", "is_weekend", "carrier", "store_id")
    assert found.segments == ("carrier",)
    assert found.version == "model_version"
    reasons = dict(found.left_out)
    assert reasons["origin"] == "is always JFK"
    assert "identifier" in reasons["customer_id"]
    assert "identifier" in reasons["session"]
    assert reasons["comment"] == "looks like free text"
    assert reasons["gone"] == "has no values in the sample"
    assert "INTEGER[] is not counted" in reasons["basket"]
    assert set(reasons) >= {"waited", "birthday"}


def test_long_texts_are_texts_and_codes_are_none() -> None:
    said = ("how do I return this?", "it broke, and nobody answers")
    found = guess(
        [
            *stamps("at"),
            FEATURE,
            column("question", "VARCHAR", 4000, length=60.0, examples=said),
            column("short", "VARCHAR", 4000, length=12.0, examples=("a b", "c d")),
            column("digest", "VARCHAR", 4000, length=64.0, examples=("9f86d081", "60303ae2")),
            column("token_id", "VARCHAR", 4000, length=64.0, examples=said),
            column("template", "VARCHAR", 12, length=80.0, examples=said),
        ]
    )
    assert found.text == ("question",)
    assert {"short", "digest", "token_id"} <= {name for name, _ in found.left_out}
    shown = [*stamps("at"), column("question", "VARCHAR", 4000, length=60.0, examples=said)]
    guessed = Guess(time="at", text=("question",))
    written = write("m", TablePlace("duckdb:///x.duckdb", "t"), shown, guessed, Extent(10, DAY, DAY))
    assert said[0] not in written
    assert "60 characters on average" in written


def test_a_label_in_the_same_table_joins_by_the_id() -> None:
    columns = [*stamps("at", "label_at"), column("id", "BIGINT", 5000), column("label", "BOOLEAN", 2), FEATURE]
    found = guess(columns)
    assert found.labels is not None
    assert (found.labels.id, found.labels.value, found.labels.arrived) == ("id", "label", "label_at")
    without = guess([c for c in columns if c.name != "id"])
    assert without.labels is None
    assert "labels join by an id" in dict(without.left_out)["label"]
    assert "label" not in (*without.numeric, *without.categorical)


def test_labels_in_a_table_of_their_own() -> None:
    columns = [column("flight_id", "BIGINT", 5000), column("late", "INTEGER", 2), *stamps("arrived_at")]
    found = guess_labels("flight_id", "labels", columns)
    assert found is not None
    assert (found.value, found.arrived, found.table) == ("late", "arrived_at", "labels")
    assert guess_labels("other_id", "labels", columns) is None


HOSTILE = st.text(min_size=1, max_size=12).filter(lambda s: "\0" not in s and s != "__volume__")
YAMLISH = st.sampled_from(
    ["no", "on", "NULL", "~", "1", "1.5", "2013-01-01", "- a", "a: b", "a #b", "{a}", "[a]", "&a", "*a", "!a", "|", ">", "%a"]
    + ["@a", "`a`", "a'b", 'a"b', "\\", "a\nb", "a\tb", "\u2028", "\x85", "\x7f", "\ufeff", "\U0001f600", "\u202e", "</script>"]
)  # fmt: skip
KINDS = st.sampled_from(
    ["DOUBLE", "INTEGER", "BOOLEAN", "VARCHAR", "DATE", STAMP, "TIMESTAMP", "UUID", "INTEGER[]", "JSON"]
)


@st.composite
def described(draw: st.DrawFn, name: str) -> Described:
    rows = draw(st.integers(0, 5000))
    nulls = draw(st.integers(0, rows))
    distinct = draw(st.integers(min(1, rows - nulls), rows - nulls))
    low = draw(st.none() | st.floats(allow_nan=False))
    examples = tuple(draw(st.lists(HOSTILE | YAMLISH, max_size=3)))
    return Described(name, draw(KINDS), rows, nulls, distinct, low, low, examples, draw(st.floats(0, 200)))


@settings(max_examples=100, deadline=None)
@given(data=st.data(), names=st.lists(HOSTILE | YAMLISH, unique=True, max_size=8), table=HOSTILE | YAMLISH)
def test_whatever_the_names_what_is_written_is_the_guess(data: st.DataObject, names: list[str], table: str) -> None:
    columns = [column("at", STAMP, 5000), FEATURE]
    columns += [data.draw(described(name)) for name in names if name not in ("at", "distance")]
    found = guess(columns)
    text = write("m", TablePlace("duckdb:///x.duckdb", table), columns, found, Extent(10, DAY, DAY))
    monitor = parse_monitor(text)
    assert monitor.source.table == table
    for role in ("time", "ingested", "id", "version", "prediction", "numeric", "categorical", "segments"):
        assert getattr(monitor.columns, role) == getattr(found, role), role
    assert tuple(t.column for t in monitor.columns.text) == found.text


@settings(max_examples=100, deadline=None)
@given(data=st.data(), names=st.lists(HOSTILE, unique=True, min_size=1, max_size=8))
def test_every_column_is_named_once(data: st.DataObject, names: list[str]) -> None:
    found = guess([data.draw(described(name)) for name in names])
    single = [n for n in (found.time, found.ingested, found.id, found.version, found.prediction) if n is not None]
    labels = [n for n in (found.labels.value, found.labels.arrived) if n is not None] if found.labels else []
    out = [name for name, _ in found.left_out]
    assert sorted([*single, *labels, *found.numeric, *found.categorical, *found.text, *out]) == sorted(names)


@given(HOSTILE | YAMLISH)
def test_yaml_text_stays_on_its_line(text: str) -> None:
    assert len(yaml_text(text).splitlines()) == 1


LOG = """
CREATE TABLE inference_log AS SELECT
  i AS flight_id, TIMESTAMPTZ '2013-04-01 00:00:00+00' + INTERVAL (i) MINUTE AS scheduled_at,
  TIMESTAMPTZ '2013-04-01 01:00:00+00' + INTERVAL (i) MINUTE AS logged_at, 'v' || (i % 2) AS model_version,
  random() AS score, 4000 * random() AS distance, CASE WHEN i % 10 = 0 THEN NULL ELSE i % 97 END AS temp,
  CASE i % 3 WHEN 0 THEN 'AA' WHEN 1 THEN 'UA' ELSE 'DL' END AS carrier, 'JFK' AS origin, i % 7 AS "week ""day"": #1"
FROM {rows}
"""
LABELS = "CREATE TABLE labels AS SELECT flight_id, CAST(flight_id % 5 = 0 AS INTEGER) AS late, scheduled_at AS arrived_at FROM inference_log"
DUCK_ROWS = "range(20000) AS t(i)"


@pytest.fixture
def flights(tmp_path: Path) -> str:
    path = tmp_path / "flights.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(LOG.format(rows=DUCK_ROWS))
        connection.execute(LABELS)
        connection.execute("CREATE TABLE empty AS SELECT * FROM inference_log WHERE false")
        connection.execute("CREATE TABLE timeless AS SELECT flight_id, distance FROM inference_log")
        connection.execute("CREATE TABLE bare AS SELECT scheduled_at, origin FROM inference_log")
        connection.execute(f"COPY inference_log TO '{tmp_path}/it''s.parquet'")
        connection.execute(f"COPY inference_log TO '{tmp_path}/log.csv'")
    return f"duckdb:///{path}"


def check_flights(text: str) -> None:
    monitor = parse_monitor(text, "flights.yml")
    columns = monitor.columns
    assert (columns.id, columns.time, columns.ingested) == ("flight_id", "scheduled_at", "logged_at")
    assert (columns.version, columns.prediction) == ("model_version", "score")
    assert columns.numeric == ("distance", "temp", 'week "day": #1')
    assert (columns.categorical, columns.segments) == (("carrier",), ("carrier",))
    assert "origin: is always JFK" in text
    assert re.search("(8|9|10|11|12)% missing", text)  # of a sample
    assert "2013-04-01 to 2013-04-14, about 1,440 a day" in text


def test_a_duckdb_table(flights: str) -> None:
    text = first_monitor(flights, "inference_log")
    check_flights(text)
    labels = parse_monitor(text).labels
    assert labels is not None
    assert (labels.table, labels.id, labels.value, labels.arrived) == ("labels", "flight_id", "late", "arrived_at")


def test_another_model_s_labels_are_not_taken_and_all_that_look_like_labels_are_named(flights: str) -> None:
    """Though their ids are the same numbers, and though their name comes first."""
    with duckdb.connect(flights.removeprefix("duckdb:///")) as connection:
        connection.execute("ALTER TABLE labels RENAME TO flight_labels")
        connection.execute("ALTER TABLE inference_log RENAME TO flight_predictions")
        connection.execute("CREATE TABLE churn_labels AS SELECT * FROM flight_labels")
    text = first_monitor(flights, "flight_predictions")
    labels = parse_monitor(text).labels
    assert labels is not None
    assert labels.table == "flight_labels"
    said = " ".join(text.replace("#", " ").split())
    assert "Labels are read from flight_labels. Other tables look like labels too: churn_labels." in said
    with duckdb.connect(flights.removeprefix("duckdb:///")) as connection:
        connection.execute("DROP TABLE flight_labels")
    text = first_monitor(flights, "flight_predictions")
    assert parse_monitor(text).labels is None
    said = " ".join(text.replace("#", " ").split())
    assert "churn_labels: by the name these are labels of another model, not of flight_predictions." in said


@pytest.mark.parametrize(("hours", "said"), [(30, timedelta(hours=30)), (24 * 9, timedelta(days=9))])
def test_the_delay_of_labels_is_measured(flights: str, hours: int, said: timedelta) -> None:
    """By which 99 of 100 had arrived."""
    with duckdb.connect(flights.removeprefix("duckdb:///")) as connection:
        connection.execute(f"UPDATE labels SET arrived_at = arrived_at + INTERVAL {hours} HOUR - INTERVAL 1 SECOND")
        connection.execute("UPDATE labels SET arrived_at = '2030-01-01' WHERE flight_id % 300 = 0")
    text = first_monitor(flights, "inference_log")
    labels = parse_monitor(text).labels
    assert labels is not None
    assert labels.delay == said
    assert "nearly all labels had arrived" in text


def test_labels_in_words_are_not_said_to_be_none(flights: str) -> None:
    with duckdb.connect(flights.removeprefix("duckdb:///")) as connection:
        connection.execute(
            "ALTER TABLE labels ALTER COLUMN late TYPE VARCHAR USING CASE late WHEN 1 THEN 'late' ELSE 'on time' END"
        )
    text = first_monitor(flights, "inference_log")
    assert "No labels were found" not in text
    assert '"late" of labels looks like a label, but it holds text' in " ".join(text.replace("#", " ").split())
    assert "docs/classes.md" in text
    assert parse_monitor(text).labels is None


def test_a_postgresql_table(postgres: str) -> None:
    import psycopg

    rows = "generate_series(0, 19999) AS t(i)"
    spelled = LOG.format(rows=rows).replace("INTERVAL (i) MINUTE", "i * INTERVAL '1 minute'")
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        connection.execute(spelled.encode())
        connection.execute(LABELS.encode())
    text = first_monitor(postgres, "inference_log")
    check_flights(text)
    assert parse_monitor(text).labels is not None


@pytest.mark.parametrize("file", ["it's.parquet", "log.csv"])
def test_files(flights: str, tmp_path: Path, file: str) -> None:
    del flights  # it wrote the files
    text = first_monitor(None, path=str(tmp_path / file))
    check_flights(text)
    assert parse_monitor(text).source.path == str(tmp_path / file)


def test_an_empty_table_is_a_sentence(flights: str) -> None:
    with pytest.raises(ContractError, match="empty is empty; roles are guessed from rows"):
        first_monitor(flights, "empty")


NO_TIMES = ["'infinity'", "'-infinity'", "'20226-11-26'", "'4713-01-02 BC'", "'9999-12-31'", "'0001-01-01'"]


@pytest.mark.parametrize("odd", NO_TIMES)
@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMPTZ", "DATE"])
def test_a_time_that_no_window_holds_is_said_in_the_file(postgres: str, tmp_path: Path, odd: str, kind: str) -> None:
    """One such row, of the time of events and of a column that plays no role, on both engines."""
    import psycopg

    log = f"""CREATE TABLE log AS SELECT i AS id, i * 0.5 AS fare, CAST({{odd}} AS {kind}) AS paid,
        CAST(CASE i WHEN 7 THEN {{odd}} ELSE '2024-01-0' || (i % 9 + 1) END AS {kind}) AS at FROM {{rows}}"""
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        connection.execute(log.format(odd=odd, rows="generate_series(1, 500) AS t(i)").encode())
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        spelled = odd.replace(" BC'", " (BC)'")
        connection.execute(log.format(odd=spelled, rows="range(1, 501) AS t(i)"))
    for url in (postgres, f"duckdb:///{tmp_path}/log.duckdb"):
        text = first_monitor(url, "log")
        assert parse_monitor(text).columns.time == "at"
        assert "# Rows: 2024-01-01 to 2024-01-09, about 62 a day." in text
        assert '# column "at": 1 row has a time outside of the years 1000 to 8999, or infinite.' in text


def test_a_date_that_is_no_timestamp(postgres: str, tmp_path: Path) -> None:
    """Both engines hold dates of the year 300,000, and no timestamp so late."""
    import psycopg

    log = "CREATE TABLE log AS SELECT i AS id, i * 0.5 AS fare, DATE '2024-01-01' + CAST(i / 99 AS INT) + CAST(CASE i WHEN 7 THEN 110000000 ELSE 0 END AS INT) AS at FROM {}"
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        connection.execute(log.format("generate_series(1, 500) AS t(i)").encode())
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute(log.format("range(1, 501) AS t(i)"))
    for url in (postgres, f"duckdb:///{tmp_path}/log.duckdb"):
        assert '# column "at": 1 row has a time outside' in first_monitor(url, "log")


def test_what_cannot_be_watched_is_a_sentence(flights: str, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"No column of timeless says when .* It has flight_id \(BIGINT\)"):
        first_monitor(flights, "timeless")
    with pytest.raises(ContractError, match="bare has no column to watch: origin: is always JFK"):
        first_monitor(flights, "bare")
    with pytest.raises(ContractError, match='there is no table "inference_lag"'):
        first_monitor(flights, "inference_lag")
    with pytest.raises(WarehouseError, match="could not open"):
        first_monitor(f"duckdb:///{tmp_path}/nowhere.duckdb", "t")
    with pytest.raises(MonitorError, match="Say what to look at"):
        first_monitor(flights)
    with pytest.raises(MonitorError, match="Say where the table is"):
        first_monitor(None, "t")


def test_a_password_never_reaches_the_file() -> None:
    place = TablePlace("postgresql://me:hunter2@db/prod", "t")
    text = write("m", place, [*stamps("at"), FEATURE], Guess(time="at", numeric=("distance",)), Extent(1, DAY, DAY))
    assert "hunter2" not in text
    assert parse_monitor(text).source.url == "postgresql://me:${TIDEGAUGE_PASSWORD}@db/prod"


def test_a_time_without_a_zone_is_asked_about() -> None:
    columns = [column("at", "TIMESTAMP", 5000), FEATURE]
    assert "say which one it is written in" in write(
        "m", TablePlace("duckdb:///x", "t"), columns, guess(columns), Extent(1, DAY, DAY)
    )


@pytest.mark.parametrize("option", ["--paths", "--name"])
def test_no_address_with_a_secret_is_written_wherever_it_was_typed(option: str, tmp_path: Path) -> None:
    address = "postgresql://me:S3cr3tWord@host/db"
    name, paths = (address, ()) if option == "--name" else (None, (address,))
    said = "takes the monitor's name" if option == "--name" else "postgresql://me:...@host/db holds a secret"
    with pytest.raises(MonitorError, match=f"{option} {said}") as told:
        first_monitor(f"duckdb:///{tmp_path}/w.duckdb", "log", None, name, paths)
    assert "S3cr3tWord" not in str(told.value)
