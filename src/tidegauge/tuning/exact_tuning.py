"""What the exact chances of counts rest on."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because


@dataclass(frozen=True, slots=True)
class ExactTuning:
    """Counts of small windows that are told by their chance, and not by spreads."""

    share: Annotated[float, Because("of what a stage may spend on single windows, for all exact chances")] = 0.2
    rows: Annotated[
        int, Because("a usual window is small with so many rows at most: beyond, spreads between windows say enough")
    ] = 400
    unsure: Annotated[float, Because("windows behind a spread at which it may be twice as wide, squared")] = 10.0
    most: Annotated[float, Because("no chance is believed to be smaller than ten to this, as a model of counts")] = 12.0
