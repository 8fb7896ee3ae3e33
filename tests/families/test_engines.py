"""An engine joins by one file and one line: it is looked at, checked, read, told of, compared and replayed."""

import ast
import json
import re
import shutil
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

from tests.begun import open_pipeline
from tests.families.example_package.tidegauge_example.tidal import Tidal, TidalWarehouse
from tests.families.installed import install, install_example
from tests.families.test_plugins import COMMAND, outside
from tests.pipeline.world import BEGIN, UNIT, YAML, ZONE, a_log, change, day, inside, write_duckdb
from tidegauge.airflow.connection import source_address
from tidegauge.cli.main import main
from tidegauge.core.decision import Verdict
from tidegauge.core.errors import MonitorError, WarehouseError
from tidegauge.monitor import load_monitor, parse_monitor
from tidegauge.warehouses import ENGINES, open_warehouse, sql
from tidegauge.warehouses.base import Warehouse
from tidegauge.warehouses.duckdb import DuckDB
from tidegauge.warehouses.engine import ABILITIES, READS_FILES, Engine, Lack, Mark

SRC = Path(__file__).parents[2] / "src" / "tidegauge"


@pytest.fixture
def tidal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine in the list."""
    monkeypatch.setitem(ENGINES._members, "tidal", Tidal())  # a list is read-only to all but this test


def tidegauge(*arguments: object, fine: tuple[int, ...] = (0, 1)) -> Result:
    done = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code in fine, done.output
    return done


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's log, with a day on which amounts are in another unit."""
    file = tmp_path_factory.mktemp("shop") / "shop.duckdb"
    change(write_duckdb(file, *a_log()), f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}")
    return file


