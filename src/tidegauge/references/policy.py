"""From what a monitor wishes (seasonal, trailing, pinned) to the pools and the ladder that fulfil it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from tidegauge.core.errors import UnknownName, did_you_mean
from tidegauge.core.grid import zone_of
from tidegauge.references.base import Alike, CandidatePool
from tidegauge.references.day_class import DayClass
from tidegauge.references.holidays import Holidays
from tidegauge.references.ladder import Ladder
from tidegauge.references.month_day import MonthDay
from tidegauge.references.pinned import Pinned
from tidegauge.references.rest_days import RestDays
from tidegauge.references.same_hour import SameHour
from tidegauge.references.same_season import SameSeason
from tidegauge.references.trailing import Trailing
from tidegauge.references.weekends import Weekends

# What "seasonal" stands for: first the pools that predict, then the rungs of the ladder, each narrow before wide.
SEASONAL: tuple[type[Alike], ...] = (SameSeason, SameHour, DayClass, MonthDay, Holidays, Weekends)
LAG = timedelta(days=28)
RUNGS: tuple[type[Alike], ...] = (Holidays, RestDays, SameSeason, SameHour, DayClass)


class Wish(Protocol):
    """One entry of a monitor's `reference.pools`: a name, and for `pinned` what it holds."""

    @property
    def name(self) -> str: ...
    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...
    @property
    def version(self) -> str | None: ...


@dataclass(frozen=True)
class Policy:
    """How references are chosen: every pool by itself, for each statistic to prefer one; and one ladder, to explain."""

    pools: tuple[CandidatePool, ...]
    ladder: Ladder


def policy(
    wishes: Sequence[Wish], *, kind: str, zone: str, look_back: timedelta, minimum: int = 4, most: int = 8
) -> Policy:
    """The pools and the ladder for windows of one kind. Names are as a monitor's `reference.pools` has them."""
    pools: list[CandidatePool] = []
    rungs: list[CandidatePool] = []
    for wish in wishes:
        match wish.name:
            case "seasonal":
                pools += _for_windows_of(kind, SEASONAL, look_back, most)
                rungs += _for_windows_of(kind, RUNGS, look_back, most)
            case "trailing":
                pools.append(Trailing(look_back, most))
            case "pinned":
                pools.append(Pinned(_midnight(wish.start, zone), _midnight(wish.end, zone), wish.version))
            case name:
                hint = did_you_mean(name, ("seasonal", "trailing", "pinned"))
                raise UnknownName(f'no pool is called "{name}". {hint}')
    if rungs:  # a season without history falls back to what is recent
        rungs.append(Trailing(look_back, most))
    return Policy(tuple(pools), Ladder(tuple(rungs or _without_a_season(pools)), minimum))


def _for_windows_of(kind: str, pools: Sequence[type[Alike]], look_back: timedelta, most: int) -> list[CandidatePool]:
    """Those of some pools that mean something for windows of one kind."""
    return [pool(look_back, most) for pool in pools if kind in pool.kinds]


def _without_a_season(pools: Sequence[CandidatePool]) -> Sequence[CandidatePool]:
    """The rungs where no season is wished for: a pinned past is the ladder only where nothing else is."""
    return [p for p in pools if p.name == Trailing.name] or pools


def lagged_pools(kind: str, look_back: timedelta) -> tuple[CandidatePool, ...]:
    """References that a slow drift has not reached: the same season, such days and all windows, four weeks ago."""
    alike: type[Alike] = SameHour if kind == "hour" else DayClass
    return (
        SameSeason(look_back, 8, LAG),
        alike(look_back, 12, LAG),
        Trailing(look_back, 28 if kind == "day" else 24, LAG),
    )


def _midnight(day: date | None, zone: str) -> datetime | None:
    """The instant at which a local day begins."""
    return None if day is None else datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)
