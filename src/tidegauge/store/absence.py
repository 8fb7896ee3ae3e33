"""Whether there is a store at an address, found out without making one."""

from sqlalchemy import inspect

from tidegauge.addresses.address import Address
from tidegauge.store.engine import Database
from tidegauge.store.file import LOOK, file_of, size_of
from tidegauge.store.migrate import has_tables


def absence(url: Address | str) -> str | None:
    """Why there is no store at an address, as the clause of a sentence; None where there is one, of any version.

    A file that is missing, one of no bytes, a database in which none of our tables are. Nothing is made or changed;
    what cannot be reached or read is a StoreError, and no absence.

    >>> absence("sqlite:////nowhere/tidegauge.db")
    'there is no file /nowhere/tidegauge.db'
    """
    database = Database.at(url, LOOK)
    try:
        if not database.is_postgres:
            file = file_of(database.address)
            if file is not None:
                size = size_of(file, database.where)
                if size is None:
                    return f"there is no file {file.absolute()}"
                if size == 0:
                    return f"the file {file.absolute()} is empty (0 bytes)"
            elif database.address.path in {"", ":memory:"}:
                return f"its store is in memory ({database.where}), and that is empty whenever it is opened"
        with database.reading() as connection:
            if has_tables(connection, database.where):
                return None
            schema = inspect(connection).default_schema_name if database.is_postgres else None
        return (
            f"the database at {database.where} has no tables of tidegauge{f' in its schema {schema}' if schema else ''}"
        )
    finally:
        database.close()
