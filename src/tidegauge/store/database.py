"""One database behind the store: how it is opened, read, written and locked, and how its errors become sentences."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.reading import read_address
from tidegauge.core.errors import MonitorError, StoreError
from tidegauge.store.file import INSPECT, MAKE, Mode, file_of, only_read, usable
from tidegauge.store.schema import VERSION_TABLE, artefacts

_NO_TRANSACTION = "AUTOCOMMIT"
_BUSY_SECONDS = 60.0  # how long a writer waits for its turn; every transaction here takes milliseconds


class Database:
    """An engine with two doors: `reading` and `writing`."""

    def __init__(self, engine: Engine, address: Address) -> None:
        self.engine = engine
        self.where = address.place  # as it may be shown: no password, no settings
        self.address = address

    @classmethod
    def at(cls, url: Address | str, mode: Mode = MAKE) -> "Database":
        """Prepare a database by its address; nothing is connected yet. What `mode` says holds for SQLite alone."""
        try:
            address = read_address(url, "the store", environment=None) if isinstance(url, str) else url
        except MonitorError:
            # The text is not repeated: it may hold a password.
            raise StoreError(
                "the store's URL cannot be read. Write it as sqlite:///folder/tidegauge.db "
                "or postgresql://user:password@host/database"
            ) from None
        if address.engine == "sqlite":
            return cls(_sqlite(address, mode), address)
        if address.engine == "postgresql":
            return cls(_postgres(address), address)
        what = "another engine" if address.given else f'"{address.engine}"'
        raise StoreError(f"a store lives in SQLite or PostgreSQL, got {what}. Give a sqlite:/// or postgresql:// URL")

    @property
    def is_postgres(self) -> bool:
        """Whether the engine is PostgreSQL (else SQLite)."""
        return self.engine.dialect.name == "postgresql"

    @cached_property
    def is_read_only(self) -> bool:
        """Whether what is worked out on the way can't be kept, since this user may only look."""
        if not self.is_postgres:
            file = file_of(self.address)
            return file is not None and only_read(file)
        with self.reading() as connection:
            asked = "SELECT has_table_privilege(%s, 'INSERT')"
            return not connection.exec_driver_sql(asked, (artefacts.name,)).scalar()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in one snapshot, for reading."""
        with self._sentences("read"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, lock: str) -> Iterator[Connection]:
        """A connection in one short transaction; writers of the same `lock` take turns.

        SQLite has one writer at a time anyhow: BEGIN IMMEDIATE takes its lock before the first read, so that
        nothing read here can be stale when it is written back. PostgreSQL gets the same promise from an advisory
        lock that ends with the transaction. Exactly one lock a transaction, so no two can wait in a ring.
        """
        number = int.from_bytes(hashlib.sha256(lock.encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True)
        with self._sentences("write"), self.engine.connect() as connection:
            connection.execution_options(tidegauge_write=True)  # `_begin` looks at it
            with connection.begin():
                if self.is_postgres:
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (number,))
                yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT in this engine's dialect."""
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def vacuum(self, tables: Sequence[str]) -> None:
        """Make of what was deleted room that can be used. It is no transaction: killed, it leaves all as it was."""
        each = [f'VACUUM (ANALYZE) "{name}"' for name in tables]
        with self._sentences("vacuum"), self.engine.connect() as connection:
            connection.execution_options(isolation_level=_NO_TRANSACTION)
            for statement in each if self.is_postgres else ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.exec_driver_sql(statement)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def _sentences(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, UnicodeEncodeError) as error:
            raise self.sentence(verb, error) from None  # a traceback would show what the driver says

    def sentence(self, verb: str, error: Exception) -> StoreError:
        """What went wrong, said once and without secrets (statements and parameters stay out)."""
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        return StoreError(f"could not {verb} the store at {self.where}: {self.address.reason_for(cause)}")


def _postgres(address: Address) -> Engine:
    # The one driver that we declare, whatever the bare name means; and the parts as they are, so that nothing has to
    # make a text of them and read it again.
    parts = {"connect_timeout": "10"} | address.libpq()
    try:
        return create_engine("postgresql+psycopg://", hide_parameters=True, pool_pre_ping=True, connect_args=parts)
    except ModuleNotFoundError:
        raise StoreError(
            "a store in PostgreSQL needs the psycopg driver. To fix this, install tidegauge[postgres]"
        ) from None


def _sqlite(address: Address, mode: Mode) -> Engine:
    url = URL.create("sqlite", database=address.path or None, query=dict(address.query))
    file = file_of(address)
    looks = file is not None and mode != MAKE and only_read(file)
    if file is not None:
        usable(file, address.place, mode)
        if mode != MAKE:  # an address of SQLite's own, which makes no file; "ro" would leave a journal behind
            query = {**url.query, "uri": "true", **(_read(file) if looks else {"mode": "rw"})}
            url = url.set(database=f"file:{quote(str(file.absolute()))}", query=query)
    # isolation_level=None: the driver starts no transaction behind our back; `_begin` does, as reading or writing.
    arguments = {"isolation_level": None, "timeout": _BUSY_SECONDS, "check_same_thread": False}
    memory = url.database in {None, "", ":memory:"}
    engine = (
        create_engine(url, hide_parameters=True, connect_args=arguments, poolclass=StaticPool)
        if memory
        else create_engine(url, hide_parameters=True, connect_args=arguments)
    )
    if mode != INSPECT and not looks:
        event.listen(engine, "connect", partial(_prepare, ours=mode == MAKE))
    event.listen(engine, "begin", _begin)
    return engine


def _read(file: Path) -> dict[str, str]:
    """How a file is opened that can only be read.

    Beside one in WAL mode SQLite would make two files, and can't. Where nobody has left a journal, nobody writes, and
    SQLite is told so; where there is one, it and its index are there to be read.
    """
    journal = file.with_name(f"{file.name}-wal").exists()
    return {"mode": "ro"} if journal else {"mode": "ro", "immutable": "1"}


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != _NO_TRANSACTION:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("tidegauge_write", False) else "BEGIN")


def _has_tables(cursor: DBAPICursor) -> bool:
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (VERSION_TABLE,))
    found = cursor.fetchone()
    return found is not None and found[0] > 0


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry, *, ours: bool) -> None:
    """Set up a connection. A file that may turn out to be another's (not `ours`) is changed where our tables are."""
    cursor = connection.cursor()
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()
            if mode is not None and mode[0] == "delete" and (ours or _has_tables(cursor)):
                cursor.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # Turning a fresh file to WAL is the one place where SQLite does not honour its own busy timeout.
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
    cursor.execute("PRAGMA synchronous = FULL")  # a verb that returned has happened, even when the power fails
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
