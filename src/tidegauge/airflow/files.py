"""The folder of monitors that Airflow is given: which monitor a DAG is of."""

import re
from functools import lru_cache
from pathlib import Path

from tidegauge.core.errors import MonitorError
from tidegauge.monitor.fields import LONGEST_NAME
from tidegauge.monitor.monitor_files import monitor_files
from tidegauge.monitor.read import load_monitor
from tidegauge.monitor.whole import Monitor

REMEMBERED = 4096  # files


def folder_of(monitors: str) -> Path:
    """The folder that TIDEGAUGE_MONITORS names; MonitorError where it names none."""
    if not monitors:
        raise MonitorError("TIDEGAUGE_MONITORS is not set. Give it the folder that holds your monitors' YAML files.")
    folder = Path(monitors)
    if not folder.is_dir():
        raise MonitorError(f"TIDEGAUGE_MONITORS: {folder} is no folder. Give the one that holds your monitors.")
    return folder


def broken_name(path: Path) -> str:
    """The id of the DAG that stands in the place of a monitor that does not read."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", path.stem[:LONGEST_NAME]) + "-does-not-read"


def by_dag(folder: Path) -> dict[str, Monitor | str]:
    """DAG id → its monitor, or why it does not read. A file that has not changed is not read again."""
    found: dict[str, Monitor | str] = {}
    for path in monitor_files(folder):
        read = _read_again(path)
        if isinstance(read, Monitor) and read.name in found:
            read = named_twice(path, read.name)
        found[broken_name(path) if isinstance(read, str) else read.name] = read
    return found


def named_twice(path: Path, name: str) -> str:
    """What is said of a second monitor of the same name."""
    return f'{path}: another monitor in this folder is called "{name}" too. Rename one.'


def _read_again(path: Path) -> Monitor | str:
    try:
        about = path.stat()
    except OSError as error:
        return f"{path}: {error.strerror or error}"
    return _read(path, about.st_mtime_ns, about.st_size, about.st_ino)


@lru_cache(maxsize=REMEMBERED)
def _read(path: Path, *_as_it_was: int) -> Monitor | str:
    try:
        return load_monitor(path)
    except MonitorError as error:
        return str(error)
