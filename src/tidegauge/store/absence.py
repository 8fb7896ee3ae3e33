"""Whether there is a store at an address, found out without making one."""

from tidegauge.core.addresses.address import Address
from tidegauge.store.database import Database
from tidegauge.store.file import INSPECT, file_of, size_of
from tidegauge.store.migrate import no_tables


def absence(url: Address | str) -> str | None:
    """Why there is no store at an address, as the clause of a sentence; None where there is one, of any version.

    A file that is missing, one of no bytes, a database in which none of our tables are. Nothing is made or changed;
    what cannot be reached or read is a StoreError, and no absence.

    >>> absence("sqlite:////nowhere/tidegauge.db")
    'there is no file /nowhere/tidegauge.db'
    """
    database = Database.at(url, INSPECT)
    try:
        lacking = no_file(database)
        if lacking is None:
            with database.reading() as connection:
                lacking = no_tables(connection, database)
        return lacking
    finally:
        database.close()


def no_file(database: Database) -> str | None:
    """The same, as far as it can be told before anybody connects: of a file in SQLite, by a look at the file."""
    if database.is_postgres:
        return None
    file = file_of(database.address)
    if file is None:
        in_memory = database.address.path in {"", ":memory:"}
        return (
            f"its store is in memory ({database.where}), and that is empty whenever it is opened" if in_memory else None
        )
    size = size_of(file, database.where)
    if size is None:
        return f"there is no file {file.absolute()}"
    return f"the file {file.absolute()} is empty (0 bytes)" if size == 0 else None
