"""What statistics rest on, and how far a strange one speaks against a column."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because

_TRIED = "decision 0010 (the way of blaming); the weight judged by hand"


@dataclass(frozen=True, slots=True)
class BlameTuning:
    """How far the strangeness of a signal speaks for a fault of a column, next to 1 for the column's own levels."""

    tied: Annotated[float, Because("a relation of two columns", _TRIED)] = 0.7
    model: Annotated[float, Because("what a model leaves, which has four signals that say much the same", _TRIED)] = 0.5
    partner: Annotated[float, Because("of that, to a column that goes with the model's own", _TRIED)] = 0.6
    stranger: Annotated[float, Because("of that, to any other column", _TRIED)] = 0.05
    fixing: Annotated[float, Because("to the columns that should fix another, together", _TRIED)] = 0.1


@dataclass(frozen=True, slots=True)
class StatisticTuning:
    """Constants of single statistics; a class's own `floor` and `shape` may be set otherwise by its name."""

    blame: BlameTuning = BlameTuning()
    ranges: Annotated[
        int,
        Because("ranges of the sample beyond which a value is far outside: tighter limits alert on storms"),
    ] = 3
    still: Annotated[
        float, Because("added to a spread before its logarithm, so that a column that stands still has a level")
    ] = 0.05
    ranked: Annotated[int, Because("predictions of a segment below which their mean rank is not said")] = 5
    psi_floor: Annotated[
        float,
        Because("the share that a cell counts as when it holds less", "N. Siddiqi, Credit Risk Scorecards (2006)"),
    ] = 1e-4
    floors: Annotated[
        tuple[tuple[str, float], ...],
        Because("(name, least spread between windows) for numbers where it is not the class's own", "none is shipped"),
    ] = ()
    shapes: Annotated[
        tuple[tuple[str, float], ...],
        Because("(name, how much heavier its tail is) for numbers where it is not the class's own", "none is shipped"),
    ] = ()
