"""The same local hour on days of the same class."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import Season


class SameHour(Alike):
    """8 a.m. of any working day with 8 a.m. of any working day: a week fills it five times sooner than `same-season`.

    Of days and weeks it would say what `day-class` says, so it is for hours only.
    """

    name = "same-hour"
    kinds = frozenset({"hour"})

    @staticmethod
    def trait(season: Season) -> Hashable:
        """Local hour, and weekday or weekend."""
        return season.hour, season.day_class

    def describe(self, season: Season, kind: str) -> str:
        """Such as "past weekdays 08:00"."""
        del kind
        return f"past {season.day_class}s {season.hour:02}:00"
