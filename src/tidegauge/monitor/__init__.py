"""A monitor: what to watch, read from one YAML file into frozen, checked objects.

A file is read by `read` (lines by `yaml_lines`, errors by `sentences`) into the `whole`, made of `parts` and
`alerting`, whose values are `fields`, `choices` and `options`; `durations` and `environment` (secrets) serve them, and
rooms beside this one. `schema` prints the JSON Schema.

The names below are loaded when they are asked for: whoever only needs a duration or an address does not wait for
pydantic to build the models (0.2 s).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegauge.monitor.alerting import Alerts
    from tidegauge.monitor.choices import Choice, Pool
    from tidegauge.monitor.parts import Columns, Labels, Reference, WindowRule
    from tidegauge.monitor.read import load_monitor, parse_monitor
    from tidegauge.monitor.source import Source
    from tidegauge.monitor.whole import Monitor

__all__ = [
    "Alerts",
    "Choice",
    "Columns",
    "Labels",
    "Monitor",
    "Pool",
    "Reference",
    "Source",
    "WindowRule",
    "load_monitor",
    "parse_monitor",
]

_ROOMS = {
    "Alerts": "alerting",
    "Choice": "choices",
    "Pool": "choices",
    "Monitor": "whole",
    "Source": "source",
    "load_monitor": "read",
    "parse_monitor": "read",
}


def __getattr__(name: str) -> object:
    """The room that a name lives in, opened now."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tidegauge.monitor.{_ROOMS.get(name, 'parts')}"), name)
