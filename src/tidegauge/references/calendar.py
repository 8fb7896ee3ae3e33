"""The season of a window: what the calendar alone says of it, in the monitor's own zone and country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tidegauge.core.errors import MonitorError, did_you_mean
from tidegauge.core.grid import zone_of
from tidegauge.core.window import Window

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Season:
    """Facts of one window. A week has those of its Monday, and a holiday if any of its days is one."""

    start: datetime  # local
    hour: int  # 0 for days and weeks; the two 1 a.m. hours of a clock change share 1
    weekday: int  # Monday is 0
    day_class: str  # "weekday" or "weekend", by the country's custom
    day: int  # of the month
    month_end: bool  # the last day of the month is in it
    holiday: str | None
    special: bool  # a holiday or a day beside one: people travel, shop and work differently then too

    @property
    def midnight(self) -> datetime:
        """The beginning of its local day."""
        return self.start.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def monday(self) -> datetime:
        """The beginning of its local week."""
        return self.midnight - timedelta(days=self.weekday)

    def spell(self, kind: str) -> str:
        """As a person would say it: "Monday 08:00", "Sunday", "Thanksgiving Day"."""
        if kind == "week":
            return f"a week with {self.holiday}" if self.holiday else "a week"
        name = self.holiday or WEEKDAYS[self.weekday]
        return f"{name} {self.hour:02}:00" if kind == "hour" else name


class Calendar:
    """Seasons of windows in one zone, with one country's public holidays ("US", or "US-NY" for a part of it).

    Without a country there are no holidays, and the weekend is Saturday and Sunday. Facts are remembered for each
    window, and holidays for each year, so a year of hours costs a fraction of a second once.
    """

    def __init__(self, zone: str, country: str | None = None) -> None:
        self.zone, self.country = zone, country
        self.zone_info = zone_of(zone)
        self._holidays, self._weekend = _holidays_of(country)
        self._facts: dict[Window, Season] = {}
        self._days: dict[date, tuple[str | None, bool]] = {}

    def facts(self, window: Window) -> Season:
        """The season of `window`."""
        found = self._facts.get(window)
        if found is None:
            found = self._facts[window] = self._season(window)
        return found

    def _season(self, window: Window) -> Season:
        start = window.start.astimezone(self.zone_info)
        day = start.date()
        week = window.kind == "week"
        days = [day + _DAY * k for k in range(7 if week else 1)]
        names = self._names(days)
        return Season(
            start=start,
            hour=start.hour if window.kind == "hour" else 0,
            weekday=day.weekday(),
            day_class="weekend" if day.weekday() in self._weekend and not week else "weekday",
            day=day.day,
            month_end=any((d + _DAY).day == 1 for d in days),
            holiday=names[0] if names else None,
            # Beside a week's edge a holiday is one day of seven: only its own days make a week special.
            special=bool(names) if week else self._day(day)[1],
        )

    def _names(self, days: Sequence[date]) -> list[str]:
        """The holidays among some days."""
        return [name for name in (self._day(d)[0] for d in days) if name]

    def _day(self, day: date) -> tuple[str | None, bool]:
        """A day's holiday, and whether it or a neighbour is one."""
        found = self._days.get(day)
        if found is None:
            name = self._holidays.get(day)
            near = any(self._holidays.get(day + _DAY * k) for k in (-1, 1))
            found = self._days[day] = (name, bool(name) or near)
        return found


def _holidays_of(country: str | None) -> tuple[Mapping[date, str], frozenset[int]]:
    """A country's holidays, and the days of its weekend."""
    if country is None:
        return {}, frozenset({5, 6})
    import holidays  # 0.1 s, and only monitors with a country need it

    code, _, part = country.upper().partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if code not in known:
        raise MonitorError(f'reference.country: no holidays are known for "{country}". {did_you_mean(code, known)}')
    if part and part not in known[code]:
        raise MonitorError(f'reference.country: {code} has no part "{part}". {did_you_mean(part, known[code])}')
    found = holidays.country_holidays(code, subdiv=part or None)
    return found, frozenset(found.weekend)
