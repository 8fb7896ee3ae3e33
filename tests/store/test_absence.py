"""Whether there is a store at an address: told by its sentence, and nothing made by asking."""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from tests.store.samples import day, revision, rows
from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import NoHistory, StoreError
from tidegauge.store.absence import absence
from tidegauge.store.database import Database
from tidegauge.store.schema import VERSION_TABLE
from tidegauge.store.store import Store


@pytest.fixture(params=["sqlite", "postgres"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that was made, with a window in it."""
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    with Store.open(url) as store:
        store.profiles.put("s", "inputs", [(day(0), revision(0), rows(0))])
    return str(url)


def listed(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_store_that_is_there_is_not_absent(there: str) -> None:
    assert absence(there) is None
    with Store.open(there, make=False) as store:
        assert len(store.profiles.of("s", "inputs", [day(0)])) == 2
        store.profiles.put("s", "inputs", [(day(1), revision(1), rows(1))])  # it may be written to
    assert absence(there) is None


@pytest.mark.parametrize(
    ("lies", "said"),
    [
        ("nothing", "there is no file {place}"),
        ("no bytes", "the file {place} is empty (0 bytes)"),
        ("another's", "the database at sqlite:///{place} has no tables of tidegauge"),
    ],
)
def test_a_file_that_is_no_store_is_told_and_left_as_it_is(tmp_path: Path, lies: str, said: str) -> None:
    place = tmp_path / "store.db"
    if lies == "no bytes":
        place.touch()
    elif lies == "another's":
        connection = sqlite3.connect(place)
        connection.execute("CREATE TABLE mine (x INTEGER)")
        connection.close()
    before = listed(tmp_path)
    with pytest.raises(NoHistory) as caught:
        Store.open(f"sqlite:///{place}", make=False)
    assert str(caught.value) == said.format(place=place)
    assert listed(tmp_path) == before


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert absence(f"sqlite:///{tmp_path}/a/b.db") == f"there is no file {tmp_path}/a/b.db"
    assert not list(tmp_path.iterdir())


def test_signs_of_an_address_in_a_path_are_of_the_path(tmp_path: Path) -> None:
    place = tmp_path / "a ?b=c %20 #ü" / "store.db"
    url = Address("sqlite", path=str(place))
    Store.open(url).close()
    assert place.exists()
    assert absence(url) is None
    Store.open(url, make=False).close()


def test_a_database_without_tables_is_no_store_and_gets_none(postgres: str) -> None:
    with pytest.raises(NoHistory, match="has no tables of tidegauge in its schema public$"):
        Store.open(postgres, make=False)
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE theirs (x INTEGER)")
        connection.commit()
        assert absence(postgres) is not None
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert found == [("theirs",)]


def test_a_store_in_memory_is_always_new() -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        assert "that is empty whenever it is opened" in str(absence(url))


def test_an_address_of_sqlites_own_kind_is_read_as_it_is(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/store.db").close()
    assert absence(f"sqlite:///file:{tmp_path}/store.db?uri=true") is None


def test_a_newer_store_is_not_absent(there: str) -> None:
    database = Database.at(there)
    with database.writing("test") as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    database.close()
    with pytest.raises(StoreError, match='has schema "9999".*upgrade tidegauge here too'):
        absence(there)


def test_what_cannot_be_read_is_an_error_and_no_absence(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match="file is not a database"):
        absence(f"sqlite:///{tmp_path}/store.db")
    with pytest.raises(StoreError, match=r"is a folder, and must be a file. Name a file in it, such as tidegauge.db"):
        absence(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError, match="refused"):
        absence("postgresql://me@127.0.0.1:1/db")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(StoreError, match="could not look for the store at .*loop/store.db: Too many levels"):
        absence(f"sqlite:///{loop}/store.db")


def test_a_folder_is_no_store_for_those_who_make_one_either(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder, and must be a file"):
        Store.open(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("emptied", [False, True])
def test_a_journal_that_is_left_of_a_lost_store_is_not_wiped_out(tmp_path: Path, emptied: bool) -> None:
    """SQLite would: it takes the journal of a missing file for rubbish."""
    file, journal = tmp_path / "store.db", tmp_path / "store.db-wal"
    store = Store.open(f"sqlite:///{file}")
    store.profiles.put("s", "inputs", [(day(0), revision(0), rows(0))])
    kept, written = file.read_bytes(), journal.read_bytes()
    store.close()
    assert written
    journal.write_bytes(written)
    file.unlink()
    if emptied:
        file.touch()
    with pytest.raises(StoreError, match=r"is gone, and its journal store.db-wal is left.*Put the file back beside it"):
        Store.open(f"sqlite:///{file}")
    assert journal.read_bytes() == written
    file.write_bytes(kept)
    with Store.open(f"sqlite:///{file}", make=False) as store:
        assert len(store.profiles.of("s", "inputs", [day(0)])) == 2


def test_a_store_tells_how_far_it_knows_a_monitor(there: str) -> None:
    with Store.open(there) as store:
        assert store.monitors.knows("s", "m") == (day(0), False, False)
        store.profiles.put("s", "inputs", [(day(1), revision(1), rows(1))])
        assert store.monitors.knows("s", "m").last == day(1)
        assert store.monitors.knows("t", "m") == (None, False, False)
        assert store.monitors.names() == []
