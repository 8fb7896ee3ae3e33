"""Where a change lies, as frozen values: the rows of one cell, or of a pair of cells, that a change is of."""

from dataclasses import dataclass
from math import nan


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """Rows of a cell, or of a pair of cells, in which something changed beyond what it did in all other rows."""

    cells: tuple[tuple[str, str], ...]  # (column, what its cell is called), one or two
    share: float  # of the window's sampled rows, 0–1
    share_before: float  # of those of the windows it is compared with
    rate: float = nan  # of its own rows, how many are what the alert is about; nan where the alert is on their number
    rate_before: float = nan
    part: float = nan  # of the whole change: over all cells of a column these add up to 1
    part_low: float = nan  # the ends of its 90 % interval, by sampling alone
    part_high: float = nan
    z: float = nan  # how far it is beyond the other rows, in standard deviations
    earlier: int = 0  # of the windows it is compared with, those in which it was as far beyond the others


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the change that a finding tells of lies, as far as sampled rows can say."""

    column: str  # of the finding
    segment: str
    about: tuple[str, ...]  # the cells of the column whose rows the change is of; none where it is of all rows' number
    rate: float  # of the sampled rows, how many are so; of an alert on the number of rows, how many there are
    rate_before: float
    rows: int  # sampled rows of the window, or of those that a slow drift is told of
    rows_before: int  # of the windows that these are compared with
    windows: int  # how many those are
    looked: int  # cells and pairs of cells that were looked at
    places: tuple[ChangedPlace, ...] = ()  # the most telling first
    silent: str = ""  # why no place is told: a sentence
