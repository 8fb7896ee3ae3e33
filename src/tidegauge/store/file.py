"""The file of a store in SQLite, before it is opened: SQLite itself would make one that is not there."""

import os
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Literal

from tidegauge.core.addresses.address import Address
from tidegauge.core.addresses.schemes import claim_files
from tidegauge.core.errors import StoreError
from tidegauge.core.regular_files import what_is_at

Mode = Literal["make", "use", "inspect"]
MAKE: Mode = "make"  # the file, and its folder, where there is none
USE: Mode = "use"  # a file that is there
INSPECT: Mode = "inspect"  # and leave it as it is, whoever's it may be

claim_files(["sqlite"], urls=True)


def file_of(address: Address) -> Path | None:
    """The file of an address of SQLite; None for one in memory and for an address of SQLite's own kind (file:…)."""
    name = address.path
    return None if name in {"", ":memory:"} or name.startswith("file:") else Path(name)


def size_of(file: Path, where: str) -> int | None:
    """The bytes of a file; None where there is none. A folder that may not be looked into is no missing file."""
    try:
        found = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"could not look for the store at {where}: {error.strerror or error}") from None
    if S_ISDIR(found.st_mode):
        raise StoreError(
            f"the store at {where} is a folder, and must be a file. Name a file in it, such as tidegauge.db"
        )
    if not S_ISREG(found.st_mode):
        raise StoreError(
            f"the store at {where} is {what_is_at(file)}, and must be a file. Name another place by store:"
        )
    return found.st_size


def only_read(file: Path) -> bool:
    """Whether a file is there that this user may read, and not write: it is another user's, or its disk is read-only.

    SQLite writes beside a file as well, so the folder counts.
    """
    effective = os.access in os.supports_effective_ids
    may = [os.access(place, os.W_OK, effective_ids=effective) for place in (file, file.absolute().parent)]
    return file.is_file() and not all(may)


def usable(file: Path, where: str, mode: Mode) -> None:
    """Make the folder where the file may be made; StoreError where opening would lose what was there."""
    if mode != MAKE:
        size_of(file, where)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"could not make the folder of the store at {where}: {error}") from None
    # A store's journal is never longer than its file, so that one is left of a file that is gone or was emptied. The
    # journal first: another process may be making both just now.
    left = file.with_name(f"{file.name}-wal")
    journal, size = size_of(left, where), size_of(file, where)
    if journal and not size:
        raise StoreError(
            f"the store at {where} is gone, and its journal {left.name} is left: a new store would wipe it out. "
            f"Put the file back beside it; or, for a new store, move {left.name} away"
        )


def could_be_made(address: Address) -> None:
    """StoreError where no file of that address could be made; nothing is tried."""
    file = file_of(address) if address.engine == "sqlite" else None
    if file is None:
        return
    folder = next(place for place in file.absolute().parents if os.path.lexists(place))
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        what = "may not be written to" if folder.is_dir() else "is no folder"
        raise StoreError(
            f"the store {file.absolute()} could not be made: {folder} {what}. Name another place by store:"
        )
