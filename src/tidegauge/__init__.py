"""tidegauge: batch monitoring of machine-learning models against the season they are in.

The names below are the public ones; docs/api.md tells what they do. Each is loaded when it is asked for, so that
`import tidegauge` stays light.
"""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegauge.comparing.frames import compare
    from tidegauge.monitor.read import load_monitor
    from tidegauge.pipeline.opened_monitor import OpenedMonitor as Monitor
    from tidegauge.pipeline.opening import Past
    from tidegauge.pipeline.pipeline import open_pipeline

__all__ = ["Monitor", "Past", "__version__", "compare", "load_monitor", "open_pipeline"]

_PUBLIC = {
    "Monitor": "tidegauge.pipeline.opened_monitor",
    "Past": "tidegauge.pipeline.opening",
    "compare": "tidegauge.comparing.frames",
    "load_monitor": "tidegauge.monitor.read",
    "open_pipeline": "tidegauge.pipeline.pipeline",
}
_CALLED = {"Monitor": "OpenedMonitor"}  # in the house, where a monitor is the file as it was read

try:
    __version__ = version("tidegauge")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0"


def __getattr__(name: str) -> object:
    """A public name, from the module that it lives in."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), _CALLED.get(name, name))
