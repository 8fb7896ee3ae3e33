"""What the smallest detectable change is worked out by."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from tidegauge.tuning.because import Because, PerKind


@dataclass(frozen=True, slots=True)
class SensitivityTuning:
    """Changes planted in normal past windows."""

    windows: Annotated[int, Because("normal windows that changes are planted in, at most: half a second a column")] = 24
    least: Annotated[int, Because("and at least: nine of ten cannot be told from fewer")] = 8
    spare: Annotated[float, Because("of `windows` more that are drawn, for those that were not normal")] = 0.25
    most: Annotated[int, Because("columns times windows: beyond, it would take minutes")] = 640
    power: Annotated[
        float, Because("of the windows that the stated change alerts in", "the usual power of a test, J. Cohen (1988)")
    ] = 0.9
    wild: Annotated[float, Because("standard deviation of logarithms, from which on sizes are of two kinds")] = 0.35
    reach: Annotated[PerKind[timedelta], Because("how far back the windows lie that are asked")] = PerKind(
        timedelta(days=28), timedelta(days=42), timedelta(days=364)
    )
