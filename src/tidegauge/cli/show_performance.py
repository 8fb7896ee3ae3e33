"""How good a model is, as a person reads it in a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table, when
from tidegauge.core.performance import Performance
from tidegauge.wording.figure_words import HEADS, counted, hints, row, stands

if TYPE_CHECKING:
    from rich.console import RenderableType


def performance(told: Performance, zone: str) -> Iterable["RenderableType"]:
    """One window's numbers, short."""
    yield Text(f"Performance, {when(told.window, zone)}: {counted(told)}", style="bold")
    if told.figures:
        rows = [(*row(f), stands(f, told.window, lambda w: when(w, zone)) or "within") for f in told.figures]
        yield table((*HEADS, "against its range"), rows)
    yield from (Text(hint) for hint in hints(told))
