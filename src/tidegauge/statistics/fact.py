"""Facts of a window that need no spread to be judged by: all of its past, and how improbable it is, say enough."""

from math import inf
from typing import ClassVar

from tidegauge.statistics.statistic import Statistic


class ExactFact(Statistic):
    """A number that is told only where no past window had it, and that no record keeps.

    It is worked out from stored profiles when a window is decided, and is told by an exact chance (decision 0061). So
    no spread between windows is learnt of it, and no signal set holds it.
    """

    bounds: ClassVar[tuple[float, float]] = (0.0, inf)
    applies: ClassVar[frozenset[str]] = frozenset()  # kinds of column; none for a fact of the rows
    quoted: ClassVar[bool] = False  # what it is about is said by us and stands in no table
