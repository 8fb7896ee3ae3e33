"""A path that was named as a source, looked at before DuckDB is: what it is, and what to name instead.

DuckDB waits for ever on a pipe that nobody writes to, looks through the whole machine for the Parquet in `/`, and says
of a text file that it is too small. A look at the disk costs nothing, and knows better words.
"""

import os
import stat
from collections.abc import Iterator
from glob import iglob
from itertools import islice
from pathlib import Path

from tidegauge.core.addresses.masking import mask
from tidegauge.core.errors import ContractError, did_you_mean
from tidegauge.core.regular_files import is_folder
from tidegauge.warehouses.file_items import CSV, PARQUET, folder_of, is_pattern

LOOKED_AT = 10_000  # matches of a pattern; and entries of a folder
MAGIC = (b"PAR1", b"PARE")  # how Parquet begins, plain and encrypted
_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def look_at(path: str) -> None:
    """ContractError where a path can be no source; what is not there, and an address, is left to DuckDB."""
    if "://" in path:
        return
    if is_pattern(path):
        _pattern(path)
    elif (mode := _mode(path)) is not None:
        if stat.S_ISDIR(mode):
            raise ContractError(f"{mask(path)} is a folder. {_files_of(Path(path))}")
        _special(path, mode)
        _whole(path)


def hold_no_pipe(path: str) -> None:
    """ContractError where a path, or what matches it, is a pipe, a device or a socket."""
    if "://" in path:
        return
    if is_pattern(path):
        _pattern(path)
    elif (mode := _mode(path)) is not None:
        _special(path, mode)


def nothing_there(path: str) -> str:
    """Where DuckDB found no file: what is not there, and what is near it."""
    if is_pattern(path):
        return _nothing_matches(path)
    here = Path(path)
    try:
        here.stat()
        return f"{mask(path)} is there, and cannot be read. May this user read it?"
    except FileNotFoundError:
        return f"there is no file {mask(path)}{_near(here)}"
    except ValueError:
        return "no file can have such a name."
    except OSError as error:  # links that lead in a ring, or a folder that may not be looked into
        return f"{mask(path)} cannot be looked at: {error.strerror}."


def _nothing_matches(path: str) -> str:
    folder = Path(folder_of(path))
    if "://" in path:
        return f"no file matches {mask(path)}."
    if not is_folder(folder):
        return f"no file matches {mask(path)}: there is no folder {mask(str(folder))}."
    return f"no file matches {mask(path)}. {_files_of(folder)}"


def _near(path: Path) -> str:
    """What of a path that is not there is, to end the sentence with."""
    if path.parts[0].startswith("~"):
        return ": ~ means your home for a shell only. Write the whole path."
    if not is_folder(path.parent):
        return f": there is no folder {mask(str(path.parent))}."
    beside = [str(path.parent / name) for name in _names(path.parent)]
    return f". {did_you_mean(str(path), beside)}" if beside else f". {_files_of(path.parent)}"


def _pattern(path: str) -> None:
    if "**" in path and Path(folder_of(path)).absolute() == Path("/"):
        raise ContractError(f"{mask(path)} looks through the whole machine. Begin it with a folder: /data/**/*.parquet")
    if "**" not in path:
        for match in islice(iglob(path), LOOKED_AT):  # noqa: PTH207 - a Path's glob takes no absolute pattern
            if (mode := _mode(match)) is not None:
                _special(match, mode)


def _mode(path: str) -> int | None:
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None


def _special(path: str, mode: int) -> None:
    for is_one, what in _SPECIAL:
        if is_one(mode):
            raise ContractError(
                f"{mask(path)} is {what}, and a source is read more than once. Write it to a file, and name that."
            )


def _whole(path: str) -> None:
    """Refuse what neither its name nor its beginning says to be data. What may not be read is left to DuckDB."""
    if path.lower().endswith(CSV):
        return
    try:
        with Path(path).open("rb") as file:
            begin = file.read(len(MAGIC[0]))
    except OSError:
        return
    if not begin:
        raise ContractError(f"{mask(path)} is empty (0 bytes): its writer has not finished, or has failed.")
    if begin not in MAGIC:
        csv = "" if path.lower().endswith(PARQUET) else f" CSV is told by its name: {', '.join(CSV[:2])} or .tsv."
        raise ContractError(f"{mask(path)} is no Parquet file.{csv} A table in a database is named by --table.")


def _files_of(folder: Path) -> str:
    """What to name of a folder."""
    endings = sorted({end for name in _names(folder) for end in (*CSV, *PARQUET) if name.lower().endswith(end)})
    if endings:
        return f"Name the files in it: {' or '.join(mask(str(folder / f'*{end}')) for end in endings)}."
    hint = (
        f" In its folders? {mask(str(folder / '*' / '*.parquet'))} looks one level below."
        if _has_folders(folder)
        else ""
    )
    return f"There is no Parquet and no CSV in {mask(str(folder))}.{hint}"


def _has_folders(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(e.is_dir() for e in islice(entries, LOOKED_AT))
    except OSError:
        return False


def _names(folder: Path) -> Iterator[str]:
    """The data in a folder, by name; of a very large one, some."""
    try:
        with os.scandir(folder) as entries:
            yield from [e.name for e in islice(entries, LOOKED_AT) if e.name.lower().endswith((*CSV, *PARQUET))]
    except OSError:
        return
