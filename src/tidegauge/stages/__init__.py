"""Stages: what is looked at of a window. The list is `tidegauge.core.window.STAGES`; each is a module of its name.

The list stands so low because a monitor's file names stages, and reading one must stay light: a stage itself brings in
all that counts, compares and explains.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tidegauge.core.errors import UnknownName, did_you_mean
from tidegauge.core.window import STAGES

if TYPE_CHECKING:
    from tidegauge.monitor import Monitor
    from tidegauge.stages.base import Stage


def stage_named(name: str) -> "Stage":
    """The stage of that name."""
    if name not in STAGES:
        raise UnknownName(f'no stage is called "{name}". {did_you_mean(name, STAGES)}')
    found: Stage = import_module(f"{__name__}.{name}").STAGE
    return found


def every() -> "list[Stage]":
    """All stages, in the order in which they are judged."""
    return [stage_named(name) for name in STAGES]


def due(monitor: "Monitor") -> "list[Stage]":
    """The stages that a monitor has; the first one first."""
    return [s for s in every() if s.wait(monitor) is not None]


def share(monitor: "Monitor", name: str) -> float:
    """The part of the one budget of false alerts that a stage of a monitor may spend."""
    return stage_named(name).weight / sum(s.weight for s in due(monitor))
