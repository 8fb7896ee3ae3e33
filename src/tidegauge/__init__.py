"""tidegauge: batch monitoring of machine-learning models against the season they are in."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegauge.comparing.frames import compare as compare

try:
    __version__ = version("tidegauge")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0"


def __getattr__(name: str) -> object:
    """`tidegauge.compare`, loaded when it is asked for, so that `import tidegauge` stays light."""
    if name == "compare":
        return import_module("tidegauge.comparing.frames").compare
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
