"""Which of a monitor's own metrics keeps labels from being counted: the engine says what, and not whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tidegauge.core.errors import ContractError
from tidegauge.core.window import Window
from tidegauge.profiles.label_query import profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.own_types import said_of
from tidegauge.stages.counting import Counting
from tidegauge.stages.late_labels import log_of


def trouble(
    error: ContractError, what: Counting, layout: Layout, windows: Sequence[Window], until: Mapping[Window, datetime]
) -> str:
    """What an error says, with the metric that it comes of, where labels are counted without it."""
    metrics = what.labels.unit.metrics if what.labels else ()
    for some in ((), *((m,) for m in metrics if m.sql)) if metrics else ():
        unit = replace(what.labels.unit, metrics=some) if what.labels else None
        try:
            for _ in profile_labels(what.warehouse, log_of(what, unit), layout, what.segments, windows, until):
                pass
        except ContractError as again:
            named = not some or str(again).startswith(said_of(some[0]))
            return str(again) if named else f"{said_of(some[0])} cannot be worked out: {again}"
    return str(error)
