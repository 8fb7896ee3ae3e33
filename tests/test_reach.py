"""What a source may read and a statement may do: its own files, by one SELECT; nothing else, whatever a name says."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tidegauge.comparing.frames import compare
from tidegauge.core.errors import ContractError, MonitorError, WarehouseError
from tidegauge.init.first import first_monitor
from tidegauge.monitor import parse_monitor
from tidegauge.stages.contract import hold, reach_of
from tidegauge.warehouses import open_warehouse, reach
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.file_items import Reach, files

LOG = "SELECT range AS x, 'a' AS c, TIMESTAMPTZ '2024-01-01' + INTERVAL (range) MINUTE AS at FROM range(20)"
FORBIDDEN = "no file of this source"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`log.duckdb` with a table and views, its Parquet in `own`, others' in `own2` and `other`, links out of `own`."""
    monkeypatch.chdir(tmp_path)
    for folder in ("own", "own2", "other"):
        (tmp_path / folder).mkdir()
    with duckdb.connect("log.duckdb") as connection:
        connection.execute(f"CREATE TABLE log AS {LOG}")
        for file in ("own/a.parquet", "own2/a.parquet", "other/a.parquet", "loose.parquet"):
            connection.execute(f"COPY log TO '{file}'")
        connection.execute(f"CREATE VIEW mine AS FROM '{tmp_path}/own/*.parquet'")
        connection.execute(f"CREATE VIEW theirs AS FROM '{tmp_path}/other/a.parquet'")
        connection.execute("CREATE VIEW spelled AS FROM log.main.log")
    (tmp_path / "own" / "out").symlink_to(tmp_path / "other")
    (tmp_path / "own" / "out.csv").symlink_to(tmp_path / "other" / "made.csv")
    return tmp_path


def everything(place: Path) -> dict[str, bytes]:
    """Every file below a folder, as it is."""
    return {str(f.relative_to(place)): f.read_bytes() for f in sorted(place.rglob("*")) if f.is_file()}


@pytest.fixture
def warehouse(place: Path) -> Iterator[DuckDBWarehouse]:
    """The log, which may read `own`."""
    before = everything(place)
    with DuckDBWarehouse("log.duckdb", reach=Reach(("own",))) as opened:
        yield opened
    assert everything(place) == before  # whatever a test tried: nothing was written


NAMES = [
    "(SELECT 1); COPY (SELECT 1) TO 'own/made.csv'; --",
    "(SELECT 1) AS t; COPY (SELECT 1) TO 'own/made.csv'",
    "(WITH x AS (COPY (SELECT 1) TO 'own/made.csv') FROM x)",
    "read_csv('own/made.csv'); COPY (SELECT 1) TO 'own/made.csv'; --",
    "read_parquet('own/a.parquet')",
    "read_parquet('own/a.parquet'); DROP TABLE log",
    "own/a.parquet",
    "loose.parquet",
    "self",  # variables of Python, which DuckDB would look for
    "table",
    'log"; COPY log TO "own/made.csv',
]


@pytest.mark.parametrize("name", NAMES)
def test_a_tables_name_is_a_name(name: str, warehouse: DuckDBWarehouse) -> None:
    """Whatever it looks like: a FROM item, a file, a variable, a second statement."""
    with pytest.raises(ContractError, match="there is no table"):
        warehouse.describe(name)


def test_what_looks_like_files_is_told_where_files_go(warehouse: DuckDBWarehouse) -> None:
    """One sentence says how to write it now."""
    for name in ("read_parquet('data/*.parquet')", "loose.parquet"):
        with pytest.raises(ContractError, match=r"files are given as a path: source\.path"):
            warehouse.describe(name)


COPIES = [
    "own/made.csv",
    "{place}/own/made.csv",
    "own/../other/made.csv",
    "own/out/made.csv",
    "own/out.csv",
    "made.csv",
]