def monitor_of(folder: Path, shop: Path, scheme: str) -> Path:
    """A monitor of a copy of the shop, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    shutil.copy(shop, folder / "shop.duckdb")
    url, store = f"{scheme}:///{folder}/shop.duckdb", f"sqlite:///{folder}/store.db"
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=BEGIN.date(), folder=folder)
    (folder / "shop.yml").write_text(text.replace("window:", "sample: 100\nwindow:"), encoding="utf-8")
    return folder / "shop.yml"


@pytest.mark.usefixtures("tidal")
def test_it_goes_through_every_verb(shop: Path, tmp_path: Path) -> None:
    """And finds what DuckDB finds, to the last count: it is one, in other words."""
    file = monitor_of(tmp_path / "tidal", shop, "tidal")
    url = f"tidal:///{file.parent}/shop.duckdb"
    first = tidegauge("init", "--source", url, "--table", "log").output
    assert f'url: "{url}"' in first.replace(f"url: {url}", f'url: "{url}"')
    (tmp_path / "first.yml").write_text(first, encoding="utf-8")
    tidegauge("check", tmp_path / "first.yml", fine=(0,))
    assert {"log", "labels"} <= set(open_warehouse(url).tables())

    until = f"{day(UNIT).start:%Y-%m-%d}"
    tidegauge("check", file, fine=(0,))
    tidegauge("backfill", file, "--to", until)
    tidegauge("run", file, "--window", until, fine=(1,))
    assert "amount" in tidegauge("explain", file, until).output
    tidegauge("report", file, "--window", until, "--out", tmp_path / "page.html")
    assert "amount" in (tmp_path / "page.html").read_text(encoding="utf-8")
    tidegauge("status", file)

    with open_pipeline(load_monitor(file)) as pipeline:
        assert isinstance(pipeline.profiler.warehouse, TidalWarehouse)
        decision = pipeline.explain(day(UNIT))
        assert decision.verdict is Verdict.ALERT
        for finding in decision.findings:
            found = pipeline.profiler.warehouse.fetch(finding.sql)
            score = finding.scores[0]
            if score.statistic in found:
                assert float(found[score.statistic][0]) == pytest.approx(score.value, rel=1e-3), finding.sql

    compared = tidegauge("compare", f"{url}#log", f"duckdb:///{file.parent}/shop.duckdb#log", "--json")
    assert json.loads(compared.stdout)["verdict"] == "same"

    (tmp_path / "faults.yml").write_text("{windows: 2, trials: 1}", encoding="utf-8")
    from_to = ("--from", f"{day(UNIT - 2).start:%Y-%m-%d}", "--to", f"{day(UNIT).end:%Y-%m-%d}")
    told = tidegauge("replay", "--monitor", file, *from_to, "--faults", tmp_path / "faults.yml", "--json").stdout
    assert json.loads(told)["same"]["different"] == [], "a replay decides what was decided"

    other = monitor_of(tmp_path / "duckdb", shop, "duckdb")
    tidegauge("backfill", other, "--to", until)
    tidegauge("run", other, "--window", until, fine=(1,))
    with open_pipeline(load_monitor(file)) as mine, open_pipeline(load_monitor(other)) as theirs:
        for number in (0, 1, UNIT - 1, UNIT):
            a, b = (p.profiler.profiles.profile(day(number))[0] for p in (mine, theirs))
            assert {c: s.to_row() for c, s in a.whole.items()} == {c: s.to_row() for c, s in b.whole.items()}
            assert a.rows is not None
            assert b.rows is not None
            assert a.rows.to_row() == b.rows.to_row()


@pytest.mark.usefixtures("tidal")
def test_the_lists_of_others_follow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Schemes of a monitor, types of connection, who reads files: all from the one list."""
    text = "monitor: m\nsource: {%s}\ncolumns: {time: at, numeric: [x]}\nwindow: {every: day}\n"
    assert str(parse_monitor(text % "url: 'tidal:///a@b.file', table: t").source.expanded_url()) == "tidal:///a@b.file"
    assert parse_monitor(text % "url: 'tidal:///x', path: y.csv").source.path == "y.csv"
    with pytest.raises(MonitorError, match='no engine is called "tydal". Did you mean "tidal"'):
        parse_monitor(text % "url: 'tydal:///x', table: t")
    with pytest.raises(MonitorError, match="only DuckDB and Tidal read files. Give a table"):
        parse_monitor(text % "url: 'postgresql://h/d', path: y.csv")
    with pytest.raises(MonitorError, match="source.paths: is for DuckDB and Tidal only"):
        parse_monitor(text % "url: 'postgresql://h/d', table: t, paths: [y.csv]")
    mine = parse_monitor(text % "connection: log_db, table: t")
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", f"tidal:///{tmp_path}/x.file")
    assert source_address(mine).opened() == f"{tmp_path}/x.file"
    monkeypatch.setenv("AIRFLOW_CONN_LOG_DB", "mysql://h/d")
    with pytest.raises(MonitorError, match="of the type mysql, and tidegauge reads duckdb and postgres and tidal"):
        source_address(mine)


def test_another_package_brings_one(tmp_path: Path, shop: Path) -> None:
    """Its addresses are those of files from the first word on."""
    install_example(tmp_path)
    shutil.copy(shop, tmp_path / "a@b.duckdb")
    side = f"tidal:///{tmp_path}/a@b.duckdb#log"
    assert json.loads(outside(tmp_path, "-c", COMMAND, "compare", side, side, "--json"))["verdict"] == "same"
    assert outside(tmp_path, "-c", "from tidegauge.warehouses import ENGINES; print(*ENGINES)").split() == [
        "duckdb", "postgresql", "tidal",
    ]  # fmt: skip


BAD = """
from tidegauge.warehouses.duckdb import DuckDB
class Shadow(DuckDB):
    title = "Shadow"
"""


