"""The same day of the month: pay days, billing runs, month ends."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import Season


class MonthDay(Alike):
    """The 15th with the 15th, the last of a month with the last of other months, at the same local hour.

    Only some businesses have such a season, and a year holds twelve of each: look back far (a year) to use it.
    """

    name = "month-day"
    kinds = frozenset({"hour", "day"})

    @staticmethod
    def trait(season: Season) -> Hashable:
        """Day of the month (0 for the last one, be it the 28th or the 31st) and local hour."""
        return 0 if season.month_end else season.day, season.hour

    def describe(self, season: Season, kind: str) -> str:
        """Such as "windows of past month ends"."""
        hour = f", {season.hour:02}:00" if kind == "hour" else ""
        return ("past month ends" if season.month_end else f"past days with the number {season.day}") + hour