@pytest.mark.parametrize("target", COPIES)
@pytest.mark.parametrize(
    "statement",
    [
        "COPY log TO '{to}'",
        "SELECT 1; COPY log TO '{to}'",
        "COPY log TO '{to}'; SELECT 1",
        "WITH x AS (COPY log TO '{to}') FROM x",
        "with x as materialized (select 1), y as (copy (from log) to '{to}') from y, x",
        "SELECT * FROM query('COPY log TO ''{to}''')",
        "SELECT * FROM query('WITH x AS (CO' || 'PY log TO ''{to}'') FROM x')",
        "FROM json_execute_serialized_sql('{tree}')",
        "FROM main.\"Json_Execute_Serialized_Sql\"('{tree}')",
        "EXPLAIN ANALYZE COPY log TO '{to}'",
        "EXPORT DATABASE '{to}'",
        "ATTACH '{to}'",
        "FROM enable_profiling(save_location = '{to}')",
    ],
)
def test_no_statement_writes(statement: str, target: str, warehouse: DuckDBWarehouse, place: Path) -> None:
    """Into the own folder, out of it by .. and by links, beside it; by itself, second, in a CTE, as a text."""
    to = target.format(place=place)
    hidden = f"WITH x AS (COPY (SELECT 1) TO '{to}') FROM x"
    tree = duckdb.execute("SELECT json_serialize_sql($s)", {"s": hidden}).fetchall()[0][0].replace("'", "''")
    with pytest.raises(ContractError):
        warehouse.fetch(statement.format(to=to, tree=tree))


@pytest.mark.parametrize(
    "statement",
    ["", ";", "SET threads = 1", "SELECT 1; SELECT 2", "PRAGMA database_list", "LOAD json", "USE memory", "BEGIN"],
)
def test_one_select_and_nothing_else(statement: str, warehouse: DuckDBWarehouse) -> None:
    """What is refused is named."""
    with pytest.raises(ContractError, match=r"one SELECT at a time on a warehouse, and was given .*Nothing was run"):
        warehouse.fetch(statement)


def test_words_that_only_look_like_writing_are_fine(warehouse: DuckDBWarehouse) -> None:
    """Copies and updates as names and texts."""
    sql = 'WITH copied AS (SELECT \'copy x to y\' AS "update", 1 AS "query") SELECT * FROM copied -- insert'
    assert list(warehouse.fetch(sql)) == ["update", "query"]


@pytest.mark.parametrize(
    "file",
    [
        "own2/a.parquet",
        "own/../own2/a.parquet",
        "own/out/a.parquet",
        "own*/a.parquet",
        "other/*.parquet",
        "/etc/passwd",
    ],
)
def test_no_other_file_is_read(file: str, warehouse: DuckDBWarehouse) -> None:
    """A neighbour whose name begins alike, .., a link, a pattern that is wider, the machine's own."""
    for item in (files(file), f"read_csv('{file}')", f"read_text('{file}')", f"glob('{file}')"):
        with pytest.raises(ContractError, match=FORBIDDEN):
            warehouse.fetch(f"SELECT * FROM {item}")


APART = {
    "parquet": "SELECT * FROM read_parquet('{place}/own/link/../a.parquet')",
    "csv": "SELECT * FROM read_csv('own/link/../made.csv')",
    "text": "SELECT * FROM read_text('{place}/own/link/.' || './made.csv')",
    "beside": "SELECT * FROM log UNION ALL SELECT * FROM read_parquet('own/link/../a.parquet')",
    "hidden": "SELECT * FROM read_text('own/link/../made.csv') UNION ALL BY NAME SELECT * FROM truncate_duckdb_logs()",
    "odd": "SELECT * FROM read_text('own/we\"ir''d\n/../link/../made.csv')",
    "broken": "SELECT CAST(content AS DATE) AS x FROM read_text('own/link/../made.csv')",
}


