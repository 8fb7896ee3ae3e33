"""How far a DuckDB connection reaches: the files that its source is allowed, and nothing else of this machine.

A DuckDB in this process may do what the process may: read a file by a string that looks like a path, write one, fetch
code over the network. So every connection is closed off before it sees a statement: files other than the source's own
are out of reach, no extension comes by itself, and none of that can be switched on again.
"""

import os
import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from tidegauge.core.addresses.address import Address
from tidegauge.core.errors import MonitorError, WarehouseError
from tidegauge.core.regular_files import is_folder, is_regular
from tidegauge.warehouses.file_items import Reach, folder_of, is_pattern, itself
from tidegauge.warehouses.lake import extensions_for, unlock
from tidegauge.warehouses.on_disk import hold_no_pipe

if TYPE_CHECKING:
    import duckdb

CONFIG: dict[str, Any] = {  # of every connection, from its first moment on
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # else a table's name could be a variable of ours
}
REMOTE = {  # how an address begins → the extension that reads it
    **dict.fromkeys(("http", "https", "hf", "s3", "s3a", "s3n", "gs", "gcs", "r2"), "httpfs"),
    **dict.fromkeys(("az", "azure", "abfss"), "azure"),
}
_BEGIN = "tidegauge"  # the first of the notes on opened files
EXTENSION = re.compile(r"[a-z][a-z0-9_]*")
_NOTE = re.compile(  # looks like JSON, but the path stands in it as it is
    r"""\{"fs":"\w+","path":"(.*)","op":"\w+"(?:,"bytes":"\d+","pos":"\d+")?\}""", re.DOTALL
)
_MISSING = re.compile(
    r"(?:exists in the|requires the extension|Extension) \"?(\w+)\"? (?:extension|to be loaded|is an)"
)
_FORBIDDEN = re.compile(
    r"^Permission Error: Cannot access (?:file|directory) \"(.*?)\" - file system operations", re.DOTALL
)


def close_off(connection: "duckdb.DuckDBPyConnection", reach: Reach, keys: Address | None = None) -> None:
    """Load what the source needs, take the keys to it, allow its own files, and lock the door.

    MonitorError where an extension's name is none; WarehouseError where an extension is not installed.
    """
    for path in reach.paths:
        hold_no_pipe(path)  # DuckDB would wait there for ever
    remote = extensions_of(reach.paths)
    load(connection, (*reach.extensions, *remote, *extensions_for(keys)))
    if keys is not None:
        unlock(connection, keys, reach.paths)
    if remote:
        connection.execute("FROM duckdb_secrets()")  # stored secrets are read from disk once, at the first question
    files, folders = _allowed(reach.paths)
    connection.execute("SET allowed_paths = $paths", {"paths": files})
    connection.execute("SET allowed_directories = $folders", {"folders": folders})
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def note_files(connection: "duckdb.DuckDBPyConnection") -> None:
    """Have DuckDB note which files it opens, before the door is locked, and so that nobody can stop it."""
    connection.execute("CALL enable_logging('FileSystem', level = 'trace')")
    _begin(connection)


def _begin(connection: "duckdb.DuckDBPyConnection") -> None:
    note = "SELECT system.main.write_log($begin, log_type := 'FileSystem', level := 'trace')"
    connection.execute(note, {"begin": _BEGIN}).fetchall()


def notes_files(connection: "duckdb.DuckDBPyConnection") -> bool:
    """Whether a connection is one of ours, and notes which files it opens."""
    return _BEGIN in _notes(connection)


def _notes(connection: "duckdb.DuckDBPyConnection") -> list[str]:
    """The first note, while it is there, and those on paths that lead back; of no view or macro of the database's."""
    asked = (
        "SELECT message FROM system.main.duckdb_logs() "
        "WHERE message = $begin OR (type = 'FileSystem' AND contains(message, '..'))"
    )
    return [text for (text,) in connection.execute(asked, {"begin": _BEGIN}).fetchall()]


def strayed(connection: "duckdb.DuckDBPyConnection", named: Collection[str]) -> str | None:
    """A file that a statement opened and that may lie outside, though its letters do not.

    DuckDB takes `a/link/../b` for `a/b` when it asks whether that is allowed, and the system then follows the link. So
    a path of another meaning by its letters than by its links is out of reach, if it is not among those `named`. An
    empty name stands for a statement whose files are not known: it took the notes away, or they are not understood.
    """
    found = _notes(connection)
    if _BEGIN not in found:
        return ""
    notes = [_NOTE.fullmatch(text) for text in {*found} - {_BEGIN}]
    connection.execute("CALL system.main.truncate_duckdb_logs()").fetchall()  # one that is kept would note for ever
    _begin(connection)
    if None in notes:
        return ""
    opened = {note[1] for note in notes if note} - {*named}
    return next((p for p in opened if _leads_elsewhere(p)), None)


def _leads_elsewhere(path: str) -> bool:
    """Whether a path of this machine means another file by its links than by its letters."""
    return "://" not in path and os.path.realpath(path) != os.path.realpath(os.path.normpath(path))


def extensions_of(paths: Iterable[str]) -> tuple[str, ...]:
    """The extensions that addresses among the paths ask for.

    >>> extensions_of(["data/*.parquet", "s3://lake/log/*.parquet", "https://x.org/y.csv"])
    ('httpfs',)
    """
    schemes = (p.partition("://")[0].lower() for p in paths if "://" in p)
    return tuple(dict.fromkeys(REMOTE[s] for s in schemes if s in REMOTE))


def load(connection: "duckdb.DuckDBPyConnection", extensions: Iterable[str]) -> None:
    """Load extensions that are installed; nothing is ever fetched."""
    import duckdb

    for name in dict.fromkeys(extensions):
        if not EXTENSION.fullmatch(name):  # it could be a file, and so anybody's code
            raise MonitorError(f'"{name}" is no name of a DuckDB extension. Write it as DuckDB does, such as httpfs.')
        try:
            connection.load_extension(name)
        except duckdb.Error as e:
            raise WarehouseError(not_installed(name)) from e


def not_installed(name: str) -> str:
    """What to do about an extension that is not there."""
    return (
        f"DuckDB's extension {name} is not installed here, and tidegauge fetches none by itself. Install it once, as "
        f"the user that runs tidegauge: python -c \"import duckdb; duckdb.execute('INSTALL {name}')\""
    )


def lacking(error: Exception) -> str | None:
    """The sentence about an extension that was not loaded, where an error is about one."""
    found = _MISSING.search(str(error))
    if found is None:
        return None
    return (
        f"DuckDB needs its extension {found[1]}: name it in source.extensions: [{found[1]}]. {not_installed(found[1])}"
    )


def out_of_reach(error: Exception) -> str | None:
    """The file that a statement asked for and was refused, where an error is about one."""
    found = _FORBIDDEN.search(str(error))
    return found[1] if found else None


def _allowed(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files and the folders that paths mean. What is not there yet may become either."""
    files: list[str] = []
    folders: list[str] = []
    for path in paths:
        if is_pattern(path):
            folders.append(folder_of(path))
            continue
        if not is_folder(path):
            files += dict.fromkeys((path, itself(path)))
        if not is_regular(path) and ("://" not in path or path.endswith("/")):
            folders.append(path)
    return files, folders
