"""Pages and notices of a version that took relative places from the working directory: they are named, never lost.

Such a place is meant from the folder of the monitor's file now, so that whoever runs a verb from elsewhere writes, and
takes back, the same files. What lies in the old place stays there until its owner has moved it.
"""

from collections.abc import Iterator
from pathlib import Path

from tidegauge.actions.sink_names import sink_names
from tidegauge.core.errors import MonitorError
from tidegauge.monitor import Monitor
from tidegauge.monitor.environment import filled
from tidegauge.monitor.options import build, places
from tidegauge.monitor.outlets import ACTIONS, SINKS
from tidegauge.sinks.base import Sink
from tidegauge.sinks.folder import safe

LOOKED_AT = 1 << 20  # bytes of a file of notices


def left_behind(monitor: Monitor) -> Iterator[str]:
    """A sentence for each place in the working directory that still holds something of the monitor."""
    listed = [(SINKS, "sinks", c) for c in monitor.sinks] + [(ACTIONS, "actions", c) for c in monitor.actions]
    for family, key, each in listed:
        for option in places(family[each.name]):
            old = _old(monitor, str(each.options.get(option) or ""))
            if old is not None:
                new = monitor.folder / filled(str(each.options[option]), f"{key}.{each.name}.{option}")
                yield (
                    f"{monitor.name}: {old}, in the working directory, holds what an earlier version wrote of it. "
                    f"{key}.{each.name}.{option} is meant from the folder of the monitor's file now: move it to {new}."
                )


def in_working_directory(monitor: Monitor, name: str) -> Sink | None:
    """A sink of the monitor ("html") as it wrote before; None where nothing of it lies there."""
    entry = monitor.sinks[sink_names(c.name for c in monitor.sinks).index(name)]
    named = [str(entry.options.get(option) or "") for option in places(SINKS[entry.name])]
    if not any(_old(monitor, text) for text in named):
        return None
    return build(SINKS, entry.name, entry.options, Path.cwd())


def _old(monitor: Monitor, text: str) -> Path | None:
    """What a relative place meant before, if that is another place and holds something of the monitor."""
    try:
        text = filled(text, "")
        old, new = Path.cwd() / text, monitor.folder / text
        if not text or old == new or not old.exists() or (new.exists() and new.samefile(old)):
            return None  # an absolute one is the same from everywhere
        return old if (old / safe(monitor.name)).is_dir() or _tells_of(monitor, old) else None
    except (OSError, MonitorError):  # the working directory is gone, may not be looked into, or was never named
        return None


def _tells_of(monitor: Monitor, file: Path) -> bool:
    """Whether a file of notices has a line of the monitor's."""
    if not file.is_file():
        return False
    with file.open("rb") as lines:
        return f'"monitor": "{monitor.name}"'.encode() in lines.read(LOOKED_AT)