@pytest.mark.parametrize("view", APART)
def test_a_path_means_what_the_system_opens(view: str, place: Path) -> None:
    """`own/link/../a.parquet` lies in `own` by its letters, and beside the link's target when it is opened."""
    (place / "other" / "inner").mkdir()
    (place / "own" / "link").symlink_to(place / "other" / "inner")
    (place / "own" / "we\"ir'd\n").mkdir()
    (place / "other" / "made.csv").write_text("a,b\nSECRET,2\n")
    (place / "own" / "a.parquet").unlink()  # or DuckDB would see the difference itself
    with duckdb.connect("log.duckdb") as connection:
        connection.execute(f"CREATE VIEW crooked AS {APART[view].format(place=place)}")
    with DuckDBWarehouse("log.duckdb", reach=Reach(("own",))) as opened:
        with pytest.raises(ContractError) as refused:
            opened.fetch("SELECT * FROM crooked")
        assert FORBIDDEN in str(refused.value)
        assert "SECRET" not in str(refused.value)
        assert opened.fetch("SELECT count(*) AS n FROM log")["n"][0] == 20
    if view != "hidden":
        with pytest.raises(ContractError, match=FORBIDDEN):
            first_monitor("duckdb:///log.duckdb", "crooked", paths=("own",))


def test_a_database_cannot_hide_which_files_were_opened(place: Path) -> None:
    """Its own tables and macros that are called like the engine's notes are nobody's notes."""
    (place / "other" / "inner").mkdir()
    (place / "own" / "link").symlink_to(place / "other" / "inner")
    (place / "other" / "made.csv").write_text("a,b\nSECRET,2\n")
    with duckdb.connect("log.duckdb") as connection:
        connection.execute("CREATE TABLE duckdb_logs AS SELECT 'tidegauge' AS message, 'FileSystem' AS type")
        connection.execute("CREATE MACRO duckdb_logs() AS TABLE SELECT 'tidegauge' AS message, 'FileSystem' AS type")
        connection.execute("CREATE MACRO truncate_duckdb_logs() AS TABLE SELECT 1 AS nothing")
        connection.execute("CREATE MACRO write_log(x, log_type := '', level := '') AS 1")
        connection.execute("CREATE VIEW crooked AS SELECT * FROM read_text('own/link/../made.csv')")
    with DuckDBWarehouse("log.duckdb", reach=Reach(("own",))) as opened:
        assert opened.fetch("SELECT count(*) AS n FROM log")["n"][0] == 20
        with pytest.raises(ContractError, match=FORBIDDEN):
            opened.fetch("SELECT * FROM crooked")
        assert opened.fetch("SELECT count(*) AS n FROM log")["n"][0] == 20


def test_a_path_with_dots_that_stays_inside_is_read(place: Path) -> None:
    """By its letters and by its links the same file; or listed as it is."""
    (place / "own" / "deep").mkdir()
    (place / "other" / "inner").mkdir()
    (place / "own" / "link").symlink_to(place / "other" / "inner")
    for listed, file in (("own", "own/deep/../a.parquet"), (*["own/link/../a.parquet"] * 2,)):
        with DuckDBWarehouse("log.duckdb", reach=Reach((listed,))) as opened:
            assert opened.fetch(f"SELECT count(*) AS n FROM {files(file)}")["n"][0] == 20
    with DuckDBWarehouse(":memory:", reach=Reach(("own",))) as kept:
        for _ in range(2):
            assert kept.fetch(f"SELECT count(*) AS n FROM {files('own/deep/../a.parquet')}")["n"][0] == 20


@pytest.mark.parametrize("folder", ["log.duckdb.tmp", ".tmp"])
def test_no_folder_for_spilling_is_readable(place: Path, folder: str) -> None:
    """What lies where DuckDB would put what does not fit into memory is no file of the source."""
    (place / folder).mkdir()
    (place / "other" / "a.parquet").rename(place / folder / "a.parquet")
    with duckdb.connect("log.duckdb") as connection:
        connection.execute(f"CREATE VIEW spilled AS FROM '{place}/{folder}/a.parquet'")
    for file in ("log.duckdb", ":memory:"):
        with DuckDBWarehouse(file) as opened, pytest.raises(ContractError, match=FORBIDDEN):
            opened.fetch(f"SELECT * FROM {files(f'{place}/{folder}/a.parquet')}")


