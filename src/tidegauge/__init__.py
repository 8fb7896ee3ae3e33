"""tidegauge: batch monitoring of machine-learning models against the season they are in."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("tidegauge")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0"
