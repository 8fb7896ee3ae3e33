"""By what a window's labels were counted, as their revision keeps it: by something else they are counted again."""

from collections.abc import Callable, Mapping, Sequence

from tidegauge.core.own_metric import tag_of_own
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.label_unit import LabelUnit
from tidegauge.profiles.tasks import task_of
from tidegauge.store.profiles import Revision


def stale_labels(
    windows: Sequence[Window],
    known: Mapping[Window, Revision],
    inputs: Mapping[Window, Revision],
    unit: Callable[[Window], LabelUnit],
) -> list[Window]:
    """The windows whose labels are not counted, or were joined to other rows or in another unit."""
    return [w for w in windows if w not in known or _rest(known[w]) != tag_of(inputs.get(w), unit(w))]


def tag_of(inputs: Revision | None, unit: LabelUnit) -> str:
    """The rows that a window's labels were joined to, their own layout, and what is added up of them, in short."""
    of = f"{inputs.rows}.{inputs.checksum}" if inputs else ""
    said = [unit.own.id[:16]] if unit.own is not None else []
    return "/".join([of, *said, *filter(None, [task_of(unit).counted, tag_of_own(unit.metrics)])])


def _rest(known: Revision) -> str:
    """The tag of what is stored."""
    return known.checksum.partition("/")[2]