def test_own_files_are_read(warehouse: DuckDBWarehouse, place: Path) -> None:
    """By name and by pattern, from here and from the root."""
    for file in ("own/a.parquet", "own/*.parquet", f"{place}/own/a.parquet", f"{place}/own/**/a.parquet"):
        assert warehouse.fetch(f"SELECT count(*) AS n FROM {files(file)}")["n"][0] == 20


def test_a_view_over_other_files_is_named(warehouse: DuckDBWarehouse, place: Path) -> None:
    """With the file that it reads, and what to do; once allowed, it is read."""
    assert list(warehouse.describe("mine")) == ["x", "c", "at"]
    assert list(warehouse.describe("spelled")) == ["x", "c", "at"]
    with pytest.raises(ContractError) as refused:
        warehouse.describe("theirs")
    assert str(refused.value) == (
        f'"theirs" in log.duckdb reads {place}/other/a.parquet, and that is no file of this source. If it is meant to, '
        f'allow it: source.paths: ["{place}/other/a.parquet"] in the monitor, --paths for init and compare.'
    )
    for allowed in ("other/a.parquet", "other", "oth*/*.parquet", "other/*.parquet", f"{place}/other/"):
        with DuckDBWarehouse("log.duckdb", reach=Reach((allowed,))) as opened:
            if allowed.startswith("oth*"):  # the folder of the pattern is the one above, and so is what is allowed
                assert opened.fetch("SELECT count(*) AS n FROM mine")["n"][0] == 20
            assert list(opened.describe("theirs")) == ["x", "c", "at"]


MONITOR = """
monitor: m
source: {{{source}}}
columns: {{time: at, numeric: [x], categorical: [c]}}
window: {{every: day}}
"""


def held(source: str) -> dict[str, str]:
    """The columns that a monitor finds at a source."""
    monitor = parse_monitor(MONITOR.format(source=source))
    with open_warehouse(monitor.source.expanded_url(), reach_of(monitor)) as warehouse:
        return dict(hold(monitor, warehouse).kinds)


def test_a_monitor_says_what_may_be_read(place: Path) -> None:
    """Files by `path`, a view's files by `paths`; what it does not change is which profiles are stored."""
    assert place.is_dir()
    url = "url: 'duckdb:///log.duckdb', table: theirs"
    with pytest.raises(ContractError, match=FORBIDDEN):
        held(url)
    both = held(url + ", paths: [other]"), held("path: 'own/*.parquet'")
    assert both[0] == both[1]
    plain, open_ = (
        parse_monitor(MONITOR.format(source=s)) for s in (url, url + ", paths: [other], extensions: [json]")
    )
    assert plain.source_key == open_.source_key


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("url: 'postgresql://h/d', table: t, paths: [x]", "source.paths: is for DuckDB only"),
        ("url: 'postgresql+psycopg://h/d', table: t, extensions: [icu]", "source.extensions: is for DuckDB only"),
        ("path: x.parquet, extensions: ['/tmp/x.duckdb_extension']", "is no name of a DuckDB extension"),
        ("path: x.parquet, paths: x", "must be a list"),
    ],
)
def test_what_cannot_be_allowed_is_refused(source: str, sentence: str) -> None:
    """When the monitor is read."""
    with pytest.raises(MonitorError, match=sentence):
        parse_monitor(MONITOR.format(source=source))


