"""A monitor: what to watch, read from one YAML file into frozen, checked objects.

A file is read by `read` (lines by `yaml_lines`, errors by `sentences`) into the `whole`, made of `parts`, whose values
are `fields` and `choices`; `durations` and `environment` (secrets) serve them. `schema` prints the JSON Schema.
"""

from tidegauge.monitor.choices import Choice, Pool
from tidegauge.monitor.parts import (
    Alerts,
    Columns,
    Labels,
    Reference,
    Source,
    WindowRule,
)
from tidegauge.monitor.read import load_monitor, parse_monitor
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
