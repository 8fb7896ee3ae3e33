"""Files that a person wrote, read as what they should be: regular, of a sensible size, whatever a path leads to.

A pipe would be waited for without an end, a device may never end, and a path may be none at all. Each is an OSError, as
a file that is not there is, and the caller's sentence says which file.
"""

import errno
import os
import stat
from pathlib import Path

MOST = 16_000_000  # bytes: no monitor, suite or catalogue that a person wrote is near it
FOLDER = "a folder"
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFDIR: FOLDER,
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def read_regular(path: Path) -> bytes:
    """What the file at `path` holds; links are followed.

    Raises:
        OSError: It can't be read, is no regular file, or holds more than MOST bytes. `strerror` says so.
    """
    try:
        _hold(path, path.stat().st_mode)  # asked first: opening a device may do something
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except ValueError:  # a NUL, or half of a character
        raise OSError(errno.EINVAL, "no file can have this name") from None
    with os.fdopen(handle, "rb") as file:
        _hold(path, os.fstat(handle).st_mode)
        found = file.read(MOST + 1)
    if len(found) > MOST:
        raise OSError(errno.EFBIG, f"it holds more than {MOST // 1_000_000} MB")
    return found


def read_regular_text(path: Path) -> str:
    """The same as text, with the line ends of this system. UnicodeDecodeError where it is not UTF-8."""
    return read_regular(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def is_regular(path: str | Path) -> bool:
    """Whether there is a regular file. A path that no file can have is none; `Path.is_file` raises for some of them.

    >>> is_regular("x" * 100_000), is_regular("~nobody-at-all/x"), is_regular("nul" + chr(0))
    (False, False, False)
    """
    return _kind(path) == stat.S_IFREG


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder; the same of a path that none can have."""
    return _kind(path) == stat.S_IFDIR


def what_is_at(path: str | Path) -> str | None:
    """What stands in the place of a regular file, in words; None for a regular file, or where nothing is there.

    >>> what_is_at("/")
    'a folder'
    """
    return _KINDS.get(_kind(path) or 0)


def _kind(path: str | Path) -> int | None:
    try:
        return stat.S_IFMT(Path(path).expanduser().stat().st_mode)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: the home of a user whom nobody knows
        return None


def _hold(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"it is {_KINDS.get(stat.S_IFMT(mode), 'no file')}, not a regular file", str(path))
