"""Where the change of a finding lies, as a person reads it in a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table
from tidegauge.core.changed_place import Whereabouts
from tidegauge.wording.text import first_up
from tidegauge.wording.where_words import counted_as, row, sampled_from, whole_change

if TYPE_CHECKING:
    from rich.console import RenderableType

HEADS = (
    "rows with",
    "of the change",
    "90 % interval",
    "of all rows",
    "before",
    "changed",
    "before",
    "so far off before",
)


def where(found: Whereabouts) -> Iterable["RenderableType"]:
    """The places, or why none is told, and what that rests on."""
    yield Text("\nWhere it lies", style="bold")
    yield Text(f"{first_up(counted_as(found))}: {whole_change(found)}.")
    if found.silent:
        yield Text(found.silent)
    if found.places:
        yield table(HEADS, [tuple(row(found, place).values()) for place in found.places])
    yield Text(sampled_from(found))
