"""What the search for the place of a change rests on."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_MEASURED = "benchmarks/where.py, on real flights: wrong places held .2 to .3, right ones mostly above .6"
_LOOKED = "a prototype on a year of flights' labels, planted and not; not swept since"


@dataclass(frozen=True, slots=True)
class WhereTuning:
    """Which cells are looked at, and which of them are told."""

    shrink: Annotated[float, Because("pseudo-rows that draw a cell's past rate to that of all rows", _LOOKED)] = 20.0
    least: Annotated[int, Because("rows of a cell in the window, below which nothing is said of it")] = 8
    farther: Annotated[
        float, Because("times as far as either of its cells that a pair lies beyond the others: else it is that cell")
    ] = 1.05
    places: Annotated[int, Because("that are told of a change, each of what the ones before it leave")] = 3
    paired: Annotated[
        int, Because("columns whose pairs are looked at, those with the strangest single cells first: bounds the work")
    ] = 16
    bulk: Annotated[
        float, Because("of what a column's cells gained or lost: the fewest cells that hold so much are the change")
    ] = 0.8
    rows: Annotated[int, Because("sampled rows on either side, below which nothing is said")] = 100
    seen: Annotated[float, Because("standard errors by which the sample itself must show the change")] = 3.0
    chance: Annotated[
        float, Because("of a place that is none, by sampling alone: shared among all cells that are looked at")
    ] = 0.01
    often: Annotated[
        float, Because("of the windows before, the part that may hold a place as strange as the one that is told")
    ] = 0.15
    apart: Annotated[
        float, Because("odds of the change to lie in the place, beside those of a row: else it is everywhere")
    ] = 4.0
    telling: Annotated[
        float, Because("part of the change that the first place holds: less is no answer", _MEASURED)
    ] = 0.4
    counted: Annotated[
        float, Because("the same of a change of the number of rows, which other cells move with", _MEASURED)
    ] = 0.6
    further: Annotated[float, Because("part of the change that each later place holds")] = 0.2
    more: Annotated[float, Because("part of the change that a place holds beyond its part of the rows")] = 0.2
    spread: Annotated[
        float, Because("windows' worth by which all cells' spread between windows is that of a cell as well")
    ] = 4.0
