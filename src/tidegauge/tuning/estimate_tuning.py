"""What says how good a model is before labels come: from which past, and when it had better say nothing."""

from dataclasses import dataclass
from typing import Annotated

from tidegauge.tuning.because import Because, PerKind


@dataclass(frozen=True, slots=True)
class EstimateTuning:
    """Estimates of accuracy and AUC from calibrated cells of the score (decision 0055)."""

    season: Annotated[
        PerKind[int],
        Because(
            "mature windows of the short past: it follows a model that changes, and is the naive guess's too",
            "decision 0055 (four weeks of days)",
        ),
    ] = PerKind(24 * 7, 28, 8)
    long: Annotated[
        PerKind[int], Because("mature windows of the long past, three times the short one", "decision 0055")
    ] = PerKind(24 * 21, 84, 26)
    every: Annotated[
        PerKind[int], Because("mature windows of the longest past: about a year, of hours six weeks", "decision 0055")
    ] = PerKind(24 * 42, 365, 104)
    least: Annotated[int, Because("mature windows without which nothing is estimated")] = 3
    shrunk: Annotated[
        float, Because("rows by which a cell's own share is drawn to the smooth curve of all", "decision 0055")
    ] = 50.0
    record: Annotated[
        int, Because("mature windows of which it is known how far an estimate was off", "decision 0055")
    ] = 26
    fades: Annotated[float, Because("what such a window counts less than the one after it", "decision 0055")] = 0.9
    known: Annotated[int, Because("windows of a record without which nothing is said")] = 3
    better: Annotated[
        float, Because("of the naive guess's mean error: an estimate that is not so near says nothing", "decision 0055")
    ] = 0.9
