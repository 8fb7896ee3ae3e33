"""When a retraining that is asked for is held."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because, PerKind


@dataclass(frozen=True, slots=True)
class RetrainingTuning:
    """How long a fault of the data holds what would learn from it (decision 0065)."""

    near: Annotated[
        PerKind[int],
        Because("windows up to the one that asks, in any of which a fault holds: a day, three, two", "decision 0065"),
    ] = PerKind(24, 3, 2)
    matters: Annotated[
        float,
        Because("share of the variance of a prediction's ranks from which on it rests on a column", "decision 0077"),
    ] = 0.02
    sampled: Annotated[
        PerKind[int],
        Because("fine windows before the one that asks whose sampled rows tell of it: two weeks", "decision 0077"),
    ] = PerKind(48, 14, 8)
