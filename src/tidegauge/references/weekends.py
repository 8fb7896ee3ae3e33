"""Weekends, as stand-ins for holidays."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import Season


class Weekends(Alike):
    """For a holiday or a day beside one: past days of the weekend, at the same local hour.

    Many holidays look like a Sunday. There are twenty times as many Sundays.
    """

    name = "weekends"
    kinds = frozenset({"hour", "day"})

    @staticmethod
    def trait(season: Season) -> Hashable | None:
        """The local hour, of weekends only."""
        return season.hour if season.day_class == "weekend" else None

    def wanted(self, season: Season) -> Hashable | None:
        """Only special days ask here."""
        return season.hour if season.special else None

    def describe(self, season: Season, kind: str) -> str:
        """Such as "past weekend days"."""
        return "past weekend days" + (f", {season.hour:02}:00" if kind == "hour" else "")
