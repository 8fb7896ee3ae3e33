"""A file of notices: a line of JSON each, whole or not at all, and each key once.

It is read as bytes, for anybody may have written to it. A line counts as told only where it is whole: a full disk, a
power cut or an older version may have left half of one, with its key in it. What is appended is on the disk before it
counts as done, and what could not be written whole is taken back.
"""

import errno
import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidegauge.core.errors import NobodyThere, Refused, SinkError

PATIENCE = 10.0  # seconds that another writer may hold the file
LONGEST = 1 << 20  # bytes of a line that is looked at; ours are a hundredth of it
STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}  # whatever they lead to, they are this process's own
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)  # some network disks know none


def append(place: Path, key: str, line: str) -> bool:
    """Add a line to the file; False where it holds its key already. SinkError where it could not be written whole."""
    data = line.encode() + b"\n"
    try:
        if (stream := STREAMS.get(str(place))) is not None:
            _all(stream, data)
            return True
        place.parent.mkdir(parents=True, exist_ok=True)
        with _opened(place) as (file, is_file):
            if not is_file:
                _all(file, data)
                return True
            with _locked(file, place):
                if _holds(file, key):
                    _end(file)
                    return False
                _whole(file, data)
            return True
    except OSError as error:
        raise SinkError(f"the notice could not be written to {place}: {error.strerror or error}") from error


@contextmanager
def _opened(place: Path) -> Iterator[tuple[int, bool]]:
    """The file, and whether it is one: a terminal or /dev/null takes a line too, and has no memory.

    Opened without waiting: a pipe that nobody reads would hold us for ever.
    """
    kind = place.stat().st_mode if place.exists() else stat.S_IFREG
    if not (stat.S_ISREG(kind) or stat.S_ISCHR(kind)):
        is_a = "a folder" if stat.S_ISDIR(kind) else "a pipe" if stat.S_ISFIFO(kind) else "no file"
        raise Refused(f"the notice could not be written to {place}: it is {is_a}. Name a file in actions.notify.log.")
    regular = stat.S_ISREG(kind)
    how = (os.O_RDWR | os.O_CREAT if regular else os.O_WRONLY) | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY
    file = os.open(place, how, 0o644)
    try:
        yield file, stat.S_ISREG(os.fstat(file).st_mode)
    finally:
        os.close(file)


@contextmanager
def _locked(file: int, place: Path) -> Iterator[None]:
    """One writer at a time, for looking and writing are two steps. The lock ends with the process that holds it."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                raise NobodyThere(f"the notice could not be written to {place}: another process holds it") from None
            time.sleep(0.02)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            break
    yield  # closing the file lets the lock go


def _holds(file: int, key: str) -> bool:
    """Whether a whole line has the key. One that lacks its end alone is whole: a piece of an object is no object."""
    needle = json.dumps(key).encode()
    with os.fdopen(os.dup(file), "rb") as lines:
        lines.seek(0)
        while line := lines.readline(LONGEST):
            if needle in line and _key(line) == key:
                return True
    return False


def _key(line: bytes) -> object:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):  # half a line, or none of ours
        return None
    return told.get("key") if isinstance(told, dict) else None


def _end(file: int) -> None:
    """End the last line where it was cut off just there, for whoever reads by lines waits for it."""
    if os.pread(file, 1, os.fstat(file).st_size - 1) != b"\n":
        os.write(file, b"\n")
        os.fsync(file)


def _whole(file: int, data: bytes) -> None:
    """Append on the disk, or leave the file as it was. After half a line of somebody's, on a line of its own."""
    before = os.fstat(file).st_size
    if before and os.pread(file, 1, before - 1) != b"\n":
        data = b"\n" + data
    written = 0
    try:
        written = os.write(file, data)  # one write, so that lines of writers who take no lock do not mix either
        if written < len(data):
            why = f"{os.strerror(errno.ENOSPC)}, or the file may not grow"
            raise OSError(errno.ENOSPC, why)  # noqa: TRY301 - to be taken back below, as if the write had raised it
        os.fsync(file)
    except BaseException:
        if written and os.fstat(file).st_size == before + written:  # nobody has written behind it
            os.ftruncate(file, before)
        raise


def _all(stream: int, data: bytes) -> None:
    """Everything to what has no size."""
    while data:
        data = data[os.write(stream, data) :]
