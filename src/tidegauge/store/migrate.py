"""Bring a database to the schema that this code reads. Alembic is imported only when there is something to do."""

from pathlib import Path

from sqlalchemy import Connection, inspect

from tidegauge.core.errors import NoHistory, StoreError
from tidegauge.store.database import Database
from tidegauge.store.schema import BURIED, VERSION_TABLE, VERSIONS, metadata
from tidegauge.store.views import drop_views, make_views


def migrate(database: Database, *, make: bool = True) -> None:
    """Make or update the tables; any number of processes may call this at once on a fresh database.

    The usual case (nothing to do) costs two reads. Otherwise the first to get the write lock migrates, in one
    transaction, and the others find the work done when their turn comes. Without `make`, NoHistory where there are
    none: asked on the connection that goes on to be used, which is one less to a server.
    """
    with database.reading() as connection:
        if _version(connection, database.where) == VERSIONS[-1]:
            return
        if not make and (lacking := no_tables(connection, database)):
            raise NoHistory(lacking)
    with database.writing("migrate") as connection:
        version = _version(connection, database.where)
        if version is None:
            _refuse_strangers(connection, database.where)
        if version != VERSIONS[-1]:
            _upgrade(connection)


def no_tables(connection: Connection, database: Database) -> str | None:
    """That our tables are not there, in any version, as a clause; StoreError where they are of a newer version."""
    if _version(connection, database.where) is not None:
        return None
    schema = inspect(connection).default_schema_name if database.is_postgres else None
    return f"the database at {database.where} has no tables of tidegauge{f' in its schema {schema}' if schema else ''}"


def _version(connection: Connection, where: str) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608 - our constant
    if found is not None and found not in VERSIONS:
        raise StoreError(
            f'the store at {where} has schema "{found}", this tidegauge knows up to "{VERSIONS[-1]}". '
            "It was written by a newer version: upgrade tidegauge here too"
        )
    return found


def _refuse_strangers(connection: Connection, where: str) -> None:
    taken = sorted(set(inspect(connection).get_table_names()) & {*metadata.tables, *BURIED})
    if taken:
        raise StoreError(
            f"the database at {where} already has tables that are not tidegauge's: {', '.join(taken)}. "
            "Give the store a database or a schema of its own"
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 0.2 s that only a fresh or old database has to pay
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    granted = drop_views(connection)
    command.upgrade(config, "head")
    make_views(connection, granted)
