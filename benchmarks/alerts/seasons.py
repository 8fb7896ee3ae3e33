"""Made-up logs whose whole truth is known: one kind of season each, noise with a memory, and nothing ever wrong.

All share one small shop: correlated amounts, a column with gaps, categories whose mix wanders, a prediction, a label.
From window to window the levels wander as an autoregression does, so that row-level errors say too little, as on real
data.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

from benchmarks.alerts.logs import Log, Words, spread_over
from tidegauge.core.grid import between
from tidegauge.core.window import Window

Floats = NDArray[np.float64]
NUMERIC = ("amount", "balance", "wait", "age", "stock", "score")
WORDS = {"plan": 4, "shop": 12, "device": 3}
LEVELS = len(NUMERIC) + len(WORDS) + 2  # and one of gaps, one of labels
NEW_YORK = "America/New_York"


@dataclass(frozen=True)
class Tide:
    """What the calendar does to a window: rows as a multiple of the usual, levels moved by so many spreads of rows."""

    rows: float
    levels: Floats  # [LEVELS]


Season = Callable[[datetime, int], Tide]  # local start and the window's number


def _plain() -> Floats:
    return np.zeros(LEVELS)


def _moved(by: float) -> Floats:
    """All levels moved together, each in its own direction: what a season does."""
    sign: Floats = np.where(np.arange(LEVELS) % 2 == 0, 1.0, -0.6)
    return by * sign


def weekly(at: datetime, number: int) -> Tide:
    """Fewer rows at weekends, by other people."""
    del number
    return Tide((1.0, 1.0, 1.05, 1.1, 1.2, 0.6, 0.5)[at.weekday()], _moved(0.5 * (at.weekday() >= 5)))


def hourly(at: datetime, number: int) -> Tide:
    """A day's curve, another one at weekends."""
    del number
    weekend = at.weekday() >= 5
    curve = 0.25 + np.exp(-(((at.hour - (14 if weekend else 11)) / 4.5) ** 2))
    return Tide(float(curve) * (0.7 if weekend else 1.0), _moved(0.5 * float(np.sin(at.hour / 24 * 2 * np.pi))))


def month_end(at: datetime, number: int) -> Tide:
    """Twice the rows on a month's last day, and larger amounts; a little of it on the first of the next."""
    last, first = (at + timedelta(days=1)).day == 1, at.day == 1
    tide = weekly(at, number)
    return Tide(tide.rows * (2.0 if last else 1.2 if first else 1.0), tide.levels + _moved(0.8 * last + 0.2 * first))


