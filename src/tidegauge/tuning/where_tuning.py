"""What the search for the place of a change rests on."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_LOOKED = "a prototype on a year of flights' labels, planted and not; not swept since"


@dataclass(frozen=True, slots=True)
class WhereTuning:
    """Which cells are looked at, and which of them are told."""

    shrink: Annotated[float, Because("pseudo-rows that draw a cell's past rate to that of all rows", _LOOKED)] = 20.0
    least: Annotated[int, Because("rows of a cell in the window, below which nothing is said of it")] = 8
    narrower: Annotated[
        float, Because("of each of its cells' rows that a pair has at most: else it is that cell again", _LOOKED)
    ] = 2 / 3
    alike: Annotated[
        float, Because("rows in common, of the rows of both, from which the weaker place is left out", _LOOKED)
    ] = 0.5
    places: Annotated[int, Because("that are told of a change")] = 3
