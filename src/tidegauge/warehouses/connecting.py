"""A connection to DuckDB: its own database, settled, and closed off before it sees a statement."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tidegauge.core.addresses.address import Address
from tidegauge.warehouses.file_items import Reach, literal
from tidegauge.warehouses.reach import CONFIG, close_off, extensions_of, load, note_files

if TYPE_CHECKING:
    import duckdb

MEMORY = ":memory:"
MOST_MEMORY = "2GB"


def in_memory(
    reach: Reach, file: str | None = None, *, keys: Address | None = None, in_order: bool = False
) -> "duckdb.DuckDBPyConnection":
    """A connection of its own, closed off: to a file, read-only, or to an empty database.

    A file is attached to a database in memory, since connections to one file share one database in a process, and with
    it what they are allowed. `keys`: to files elsewhere. `in_order`: rows keep the order of their file, at a price.
    """
    import duckdb

    connection = duckdb.connect(MEMORY, config=CONFIG)
    try:
        settle(connection)
        if in_order:
            connection.execute("SET preserve_insertion_order = true")
        if file is not None:
            load(connection, extensions_of([file]))
            name = '"' + _catalogue(file).replace('"', '""') + '"'
            connection.execute(f"ATTACH {literal(file)} AS {name} (READ_ONLY)")
            connection.execute(f"USE {name}")
        # DuckDB makes the folder when something does not fit into memory, and removes it at the end; it may read what
        # lies there, so it is a place where nobody else can have put anything
        connection.execute("SET temp_directory = $spill", {"spill": str(_own_folder(os.getpid()) / uuid4().hex)})
        note_files(connection)
        close_off(connection, reach, keys)
    except BaseException:
        connection.close()
        raise
    return connection


@cache
def _own_folder(process: int) -> Path:
    """A folder of this process alone, until it ends: one that was forked has its own, and leaves its parent's alone."""
    folder = Path(tempfile.mkdtemp(prefix="tidegauge-"))

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def _catalogue(file: str) -> str:
    """What DuckDB calls the database of a file, since views may say it: the name up to the first dot."""
    stem = Path(file).name.split(".", 1)[0] or "db"
    return f"{stem}_db" if stem.lower() in ("main", "memory", "system", "temp") else stem


def settle(connection: "duckdb.DuckDBPyConnection") -> None:
    """What every connection of ours has set."""
    connection.execute(f"SET memory_limit = '{MOST_MEMORY}'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    # a cell's code and a window's number are small: group them by position, not by hash
    connection.execute("SET perfect_ht_threshold = 20")


def is_locked(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Whether a connection was closed off already: nothing of it can be set any more."""
    return bool(connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0])
