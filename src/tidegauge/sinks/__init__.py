"""The sinks, in plain sight: one file and one line each."""

from tidegauge.registry import Registry
from tidegauge.sinks.base import Sink
from tidegauge.sinks.html import Html
from tidegauge.sinks.prometheus import Prometheus

SINKS: Registry[type[Sink]] = Registry("sink", [Prometheus, Html])
