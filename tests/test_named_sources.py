"""What is named as a source and is none, in a sentence and soon; and what may be called anything."""

import os
import socket
from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.test_cli import tidegauge
from tidegauge.core.errors import ContractError, WarehouseError
from tidegauge.init.first import first_monitor
from tidegauge.monitor import parse_monitor

ROWS = "SELECT i AS id, TIMESTAMP '2024-01-01' + i * INTERVAL '1 hour' AS at, i % 7 AS x, i % 5 AS y"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything in it that is no data."""
    monkeypatch.chdir(tmp_path)
    for name in ("fifo", "fifo.csv", "fifo.parquet"):
        os.mkfifo(name)
    for name in ("empty", "data", "below/a"):
        Path(name).mkdir(parents=True)
    Path("data/x.csv").write_text("a,b\n")
    Path("notes.txt").write_text("hello, and much more than eight bytes")
    Path("zero.parquet").touch()
    Path("loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("sock")
    return tmp_path


IS_NONE = [
    ("fifo", "fifo is a pipe, and a source is read more than once."),
    ("fifo.csv", "fifo.csv is a pipe"),
    ("fifo.parquet", "fifo.parquet is a pipe"),
    ("f*.csv", "fifo.csv is a pipe"),
    ("sock", "sock is a socket"),
    ("/dev/zero", "/dev/zero is a device"),
    ("/dev/null", "/dev/null is a device"),
    ("/", "/ is a folder."),
    ("/**/*.parquet", "looks through the whole machine. Begin it with a folder"),
    ("empty", "empty is a folder. There is no Parquet and no CSV in empty."),
    ("data", "data is a folder. Name the files in it: data/*.csv."),
    ("below", "below/*/*.parquet looks one level below."),
    ("notes.txt", "notes.txt is no Parquet file. CSV is told by its name: .csv, .csv.gz or .tsv."),
    ("zero.parquet", "zero.parquet is empty (0 bytes)"),
]
IS_NOT_THERE = [
    ("nowhere/x.parquet", "there is no file nowhere/x.parquet: there is no folder nowhere."),
    ("nowhere/*.parquet", "no file matches nowhere/*.parquet: there is no folder nowhere."),
    ("zer0.parquet", 'there is no file zer0.parquet. Did you mean "zero.parquet"?'),
    ("data/*.parquet", "no file matches data/*.parquet. Name the files in it: data/*.csv."),
    ("loop", "loop cannot be looked at: Too many levels of symbolic links."),
    ("loop/x.parquet", "loop/x.parquet cannot be looked at"),
    ("~/x.parquet", "~ means your home for a shell only"),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("path", "said"), [*IS_NONE, *IS_NOT_THERE])
def test_init_compare_and_a_monitor_say_what_it_is(path: str, said: str) -> None:
    with pytest.raises((ContractError, WarehouseError)) as told:
        first_monitor(None, path=path)
    assert said in str(told.value)
    Path("my.yml").write_text(
        f'monitor: m\nsource: {{path: "{path}"}}\ncolumns: {{time: at, numeric: [x]}}\nwindow: {{every: day}}\n'
    )
    done = tidegauge("check", "my.yml")
    assert (done.exit_code in {1, 3}, said in done.output) == (True, True), done.output
    if (path, said) in IS_NONE and path.endswith((".csv", ".parquet")):
        done = tidegauge("compare", path, path)
        assert (done.exit_code, said in done.stderr) == (2, True)


NAMES = [("log.2024",), ("m.l", 'a"b.c'), ("plain", "log.2024"), ('"',)]


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
@pytest.mark.parametrize("names", NAMES, ids="/".join)
def test_a_table_with_a_dot_in_its_name_is_quoted_as_in_sql(
    engine: str, names: tuple[str, ...], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    quoted = ".".join('"' + n.replace('"', '""') + '"' for n in names)
    schema = [f"CREATE SCHEMA {quoted[: len(names[0]) + 2]}"] if len(names) > 1 else []
    if engine == "duckdb":
        url = f"duckdb:///{tmp_path}/log.duckdb"
        with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
            for statement in (*schema, f"CREATE TABLE {quoted} AS {ROWS} FROM range(900) AS r(i)"):
                connection.execute(statement)
    else:
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in (*schema, f"CREATE TABLE {quoted} AS {ROWS} FROM generate_series(0, 899) AS r(i)"):
                connection.execute(statement.encode())
    text = first_monitor(url, quoted, name="m")
    assert parse_monitor(text).source.table == quoted
    (tmp_path / "my.yml").write_text(text)
    assert tidegauge("backfill", tmp_path / "my.yml", "--clock-is-right").exit_code == 0
    if names == ("log.2024",):
        with pytest.raises(ContractError, match=r'Did you mean "(public\.)?"log\.2024""'):
            first_monitor(url, "log.2024")