def test_files_from_postgres_are_refused_when_the_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that comes whole from the environment."""
    monkeypatch.setenv("SRC", "postgresql://nobody@localhost:1/x")
    with pytest.raises(MonitorError, match="only DuckDB reads files"):
        held("url: '${SRC}', path: x.parquet")


ODD = [
    "data[1].parquet",
    "a*.parquet",
    "it's.parquet",
    "what?.parquet",
    "semi;colon.parquet",
    'quo"te.parquet',
    "ü .parquet",
]


@pytest.mark.parametrize("name", ODD)
def test_a_files_name_means_that_file(name: str, place: Path) -> None:
    """Though DuckDB would take it for a pattern, and find its neighbour."""
    for other in ("data1.parquet", "ab.parquet", "whatX.parquet"):
        duckdb.execute(f"COPY (SELECT 'no' AS wrong) TO '{other}'")
    duckdb.execute(f"COPY ({LOG}) TO 'own/real.parquet'")
    (place / "own" / "real.parquet").rename(place / name)
    spelled = name.replace("'", "''")
    assert list(held(f"path: '{spelled}'")) == ["x", "c", "at"]
    assert compare(name, place / name).verdict == "same"


def test_a_csv_too(place: Path) -> None:
    """Its rows in the file's order, from a name with a quote; and nothing that it says is run."""
    (place / "it's.csv").write_text("x,c\n" + "1,\"a'); COPY (SELECT 1) TO 'made.csv'; --\"\n2,b\n" * 200)
    found = compare("it's.csv", "it's.csv")
    assert (found.verdict, found.reference_rows) == ("same", 400)
    assert not (place / "made.csv").exists()


def test_compare_and_init_are_told_of_a_views_files(place: Path) -> None:
    """Both refuse first; `init` writes what was allowed into the monitor."""
    side = ("duckdb:///log.duckdb", "theirs")
    with pytest.raises(ContractError, match=FORBIDDEN):
        compare(side, "own/a.parquet")
    assert compare(side, "own/a.parquet", paths=["other"]).verdict == "same"
    with pytest.raises(ContractError, match=FORBIDDEN):
        first_monitor(*side)
    text = first_monitor(*side, paths=("other",))
    monitor = parse_monitor(text)
    assert monitor.source.paths == ("other",)
    assert place.is_dir()


def test_two_that_may_read_different_files_at_once(place: Path) -> None:
    """Connections to one file share what they are allowed in DuckDB; ours do not."""
    assert place.is_dir()
    one = duckdb.connect("log.duckdb", read_only=True)  # somebody else's, in the same process
    with DuckDBWarehouse("log.duckdb", reach=Reach(("own",))) as a, DuckDBWarehouse("log.duckdb") as b:
        first, second = a._open(), b._open()
        assert first.execute("SELECT count(*) FROM mine").fetchall() == [(20,)]
        with pytest.raises(duckdb.PermissionException):
            second.execute("SELECT count(*) FROM mine")
        first.close()
        second.close()
    assert one.execute("SELECT count(*) FROM mine").fetchall() == [(20,)]
    one.close()


@pytest.mark.parametrize("name", ["memory.duckdb", "temp.db", "my.log.duckdb", ".duckdb", "it's a.duckdb", "main"])
def test_a_database_of_any_name(name: str, tmp_path: Path) -> None:
    """Its catalogue is called as DuckDB calls it, where that can be."""
    with duckdb.connect(str(tmp_path / name)) as connection:
        connection.execute(f"CREATE TABLE log AS {LOG}")
    with open_warehouse(f"duckdb:///{tmp_path / name}") as warehouse:
        assert list(warehouse.describe("log")) == ["x", "c", "at"]
        assert list(warehouse.describe("main.LOG")) == ["x", "c", "at"]
        assert list(warehouse.tables()) == ["log"]


@pytest.mark.parametrize("url", ["duckdb://log.duckdb", "duckdb://", "duckdb+x://log.duckdb"])
def test_an_address_with_two_slashes(url: str) -> None:
    """One clear sentence."""
    with pytest.raises(MonitorError, match=r"three slashes before a path from here"):
        open_warehouse(url)


def test_motherduck_is_not_read_and_its_token_not_said() -> None:
    """One clear sentence without the address."""
    with pytest.raises(MonitorError, match="does not read MotherDuck") as refused:
        open_warehouse("duckdb:///md:logs?motherduck_token=hidden")
    assert "hidden" not in str(refused.value)


