"""How good a model is, as a person reads it in a terminal."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table, when
from tidegauge.core.estimate import Estimate
from tidegauge.core.performance import Performance
from tidegauge.wording import estimate_words
from tidegauge.wording.figure_words import HEADS, counted, hints, row, stands

if TYPE_CHECKING:
    from rich.console import RenderableType


def performance(told: Performance, zone: str) -> Iterable["RenderableType"]:
    """One window's numbers, short."""
    yield Text(f"Performance, {when(told.window, zone)}: {counted(told)}", style="bold")
    if told.figures:
        rows = [(*row(f), stands(f, told.window, lambda w: when(w, zone)) or "within") for f in told.figures]
        yield table((*HEADS, "against its range"), rows)
    yield from _expected(told, zone)
    yield from (Text(hint) for hint in hints(told))


def _expected(told: Performance, zone: str) -> Iterable["RenderableType"]:
    """What was expected of it before its labels came."""
    if told.estimates:
        yield table(estimate_words.HEADS, estimate_words.estimated(told, lambda w: when(w, zone)))


def estimated(some: Sequence[Estimate], zone: str) -> Iterable["RenderableType"]:
    """The same of a window whose labels have not come."""
    yield Text(f"Estimated until labels come, {when(some[0].window, zone)}", style="bold")
    yield table(estimate_words.HEADS, [estimate_words.row(e, None, lambda w: when(w, zone)) for e in some])
