"""Airflow runs a monitor: DAGs, timetables, the window that a run means. The only room that imports Airflow.

`build_dags` makes those of a folder of monitors, `build_dag` that of one; they are loaded when they are asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegauge.airflow.dag import build_dag
    from tidegauge.airflow.monitors_folder import build_dags

__all__ = ["build_dag", "build_dags"]

_PUBLIC = {"build_dag": "tidegauge.airflow.dag", "build_dags": "tidegauge.airflow.monitors_folder"}


def __getattr__(name: str) -> object:
    """A public name, from the module that it lives in."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