def test_an_extension_is_asked_for_and_never_fetched(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named with the command that installs it: for an address, by name, inside a statement, for a database."""
    monkeypatch.setitem(reach.CONFIG, "extension_directory", str(place / "extensions"))
    for opened in (
        lambda: DuckDBWarehouse(":memory:", reach=Reach(("s3://bucket/log/*.parquet",))),
        lambda: DuckDBWarehouse(":memory:", reach=Reach((), ("httpfs",))),
        lambda: DuckDBWarehouse("https://example.org/log.duckdb").fetch("SELECT 1"),
    ):
        with pytest.raises(WarehouseError, match=r"python -c \"import duckdb; duckdb\.execute\('INSTALL httpfs'\)\""):
            opened()
    with (
        DuckDBWarehouse("log.duckdb") as warehouse,
        pytest.raises(WarehouseError, match=r"source\.extensions: \[spatial\].*INSTALL spatial"),
    ):
        warehouse.fetch("SELECT st_point(1, 2)")
    with pytest.raises(WarehouseError, match="INSTALL sqlite_scanner|INSTALL sqlite"):
        DuckDBWarehouse("sqlite:x.db").fetch("SELECT 1")
    with pytest.raises(MonitorError, match="no name of a DuckDB extension"):
        DuckDBWarehouse(":memory:", reach=Reach((), ("./mine.duckdb_extension",)))


def test_what_duckdb_brings_along_works_without_any_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time zones, Parquet, JSON: on a machine that never installed an extension."""
    monkeypatch.setitem(reach.CONFIG, "extension_directory", str(place / "extensions"))
    with DuckDBWarehouse("log.duckdb", reach=Reach(("own",), ("icu", "json"))) as warehouse:
        sql = "SELECT epoch(timezone('Europe/Berlin', TIMESTAMP '2024-07-01')) AS t, count(*) AS n FROM mine"
        found = warehouse.fetch(sql)
    assert (found["t"][0], found["n"][0]) == (1719784800.0, 20)


def test_stored_secrets_are_read_before_the_door_is_locked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For addresses only. DuckDB reads them from the disk at the first question, which would be too late."""
    monkeypatch.setitem(reach.CONFIG, "secret_directory", str(place / "secrets"))
    monkeypatch.setitem(reach.REMOTE, "https", "json")  # an extension that is there
    with duckdb.connect(config={"secret_directory": str(place / "secrets")}) as connection:
        connection.execute("CREATE PERSISTENT SECRET door (TYPE http, BEARER_TOKEN 'x')")
    asked = "SELECT name FROM which_secret('https://example.org/a', 'http')"
    with DuckDBWarehouse(":memory:", reach=Reach(("https://example.org/log/*.parquet",))) as warehouse:
        assert list(warehouse.fetch(asked)["name"]) == ["door"]
    with DuckDBWarehouse(":memory:", reach=Reach(("own",))) as warehouse, pytest.raises(ContractError):
        warehouse.fetch(asked)


def test_what_does_not_fit_into_memory_goes_to_a_private_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed off, a big sort still has its folder."""
    monkeypatch.setattr("tidegauge.warehouses.connecting.MOST_MEMORY", "60MB")
    big = "SELECT md5(range::VARCHAR) AS s FROM range(2000000)"
    sql = f"SELECT count(*) AS n FROM (SELECT s, row_number() OVER (ORDER BY s) AS k FROM ({big})) WHERE k % 2 = 0"
    with DuckDBWarehouse("log.duckdb") as warehouse:
        assert warehouse.fetch(sql)["n"][0] == 1_000_000
    assert not os.path.lexists(place / ".tmp")
    assert not os.path.lexists(place / "log.duckdb.tmp")


def test_the_lock_holds(warehouse: DuckDBWarehouse) -> None:
    """Even for who gets past the SELECT."""
    connection: Any = warehouse._open()
    for statement in (
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET autoinstall_known_extensions = true",
        "SET threads = 1",
        "INSTALL httpfs",
        "COPY log TO 'made.csv'",
        "CREATE TABLE log.main.made AS SELECT 1",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)
    connection.close()
