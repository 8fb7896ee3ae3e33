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
    rows: Annotated[int, Because("fewer rows than so many prove nothing, whatever their chance")] = 20
    most: Annotated[float, Because("no chance is believed to be smaller than ten to this, as a model of rows")] = 12.0
