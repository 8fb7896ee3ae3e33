"""Several monitors at once: files, and folders of them, as the verbs take them that are about all of them."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tidegauge.cli.places import FilePath
from tidegauge.core.errors import MonitorError

if TYPE_CHECKING:
    from tidegauge.monitor import Monitor

F = TypeVar("F", bound=Callable[..., Any])


def several_argument(command: F) -> F:
    """The monitors' files, or folders of them."""
    kind = FilePath("a monitor's file, or a folder of them", exists=True)
    return click.argument("monitors", nargs=-1, required=True, type=kind)(command)


def monitors_in(places: Sequence[Path]) -> "Iterator[Monitor]":
    """The monitors of files and folders, by name; two of one name would be one series."""
    from tidegauge.monitor import load_monitor
    from tidegauge.monitor.monitor_files import monitor_files

    files: list[Path] = []
    for place in places:
        inside = list(monitor_files(place)) if place.is_dir() else [place]
        if not inside:
            others = any(place.glob("*.y*ml"))
            why = "no YAML file in it has the key `monitor`." if others else "no file that ends in .yml or .yaml."
            raise MonitorError(f"{place} holds no monitor: {why}")
        files += inside
    names: dict[str, Path] = {}
    for file in dict.fromkeys(files):
        monitor = load_monitor(file)
        if monitor.name in names:
            raise MonitorError(
                f'{names[monitor.name]} and {file} are both called "{monitor.name}", and would be one series. '
                "Give one of them another name."
            )
        names[monitor.name] = file
        yield monitor
