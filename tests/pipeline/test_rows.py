"""The rows behind an alert: those that were changed, on both engines, with why; files that do no harm."""

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from tests.begun import open_pipeline
from tests.pipeline.test_where import CHANGES, LOST, UNIT, UNSEEN
from tests.pipeline.world import BEGIN, END, FIRST, YAML, ZONE, a_log, change, day, inside, write_postgres
from tidegauge import Monitor, load_monitor
from tidegauge.cli.main import main
from tidegauge.cli.row_files import harmless, write_rows
from tidegauge.core.errors import ContractError, WindowError
from tidegauge.core.grid import containing
from tidegauge.core.handed_out import LABEL, WHY
from tidegauge.core.window import VOLUME
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.pipeline.rows_of import TakenRows, rows_behind
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.rows_behind import RowsBehind, read_found, rows_query
from tidegauge.profiles.segments import OTHERS
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.postgres import PostgresWarehouse

TWICE = 53  # after the others: what it alerts of is left out of what they are compared with
MORE = (
    f"INSERT INTO log SELECT * FROM log WHERE shop = 'east' AND id % 2 = 0 AND {inside(day(TWICE))}",
    f"UPDATE log SET plan = '=1+cmd' WHERE plan = 'gold' AND id % 2 = 0 AND {inside(day(UNSEEN))}",
)