def test_a_package_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    brought = {"tidegauge.warehouses": {"gone": "no_such_module:X", "shadow": "bad_module:Shadow"}}
    install(tmp_path, "user-package", brought, bad_module=BAD)
    program = """
from tidegauge.core.errors import MonitorError
from tidegauge.warehouses import ENGINES, open_warehouse
print(*ENGINES, ENGINES["duckdb"].title)
try:
    open_warehouse("gone://h/d")
except MonitorError as e:
    print(e)
"""
    names, said = outside(tmp_path, "-c", program).splitlines()
    assert names == "duckdb postgresql DuckDB"
    assert said.startswith(
        'no warehouse is called "gone". The package user-package brings it (tidegauge.warehouses), but'
    )


def test_a_forgotten_part_is_named() -> None:
    with pytest.raises(TypeError, match="the engine .*Untitled lacks title"):

        class Untitled(Engine):
            name = "untitled"

    with pytest.raises(TypeError, match='the engine duckdb lacks "files", without a reason'):

        class Unreasonable(DuckDB):
            lacks: ClassVar = {READS_FILES: Lack(Mark.NOTYET, "")}

    with pytest.raises(TypeError, match="needs the driver x and does not say by which extra"):

        class Driven(DuckDB):
            driver = "x"

    class Half(Engine):
        name, title, dialect = "half", "Half", DuckDB.dialect

    with pytest.raises(TypeError, match="Half .*connect"):
        Half()  # type: ignore[abstract]


def test_a_driver_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(WarehouseError, match=r"in PostgreSQL needs the psycopg driver.*install tidegauge\[postgres\]"):
        open_warehouse("postgresql://localhost/d")


@pytest.mark.parametrize("engine", ENGINES.values(), ids=list(ENGINES))
def test_every_engine_keeps_what_it_promises(engine: Engine) -> None:
    assert engine.name in engine.names
    assert all(lack.why and ability in ABILITIES for ability, lack in engine.lacks.items())
    taken = [kind for e in ENGINES.values() for kind in e.connections]
    assert len(taken) == len(set(taken)), "a type of connection has one engine"
    assert issubclass(engine.connect.__annotations__["return"], Warehouse)
    page = (SRC.parents[1] / "docs" / "extending.md").read_text(encoding="utf-8")
    for lack in engine.lacks.values():
        assert f"{engine.title} | {lack.mark}: {lack.why}" in page


WORDS = re.compile(
    r"FLOAT8|DOUBLE|\bREAL\b|VARCHAR|\bTEXT\b|STRING|\[\s*1 \+|\[\]|::|ORDINALITY|\bLATERAL\b|\bVALUES\b|unnest|strpos|"
    r"position\(|array|md5|MATERIALIZED|(?:USING|TABLE) ?SAMPLE|rowid|ctid|TIMESTAMP|INTERVAL|epoch|random",
    re.IGNORECASE,
)


OF_ONE_STORE = {"views/grants.postgres.sql", "views/json.postgres.sql"}  # what the other one, SQLite, has no need of


@pytest.mark.parametrize("name", [n for n in sql.names() if not n.startswith("warehouse/") and n not in OF_ONE_STORE])
def test_no_statement_holds_a_word_of_one_engine(name: str) -> None:
    """All but the tables to start from, of which each engine has its own, and two of the store's."""
    # but for comments, and what a dialect says
    said = re.sub(r"--[^\n]*|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", sql.read(name), flags=re.DOTALL)
    assert not WORDS.search(said), WORDS.search(said)


def test_no_engine_is_known_by_name_elsewhere() -> None:
    """But for addresses and stores, which have engines of their own."""
    names = {w for e in ENGINES.values() for w in (e.name, e.title, e.dialect.name, *e.connections)}
    own = {"core/addresses/address.py", "monitor/fields.py"}
    for file in SRC.rglob("*.py"):
        place = file.relative_to(SRC).as_posix()
        if place.startswith(("warehouses/", "store/")) or place in own:
            continue
        words = [n.value for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)]
        assert not names & {w for w in words if isinstance(w, str)}, place
