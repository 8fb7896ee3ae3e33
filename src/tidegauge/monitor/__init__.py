"""A monitor: what to watch, read from one YAML file into frozen, checked objects.

whole (the monitor) ← parts (its sections) ← fields, choices (the values) ; read (file → monitor) ← yaml_lines, sentences.
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