@pytest.fixture(scope="module", params=["duckdb", "postgresql"])
def shop(request: pytest.FixtureRequest, clean: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("rows")
    if request.param == "duckdb":
        url = f"duckdb:///{shutil.copy(clean.removeprefix('duckdb:///'), folder / 'shop.duckdb')}"
    else:
        url = request.getfixturevalue("elephant")
    change(url, *CHANGES, *MORE)
    text = YAML.format(
        name="shop", store=f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    (folder / "shop.yml").write_text(text)
    with open_pipeline(load_monitor(folder / "shop.yml")) as pipeline:
        pipeline.backfill(BEGIN, END)
        yield pipeline


@pytest.fixture(scope="module")
def elephant(postgres_url: str) -> Iterator[str]:
    import psycopg

    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("CREATE DATABASE rows_behind")
    url = postgres_url.replace("postgresql://", "postgresql+psycopg://").removesuffix("postgres") + "rows_behind"
    write_postgres(url, *a_log())
    yield url
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("DROP DATABASE rows_behind WITH (FORCE)")


def taken(shop: Pipeline, number: int, column: str | None = None, most: int = 1000) -> TakenRows:
    return rows_behind(shop.deciding, "inputs", day(number), column, most)


def test_what_came_true_stands_beside_each_row(shop: Pipeline) -> None:
    change(str(shop.monitor.source.url), "INSERT INTO labels SELECT id, 1 - y, known_at FROM labels WHERE id % 9 = 0")
    frame = taken(shop, LOST, "wait").frame
    sql = "SELECT id, min(y) AS y FROM labels GROUP BY id"  # of labels that came at once the least counts
    known = dict(zip(*(shop.profiler.warehouse.fetch(sql)[c].tolist() for c in ("id", "y")), strict=True))
    assert [known[k] for k in frame["id"]] == frame[LABEL].tolist()
    assert "score" in frame.columns
    change(str(shop.monitor.source.url), "DELETE FROM labels WHERE id % 9 = 0")
    assert taken(shop, LOST, "wait").frame.set_index("id")[LABEL].isna().sum() == sum(frame["id"] % 9 == 0)


def ids(shop: Pipeline, condition: str) -> list[int]:
    """Of the log's rows, by a statement of its own, in the order of time."""
    found = shop.profiler.warehouse.fetch(f"SELECT id FROM log WHERE {condition} ORDER BY sold_at, id")
    return [int(i) for i in found["id"]]


def test_just_the_changed_rows_come_those_of_the_place_first(shop: Pipeline) -> None:
    rows = taken(shop, LOST, "wait")
    planted = ids(shop, f"wait IS NULL AND shop = 'north' AND plan = 'free' AND {inside(day(LOST))}")
    lacking = ids(shop, f"wait IS NULL AND {inside(day(LOST))}")
    assert sorted(rows.frame["id"][: len(planted)]) == sorted(planted)
    assert sorted(rows.frame["id"]) == sorted(lacking)
    assert set(rows.frame[WHY][: len(planted)]) == {"wait = missing, where plan = free and shop = north"}
    assert set(rows.frame[WHY][len(planted) :]) == {"wait = missing, elsewhere"}
    assert rows.frame["wait"].isna().all()
    assert (rows.behind, rows.counted) == (len(lacking), rows.profiled)


def test_values_never_seen_are_named(shop: Pipeline) -> None:
    rows = taken(shop, UNSEEN, "plan")
    assert set(rows.frame["plan"]) == {"gold", "=1+cmd"}
    assert sorted(rows.frame["id"]) == sorted(ids(shop, f"plan IN ('gold', '=1+cmd') AND {inside(day(UNSEEN))}"))
    assert set(rows.frame[WHY]) == {"plan = (values not seen before), where shop = west"}


def test_numbers_in_cells_that_gained(shop: Pipeline) -> None:
    rows = taken(shop, UNIT, "amount")
    south = ids(shop, f"shop = 'south' AND {inside(day(UNIT))}")
    assert len(set(rows.frame["id"]) & set(south)) > 0.75 * len(south), "where_tuning.bulk of what the cells gained"
    of_place = rows.frame[rows.frame[WHY].str.contains("where shop = south")]
    assert set(of_place["id"]) <= set(south)
    assert rows.frame["amount"].min() > 100
    assert str(rows.frame["sold_at"].dt.tz) == ZONE


def test_ids_that_come_twice(shop: Pipeline) -> None:
    rows = taken(shop, TWICE)
    assert rows.finding.column == VOLUME
    twice = ids(shop, f"shop = 'east' AND mod(id, 2) = 0 AND {inside(day(TWICE))}")
    assert sorted(rows.frame["id"]) == sorted(twice), "each of them is there twice"
    assert set(rows.frame[WHY]) == {"its id is another row's too"}


def test_a_limit_keeps_the_place_and_is_said(shop: Pipeline) -> None:
    whole, few = taken(shop, LOST, "wait"), taken(shop, LOST, "wait", most=5)
    pd.testing.assert_frame_equal(few.frame, whole.frame[:5])
    assert few.behind == whole.behind
    assert few.sentences[0].startswith(f"5 of {whole.behind} rows: those of Friday 22 March 2024")
    assert "left out by the limit" in few.sentences[1]


def test_what_has_no_rows_says_so(shop: Pipeline) -> None:
    with pytest.raises(WindowError, match=r'no finding on "wai". Did you mean "wait"'):
        taken(shop, LOST, "wai")
    with pytest.raises(WindowError, match="has no decision on the inputs"):
        rows_behind(shop.deciding, "inputs", replace(day(3), start=day(3).start.replace(year=2001)))
    nothing = next(n for n in range(20, 36) if not shop.explain(day(n)).findings)
    with pytest.raises(WindowError, match="Nothing stands out in the inputs"):
        taken(shop, nothing)


def run(shop: Pipeline, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["rows", str(shop.monitor.path), *map(str, arguments)], catch_exceptions=False)


def test_by_hand_and_in_python(shop: Pipeline, tmp_path: Path) -> None:
    expected = taken(shop, UNSEEN, "plan").frame
    at = f"{day(UNSEEN).start.astimezone(expected['sold_at'].dt.tz):%Y-%m-%d}"
    done = run(shop, "--window", at, "--column", "plan", "--out", tmp_path / "rows.parquet")
    assert (done.exit_code, done.stdout) == (0, f"{tmp_path}/rows.parquet\n"), done.output
    assert f"{len(expected)} of {len(expected)} rows" in done.stderr
    with duckdb.connect() as connection:
        read = connection.execute(f"SELECT id, amount, plan, {WHY} FROM '{tmp_path}/rows.parquet'").fetchall()
    assert read == list(expected[["id", "amount", "plan", WHY]].itertuples(index=False, name=None))
    pd.testing.assert_frame_equal(Monitor(shop.monitor.path).rows(at, column="plan"), expected)
    report = shop.report("inputs", day(UNSEEN), work=False)
    assert report is not None
    name = next(i.id for i in report.ongoing if i.last == day(UNSEEN))
    told = run(shop, "--alert", name[:8], "--column", "plan", "--out", tmp_path / "rows.csv", "--json")
    assert json.loads(told.stdout)["rows"] == len(expected)
    with (tmp_path / "rows.csv").open(newline="") as file:
        plans = {row["plan"] for row in csv.DictReader(file)}
    assert plans == {"gold", "'=1+cmd"}, "a text that a spreadsheet would work out is none any more"


def test_wrong_calls(shop: Pipeline, tmp_path: Path) -> None:
    for arguments, said in (
        (("--out", "rows.csv"), "Name the alert by --alert, or its window by --window"),
        (("--window", "2024-03-22", "--out", "rows.xls"), "--out ends in .parquet or .csv"),
        (("--alert", "c0ffee11", "--out", "rows.csv"), "has no incident"),
        (("--window", "2024-03-22", "--out", tmp_path / "no" / "rows.csv"), "there is no folder"),
    ):
        done = run(shop, *arguments)
        assert done.exit_code in (2, 3)
        assert said in " ".join(done.output.split())


def test_rows_that_have_left_the_log_are_missed(shop: Pipeline) -> None:
    """Last: the shop is another one afterwards."""
    change(str(shop.monitor.source.url), f"DELETE FROM log WHERE id % 3 = 0 AND {inside(day(LOST))}")
    fewer = taken(shop, LOST, "wait")
    assert fewer.counted < fewer.profiled
    assert "rows have come or gone since" in fewer.sentences[-1]
    change(str(shop.monitor.source.url), f"DELETE FROM log WHERE {inside(day(LOST))}")
    with pytest.raises(ContractError, match=r"The log has no row of Friday 22 March 2024 any more: \d+ were counted"):
        taken(shop, LOST, "wait")


def test_a_csv_holds_no_formula_and_a_parquet_every_name(tmp_path: Path) -> None:
    texts = ["=1", "+1", "-1", "@x", "\tx", "\rx", "x=1", "", 'a"b,c\nd', None]
    rows = pd.DataFrame({'=h"y\x00': pd.Series(texts, dtype="string"), "n": range(-5, 5)})
    escaped = harmless(rows)
    assert list(escaped.columns) == ["'=h\"y\x00", "n"]
    assert list(escaped.iloc[:9, 0]) == ["'=1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "x=1", "", 'a"b,c\nd']
    assert list(escaped["n"]) == list(range(-5, 5))
    named = rows.rename(columns=lambda c: c.replace("\x00", ""))
    write_rows(tmp_path / "it's.parquet", named)
    with duckdb.connect() as connection:
        read = connection.read_parquet(str(tmp_path / "it's.parquet")).fetchall()
    assert read == [(None if pd.isna(t) else t, n) for t, n in named.itertuples(index=False, name=None)]
    write_rows(tmp_path / "rows.csv", named)
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["it's.parquet", "rows.csv"]


HOSTILE = "we\"ird' %s ; -- x"


def test_hostile_names_and_values_are_names_and_values(postgres: str) -> None:
    """Columns, segments and values that look like SQL, like parameters and like quotes, on both engines."""
    import psycopg

    quoted, at = '"' + HOSTILE.replace('"', '""') + '"', datetime(2024, 3, 5, 12, tzinfo=UTC)
    columns = f'CREATE TABLE "log" (id BIGINT, sold TIMESTAMPTZ, {quoted} VARCHAR)'
    rows = [(1, at, HOSTILE), (2, at, None), (3, at, "'; DROP TABLE log; --"), (4, at, "plain")]
    duck = duckdb.connect(":memory:")
    duck.execute(columns)
    duck.executemany('INSERT INTO "log" VALUES (?, ?, ?)', rows)
    url = postgres.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as elephant, elephant.cursor() as cursor:
        cursor.execute(columns.encode())
        cursor.executemany('INSERT INTO "log" VALUES (%s, %s, %s)', rows)
    mapping = LogMapping('"log"', {"categorical": (HOSTILE,)}, time="sold", id="id", segments=(HOSTILE,))
    kinds = {"id": "BIGINT", "sold": "TIMESTAMP WITH TIME ZONE", HOSTILE: "VARCHAR"}
    layouts = {HOSTILE: CategoricalLayout(("plain", HOSTILE))}
    window = containing("day", "UTC", at)
    asked = {
        (1,): RowsBehind(window, HOSTILE, (2,), segment=f"{HOSTILE}={HOSTILE}"),
        (3,): RowsBehind(window, HOSTILE, tuple(range(3, 19))),
        (2, 3): RowsBehind(window, segment=f"{HOSTILE}={OTHERS}"),
        (): RowsBehind(window, HOSTILE, (1,), segment=f"{HOSTILE}='; DROP TABLE log; --"),
    }
    with PostgresWarehouse(url) as two:
        for warehouse in (DuckDBWarehouse(":memory:", connection=duck), two):
            for ids_, behind in asked.items():
                query = rows_query(
                    warehouse.dialect, kinds, mapping, layouts, {HOSTILE: ("plain", HOSTILE)}, behind, 10
                )
                found = read_found(warehouse.fetch(query.sql, query.parameters), mapping, kinds)
                assert (found.counted, found.behind) == (4, len(ids_))
                assert tuple(sorted(found.values["id"].tolist())) == ids_


def test_a_return_within_a_text_begins_no_line_and_a_private_file_stays_private(tmp_path: Path) -> None:
    place = tmp_path / "rows.csv"
    place.touch(mode=0o600)
    write_rows(place, pd.DataFrame({"x": pd.Series(["a\r=1+1"], dtype="string")}))
    assert place.read_bytes() == b'x\r\n"a\r=1+1"\r\n'
    assert place.stat().st_mode & 0o777 == 0o600
