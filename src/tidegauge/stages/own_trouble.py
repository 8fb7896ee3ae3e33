"""Which of a monitor's own metrics keeps labels from being counted: the engine says what, and not whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tidegauge.core.errors import REMEDY, ContractError
from tidegauge.core.own_metric import OwnMetric
from tidegauge.core.window import WHOLE, Window
from tidegauge.profiles.label_query import profile_labels
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.own_types import in_columns, said_of
from tidegauge.stages.checksums import checksum
from tidegauge.stages.counting import Counting
from tidegauge.stages.late_labels import log_of
from tidegauge.stages.stored_profiles import PROBLEM
from tidegauge.store.profiles import Entry, ProfileRow, Revision

BROKEN = "/broken"  # how the checksum of a window ends whose labels could not be counted


def trouble(
    error: ContractError, what: Counting, layout: Layout, windows: Sequence[Window], until: Mapping[Window, datetime]
) -> str:
    """What an error says in the log's own names, with the metric that it comes of: where labels are counted without."""
    return in_columns(_trouble(error, what, layout, windows, until), what.kinds)


def _trouble(
    error: ContractError, what: Counting, layout: Layout, windows: Sequence[Window], until: Mapping[Window, datetime]
) -> str:
    labels = what.labels
    if labels is None or not labels.unit.metrics:
        return str(error)
    if (plain := _again(what, (), layout, windows, until)) is not None:
        return str(plain)
    for metric in labels.unit.metrics:
        said = _again(what, (metric,), layout, windows, until)
        if said is not None:
            if str(said).startswith(said_of(metric)):
                return str(said)
            # without the engine's words, which name now one row and now another: stored, they would differ by chance
            return f"{said_of(metric)} cannot be worked out for every row. {REMEDY}"
    return str(error)


def broken_entries(why: str, value: str, windows: Sequence[Window]) -> list[Entry]:
    """What is stored of windows whose labels, of the column `value`, could not be counted."""
    row = ProfileRow(WHOLE, value, "-", PROBLEM, f"labels: {why}".encode())
    revision = Revision(0, "", checksum("0", {value: why}) + BROKEN)
    return [(w, revision, [row]) for w in windows]


def _again(
    what: Counting,
    some: tuple[OwnMetric, ...],
    layout: Layout,
    windows: Sequence[Window],
    until: Mapping[Window, datetime],
) -> ContractError | None:
    """What is said where labels are counted with some of the metrics."""
    unit = replace(what.labels.unit, metrics=some) if what.labels else None
    try:
        for _ in profile_labels(what.warehouse, log_of(what, unit), layout, what.segments, windows, until):
            pass
    except ContractError as error:
        return error
    return None
