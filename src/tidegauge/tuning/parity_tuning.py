"""What says whether groups are treated alike: from how many days together, and how sure."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because


@dataclass(frozen=True, slots=True)
class ParityTuning:
    """Ratios of rates between groups (decision 0060)."""

    days: Annotated[
        int, Because("of mature windows that count together: small groups have few rows a day", "decision 0060")
    ] = 28
    sure: Annotated[
        float, Because("standard normal quantile of a ratio's interval: 95 %, each side 2.5 %", "decision 0060")
    ] = 1.959964
    few: Annotated[
        float, Because("upper over lower end of an interval beyond which it says nothing", "decision 0060")
    ] = 4.0
