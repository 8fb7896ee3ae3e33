"""Holidays and weekends together."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import Season


class RestDays(Alike):
    """For a holiday or a day beside one: past holidays and weekends, at the same local hour, the newest of both.

    The second rung for a holiday: with a history of months `holidays` alone has too few windows.
    """

    name = "rest-days"
    kinds = frozenset({"hour", "day"})

    @staticmethod
    def trait(season: Season) -> Hashable | None:
        """The local hour, of special days and weekends."""
        return season.hour if season.special or season.day_class == "weekend" else None

    def wanted(self, season: Season) -> Hashable | None:
        """Only special days ask here."""
        return season.hour if season.special else None

    def describe(self, season: Season, kind: str) -> str:
        """Such as "past holidays and weekend days"."""
        return "past holidays and weekend days" + (f", {season.hour:02}:00" if kind == "hour" else "")
