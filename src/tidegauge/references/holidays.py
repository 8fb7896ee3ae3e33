"""Holidays with holidays."""

from collections.abc import Hashable

from tidegauge.references.base import Alike
from tidegauge.references.calendar import Season


class Holidays(Alike):
    """For a holiday or a day beside one: past ones, at the same local hour. Silent on ordinary windows.

    Holidays are few, so the pool is small; the ladder goes on to `rest-days`.
    """

    name = "holidays"

    @staticmethod
    def trait(season: Season) -> Hashable | None:
        """The local hour, of special days only."""
        return season.hour if season.special else None

    def describe(self, season: Season, kind: str) -> str:
        """Such as "past holidays and days beside them"."""
        if kind == "week":
            return "past weeks with a holiday"
        return "past holidays and days beside them" + (f", {season.hour:02}:00" if kind == "hour" else "")
