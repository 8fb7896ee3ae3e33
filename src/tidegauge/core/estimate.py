"""How good the model was in a window by what is known before its labels come, and how far to believe it."""

from dataclasses import dataclass
from math import nan

from tidegauge.core.window import Window


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number of a window, estimated as of the moment at which its rows were due; nan where there is none.

    By what was known then: the window's own scores, and the labels of earlier windows that had come by that moment.
    """

    window: Window
    statistic: str  # of the number that it foretells: accuracy, or AUC
    value: float = nan
    low: float = nan  # 90 %: from how labels scatter, and from how far estimates before it were off
    high: float = nan
    way: str = ""  # the past that it has learnt from: "season", "long" or "every", by the record
    off: float = nan  # how far such estimates were off lately, in the mean
    naive: float = nan  # the same of the plain guess: the mean of the last season's labels
    record: int = 0  # windows whose labels have come by which both are known
    speaks: bool = False  # whether its record is the better one; else it says nothing beyond the plain guess
    since: Window | None = None  # not to be believed: from this window on the labels that came lay outside its interval

    @property
    def is_believed(self) -> bool:
        """Whether it says something, and no window since has belied it."""
        return self.speaks and self.since is None
