"""Where a suite lies; apart from the rest, so that reading a DAG file imports no more than this."""

from pathlib import Path


def suite_path(monitor: Path) -> Path:
    """Where the suite of a monitor's file lies.

    >>> suite_path(Path("monitors/flights.yml")).name
    'flights.expectations.json'
    """
    return monitor.with_suffix(".expectations.json")
