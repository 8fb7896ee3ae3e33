"""Working days with working days, weekends with weekends."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import Season


class DayClass(Alike):
    """Windows of the same class of day, whatever the hour: the most recent working days for a working day.

    For hours these are the latest hours of such days, by day and night: better than nothing for a young monitor.
    """

    name = "day-class"
    kinds = frozenset({"hour", "day"})

    @staticmethod
    def trait(season: Season) -> Hashable:
        """Weekday or weekend."""
        return season.day_class

    def describe(self, season: Season, kind: str) -> str:
        """Such as "past weekdays"."""
        return f"past hours of {season.day_class}s" if kind == "hour" else f"past {season.day_class}s"
