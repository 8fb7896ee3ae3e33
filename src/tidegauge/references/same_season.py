"""The narrowest season: the same hour of the week."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import WEEKDAYS, Season


class SameSeason(Alike):
    """A Sunday with Sundays, Monday 8 a.m. with Mondays 8 a.m.: best where demand follows the week.

    It needs a week for every window of its reference. `same-hour` and `day-class` fill sooner, `trailing` soonest.
    """

    name = "same-season"

    @staticmethod
    def trait(season: Season) -> Hashable:
        """Weekday and local hour."""
        return season.weekday, season.hour

    def describe(self, season: Season, kind: str) -> str:
        """Such as "past Sundays 08:00"."""
        if kind == "week":
            return "past weeks"
        return f"past {WEEKDAYS[season.weekday]}s" + (f" {season.hour:02}:00" if kind == "hour" else "")