@lru_cache(maxsize=8)
def _closed(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DE", years=year))


def holiday(at: datetime, number: int) -> Tide:
    """Public holidays of Germany, several of which move with Easter: few rows, like no other day."""
    tide = weekly(at, number)
    if at.date() not in _closed(at.year):
        return tide
    g = np.random.default_rng(at.toordinal())
    return Tide(0.3 * float(np.exp(g.normal(0, 0.15))), _moved(1.0 + g.normal(0, 0.15)))


def trend(at: datetime, number: int) -> Tide:
    """A third more rows a year, and levels that move by less in a month than between two days."""
    tide = weekly(at, number)
    return Tide(tide.rows * float(np.exp(number / 365 * 0.3)), tide.levels + _moved(0.4 * number / 365))


SHIFTED, FORGOTTEN = 60, 200  # the day of the shift, and the first that is counted


def shifted(at: datetime, number: int) -> Tide:
    """Levels and rows jumped, once, long before the first window that counts."""
    tide = weekly(at, number)
    jumped = number >= SHIFTED
    return Tide(tide.rows * (1.5 if jumped else 1.0), tide.levels + _moved(1.5 * jumped))


@dataclass(frozen=True)
class Shop:
    """Rows of windows, one after another, under a season."""

    season: Season
    windows: tuple[Window, ...]
    zone: str
    n: int
    seed: int
    memory: float  # of the wandering, from window to window
    wander: float = 0.12  # its spread, in spreads of rows

    @property
    def wandering(self) -> Floats:
        """[T, LEVELS] where the levels are, windows in order."""
        return _walk(self.seed, len(self.windows), self.memory) * self.wander

    def rows(self, window: Window) -> tuple[NDArray[np.int64], dict[str, Floats | Words]]:
        """The rows of one window, the same whenever they are asked for."""
        number = _numbers(self.windows)[window]
        tide = self.season(window.start.astimezone(ZoneInfo(self.zone)), number)
        g = np.random.default_rng([self.seed, number])
        level = tide.levels + self.wandering[number]
        n = int(g.poisson(self.n * tide.rows * np.exp(g.normal(0, 0.07))))
        x = g.standard_normal((n, len(NUMERIC)))
        x[:, 1] = 0.8 * x[:, 0] + 0.6 * x[:, 1]
        missing = g.random(n) < 0.05 * np.exp(level[-2])
        out: dict[str, Floats | Words] = {
            "amount": np.exp(3 + 0.6 * (x[:, 0] + level[0])).round(2),
            "balance": 100 + 20 * (x[:, 1] + 0.8 * level[0] + 0.6 * level[1]),
            "wait": np.where(missing, np.nan, np.exp(0.8 * (x[:, 2] + level[2]))),
            "age": np.clip(40 + 12 * (x[:, 3] + level[3]), 18, 95).round(),
            "stock": np.where(g.random(n) < 0.3, 0.0, 5 * np.abs(x[:, 4] + level[4])),
        }
        chance = 1 / (1 + np.exp(-(-1 + x[:, 0] + 0.5 * x[:, 5] + level[5])))
        out["score"] = chance
        for k, (name, size) in enumerate(WORDS.items()):
            weights = np.exp(-0.5 * np.arange(size) + 0.3 * level[len(NUMERIC) + k] * np.cos(np.arange(size)))
            codes = g.choice(size, n, p=weights / weights.sum())
            out[name] = Words(codes.astype(np.int64), tuple(f"{name}{i}" for i in range(size)))
        logit = np.log(chance / (1 - chance)) + 0.5 * level[-1]
        out["bought"] = (g.random(n) < 1 / (1 + np.exp(-logit))).astype(np.float64)
        return spread_over(window, n, g), out


@lru_cache(maxsize=4)
def _walk(seed: int, length: int, memory: float) -> Floats:
    g = np.random.default_rng([seed, 77])
    steps = g.standard_normal((length, LEVELS)) * np.sqrt(1 - memory**2)
    out = np.empty((length, LEVELS))
    at = g.standard_normal(LEVELS)
    for t in range(length):
        at = out[t] = memory * at + steps[t]
    return out


@lru_cache(maxsize=4)
def _numbers(windows: tuple[Window, ...]) -> dict[Window, int]:
    return {w: k for k, w in enumerate(windows)}


@dataclass(frozen=True)
class Kind:
    """A season as a cell of the null replay."""

    season: Season
    every: str = "day"
    zone: str = "UTC"
    country: str | None = None
    first: date = date(2021, 3, 1)  # a Monday
    warm: int = 60  # days that are not counted
    days: int = 620  # that are
    quick: int = 140  # in a quick look
    n: int = 300  # rows of a usual window
    budget: float = 3.0  # a month
    begins: tuple[date, ...] = ()  # of replicates that must lie about a date


KINDS = {
    "weekly": Kind(weekly),
    "month end": Kind(month_end, warm=125),
    "moving holidays": Kind(holiday, country="DE", warm=120, zone="Europe/Berlin"),
    "trend": Kind(trend),
    "a level shift long ago": Kind(shifted, warm=FORGOTTEN, quick=120),
    "hour of week": Kind(hourly, "hour", warm=28, days=95, quick=25, n=60, budget=20),
    "clock changes": Kind(
        hourly,
        "hour",
        NEW_YORK,
        warm=28,
        days=24,
        quick=14,
        n=60,
        budget=20,
        begins=(date(2022, 2, 7), date(2022, 10, 3), date(2023, 2, 6), date(2023, 10, 2)),  # a change on day 34
    ),
}


def synthetic(name: str, replicate: int, *, quick: bool = False, **other: Any) -> Log:  # noqa: ANN401 - any field
    """A log under one kind of season; `other` fields of it where a test wants it smaller."""
    kind = replace(KINDS[name], **other)
    first = kind.begins[replicate % len(kind.begins)] if kind.begins else kind.first
    zone = ZoneInfo(kind.zone)
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    counted = kind.quick if quick else kind.days
    windows = between(kind.every, kind.zone, begin, begin + timedelta(days=kind.warm + counted))
    seed = 1000 * (1 + list(KINDS).index(name)) + replicate
    memory = 0.97 if kind.every == "hour" else 0.5
    shop = Shop(kind.season, tuple(windows), kind.zone, kind.n, seed, memory)
    return Log(
        name=name,
        windows=windows,
        rows=shop.rows,
        numeric=NUMERIC,
        categorical=tuple(WORDS),
        prediction="score",
        label="bought",
        segment="plan",
        zone=kind.zone,
        country=kind.country,
        since=(begin + timedelta(days=kind.warm)).astimezone(UTC),
        budget=kind.budget,
    )
