"""Where a change lies, as a frozen value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """Rows of one cell, or of a pair of cells, in which a rate changed more than in all other rows."""

    cells: tuple[tuple[str, int], ...]  # (column, code of its cell), one or two
    share: float  # of the window's rows, 0–1
    share_before: float  # of the reference's rows
    rate: float  # mean value of its rows in the window
    rate_before: float
    mix: float  # the part of the change of the whole's rate that comes of the rows' being more or fewer
    own: float  # the part that comes of their own rate; over all cells of a column mix + own add up to the change
    z: float  # how far it is beyond the other rows, in standard deviations
