"""Where the change of a finding lies, as a person reads it in a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from tidegauge.cli.show import table
from tidegauge.core.changed_place import Whereabouts
from tidegauge.wording.text import DASH, first_up, share
from tidegauge.wording.where_words import (
    counted_as,
    far_before,
    in_cells,
    part_interval,
    part_of_change,
    sampled_from,
    whole_change,
)

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
        yield table(HEADS, [_row(found, k) for k in range(len(found.places))])
    yield Text(sampled_from(found))


def _row(found: Whereabouts, k: int) -> tuple[str, ...]:
    place = found.places[k]
    rates = (share(place.rate), share(place.rate_before)) if found.about else (DASH, DASH)
    shares = share(place.share), share(place.share_before)
    return in_cells(place), part_of_change(place), part_interval(place), *shares, *rates, far_before(place, found)
