"""What facts that need no spread rest on."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because


@dataclass(frozen=True, slots=True)
class StructuralTuning:
    """Facts that are told by a chance, and only where no past window had them."""

    share: Annotated[float, Because("of what a stage may spend on single windows, for all structural facts")] = 0.1
    young: Annotated[
        int, Because("past windows without which nothing is told: a third one can differ from two", "issue 15, item 7")
    ] = 2
    differed: Annotated[
        int, Because("past windows that were each new before one is missed: a made log repeats itself by the week")
    ] = 14
    rows: Annotated[int, Because("fewer rows than so many prove nothing, whatever their chance")] = 20
    usual: Annotated[
        float, Because("of the rows of a past window at most, missing or in one place: a sparse column may be all so")
    ] = 0.5
    sizeable: Annotated[float, Because("of the rows of each past window, for a category that may be missed")] = 0.1
    reached: Annotated[float, Because("of a window's rows, at a least value that is a floor and no accident")] = 0.01
    fewest: Annotated[float, Because("and rows at least")] = 2.0
    repeated: Annotated[
        int, Because("windows that reach a floor at least: one alone, of two, is how far a count has come down")
    ] = 2
    below: Annotated[int, Because("rows below a floor, at least: a single one is somebody's slip")] = 2
    limit: Annotated[float, Because("strength of a broken limit: an alert, whatever else the window is like")] = 2.0
    most: Annotated[float, Because("no chance is believed to be smaller than ten to this, as a model of rows")] = 12.0
