"""Every number that a decision may tell of, by its name: the lists of statistics and of relations as one.

A stored decision names a statistic, and may be older than the house or from a time with another package installed. So
whoever speaks of it asks `find`, and has a way to say a number that nobody knows.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegauge.core.registry import Joined
    from tidegauge.statistics.statistic import Statistic


@cache
def every() -> "Joined[Statistic]":
    """All lists as one, looked at when somebody first asks: to show a line of text takes no arrays."""
    from tidegauge import statistics
    from tidegauge.core.registry import Joined
    from tidegauge.relations import RELATION_STATISTICS

    return Joined(
        "statistic",
        [
            statistics.LEVELS,
            RELATION_STATISTICS,
            statistics.WINDOW_LEVELS,
            statistics.SEGMENT_LEVELS,
            statistics.DISTANCES,
            statistics.FACTS,
            statistics.ARRIVALS,
            statistics.LABEL_LEVELS,
            statistics.SEGMENT_LABEL_LEVELS,
        ],
    )


def find(name: str) -> "Statistic | None":
    """The statistic of this name; None for one that is not installed (any more)."""
    for part in every().parts:
        if name in part:
            return part[name]
    from tidegauge.statistics.label_levels import at_a_threshold, of_a_class

    return (of_a_class(name) if "-of-" in name else None) or (at_a_threshold(name) if "-at-" in name else None)
