"""Opening a store: fresh, again, from four processes at once, by a URL that leads nowhere."""

import multiprocessing
import subprocess
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.types import TypeEngine

import tidegauge.store.migrations
from tests.store.samples import day, revision, rows, to_version_3
from tidegauge.core.errors import StoreError
from tidegauge.store.database import Database
from tidegauge.store.migrate import migrate
from tidegauge.store.schema import VERSION_TABLE, VERSIONS, metadata
from tidegauge.store.store import Store
from tidegauge.store.views import drop_views

fork = multiprocessing.get_context("fork")  # starts all four within milliseconds, so that they do meet


SECRET = "s3cret"  # noqa: S105 - it opens nothing


def open_and_close(url: str) -> None:
    Store.open(url).close()


def unlike(context: MigrationContext, _a: object, _b: object, found: TypeEngine[Any], wanted: TypeEngine[Any]) -> bool:
    """Whether two types of a column differ, collation included (which Alembic's own comparison misreads)."""
    return found.compile(context.dialect) != wanted.compile(context.dialect)


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a/new/folder/store.db"
    return str(request.getfixturevalue("postgres"))


def test_four_processes_at_once_open_a_fresh_store(fresh: str) -> None:
    openers = [fork.Process(target=open_and_close, args=(fresh,)) for _ in range(4)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(60)
    assert [opener.exitcode for opener in openers] == [0] * 4
    with Store.open(fresh) as store:
        store.profiles.put("s", "inputs", [(day(0), revision(0), rows(0))])


def test_the_migrations_make_the_tables_that_the_code_reads(fresh: str) -> None:
    Store.open(fresh).close()
    database = Database.at(fresh)
    with database.reading() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": unlike}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    database.close()
    assert differences == []


def test_the_code_knows_every_migration() -> None:
    config = Config()
    (folder,) = tidegauge.store.migrations.__path__
    config.set_main_option("script_location", folder)
    scripts = ScriptDirectory.from_config(config)
    assert tuple(script.revision for script in reversed([*scripts.walk_revisions()])) == VERSIONS


def test_what_an_earlier_version_gave_up_in_silence_is_shown(fresh: str) -> None:
    """A store of version 0003 with a failed intent, one that waits, and one that a worker holds, is read as it is."""
    Store.open(fresh).close()
    back = Database.at(fresh)
    with back.writing("an earlier version") as connection:
        to_version_3(connection)
        rows = (
            ("a", "failed", 5, "NULL", "'no answer'"),
            ("b", "pending", 2, "NULL", "'no answer'"),
            ("c", "claimed", 0, "'2013-01-02T00:01:00.000000+00:00'", "NULL"),
        )
        for key, state, failures, lease, note in rows:
            connection.exec_driver_sql(
                'INSERT INTO outbox (key, action, monitor, "window", window_start, payload, state, claims, failures, '
                f"lease, note) VALUES ('{key}', 'notify', 'm', '{day(0).key}', '2013-01-01T00:00:00Z', '{{}}', "
                f"'{state}', 5, {failures}, {lease}, {note})"
            )
    back.close()
    now = datetime(2013, 1, 2, 0, 0, 30, tzinfo=UTC)
    with Store.open(fresh) as store:
        states = [(c.intent.key, c.state, c.failures, c.note) for c in store.outbox.undelivered("m")]
        assert states == [("a", "given up", 5, "no answer"), ("b", "pending", 2, "no answer")]
        assert [i.key for i in store.outbox.due("m", now)] == ["b"], "c is held for half a minute still"
        assert [i.key for i in store.outbox.due("m", now.replace(year=2012))] == ["b", "c"], (
            "or was, by a clock that is wrong"
        )
        assert [i.key for i in store.outbox.due("m", now, again=True)] == ["a", "b"]


def test_the_queue_of_an_earlier_version_goes_and_what_retraining_will_use_stays(fresh: str) -> None:
    Store.open(fresh).close()
    back = Database.at(fresh)
    with back.writing("an earlier version") as connection:
        to_version_3(connection)
        assert "queue" in inspect(connection).get_table_names()
    back.close()
    Store.open(fresh).close()
    now = Database.at(fresh)
    with now.reading() as connection:
        tables = inspect(connection).get_table_names()
    now.close()
    assert "queue" not in tables
    assert {"candidates", "notices"} <= set(tables)


def test_an_advice_that_was_announced_before_is_not_announced_again(fresh: str) -> None:
    """The step had another name; what a store of then has is found by the name of now."""
    with Store.open(fresh) as store:
        store.models.put("m", "new-one", "told", {"window": "day/2013-01-01"})
    back = Database.at(fresh)
    with back.writing("an earlier version") as connection:
        drop_views(connection)
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '0014'")
    back.close()
    with Store.open(fresh) as store:
        assert store.models.of("m") == {"new-one": {"announced": {"window": "day/2013-01-01"}}}


def test_an_up_to_date_store_opens_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    Store.open(url).close()
    check = "import sys; from tidegauge.store.store import Store; Store.open(sys.argv[1]).close()"
    subprocess.run([sys.executable, "-c", f"{check}; assert 'alembic' not in sys.modules", url], check=True)


def test_sqlite_is_opened_for_many_processes(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store, store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # full
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


def test_a_store_of_a_newer_version_is_left_alone(fresh: str) -> None:
    Store.open(fresh).close()
    database = Database.at(fresh)
    with database.writing("test") as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(
        StoreError, match=r'has schema "9999", this tidegauge knows up to .* upgrade tidegauge here too'
    ):
        migrate(database)
    database.close()


@pytest.mark.parametrize("table", ["runs", "queue"])  # queue: a table that migrations make and drop again
def test_tables_of_somebody_else_are_left_alone(fresh: str, table: str) -> None:
    database = Database.at(fresh)
    with database.writing("test") as connection:
        connection.exec_driver_sql(f"CREATE TABLE {table} (mine INTEGER)")
    with pytest.raises(
        StoreError, match=f"already has tables that are not tidegauge's: {table}. Give the store a database"
    ):
        migrate(database)
    with database.reading() as connection:
        assert connection.exec_driver_sql(f"SELECT mine FROM {table}").all() == []
    database.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("not a url with s3cret", "the store's URL cannot be read. Write it as sqlite:///"),
        ("postgresql://me:s3cret@127.0.0.1:port/db", "the store's URL cannot be read. Write it as sqlite:///"),
        ("mysql://me:s3cret@host/db", 'a store lives in SQLite or PostgreSQL, got "mysql"'),
        (
            "postgresql://me:s3cret@127.0.0.1:1/db",
            "could not read the store at postgresql://me@127.0.0.1:1/db: .*refused",
        ),
        (
            "postgresql+psycopg://127.0.0.1:1/db?user=me&password=s3cret",
            "at postgresql.psycopg://127.0.0.1:1/db: .*refused",
        ),
    ],
)
def test_a_url_that_leads_nowhere_is_said_without_its_password(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught:
        Store.open(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_wrong_password_is_not_repeated(postgres: str) -> None:
    with pytest.raises(StoreError, match='database "no_such_database" does not exist') as caught:
        Store.open(postgres.rsplit("/", 1)[0].replace("@", f":{SECRET}@") + "/no_such_database")
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match=r"could not read the store at sqlite:///.*store.db: file is not a database"):
        Store.open(f"sqlite:///{tmp_path}/store.db")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"could not make the folder of the store at sqlite:///.*file/folder/store.db"):
        Store.open(f"sqlite:///{tmp_path}/file/folder/store.db")


def test_a_store_in_memory_keeps_what_it_is_told() -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        with Store.open(url) as store:
            store.profiles.put("s", "inputs", [(day(0), revision(0), rows(0))])
            assert len(store.profiles.of("s", "inputs", [day(0)])) == 2
