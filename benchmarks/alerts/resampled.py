"""Real flights, resampled: clean days whose season, week and dependence between columns are those of 2013.

A year is put together from whole weeks (Monday to Sunday, New York time). Every week comes once, up to three weeks from
where it was, so that the season stays and no window meets itself among its references; weeks with a public holiday stay
where the calendar has them. Of each day the rows are drawn anew, so that no window is an exact copy of a real one.

More columns than the flights have: what a feature store would add (weather hours ago, differences, ratios, codes put
together), and blocks of all of them taken from other weeks of the same season. Inside a block columns depend on each
other as they really do; between blocks by the season alone.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.alerts.logs import Log, Words, micros
from benchmarks.measure import OUT
from examples.flights.source import NUMERIC, WEATHER, flights
from tidegauge.core.grid import between
from tidegauge.core.window import Window

ZONE = "America/New_York"
FIRST, LAST = date(2013, 1, 7), date(2013, 12, 29)  # whole weeks
APART = 3  # weeks by which a week may move
FEW = ("distance", "seats", "dep_minute", "temp", "wind_speed", "pressure", "visib", "carrier", "origin", "prediction")
BLOCK = 50  # columns of all that is made from the flights
Columns = dict[str, "NDArray[np.float64] | Words"]


@lru_cache(maxsize=1)
def base() -> tuple[Columns, list[NDArray[np.int64]], NDArray[np.int64]]:
    """All columns of all rows, the rows of each day, and each row's minute of the day."""
    frame = _made()
    columns: Columns = {}
    for c in frame.columns:
        if c in ("flight_id", "day", "scheduled_at"):
            continue
        if pd.api.types.is_numeric_dtype(frame[c]):
            columns[c] = frame[c].to_numpy(np.float64)
        else:
            codes, words = pd.factorize(frame[c])
            columns[c] = Words(codes.astype(np.int64), tuple(map(str, words)))
    order = np.arange(len(frame))
    days = (frame["day"] - pd.Timestamp(FIRST)).dt.days.to_numpy()
    rows = [order[days == d] for d in range((LAST - FIRST).days + 1)]
    return columns, rows, frame["dep_minute"].to_numpy(np.int64)


def _made() -> pd.DataFrame:
    """The flights with all their columns, made once and kept as a file."""
    path = OUT / "null" / f"flights-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:10]}.parquet"
    if not path.exists():
        frame = flights(f"{FIRST:%Y-%m-%d}", f"{LAST:%Y-%m-%d}")
        _mend(frame)
        _derive(frame)
        frame["prediction"] = _predict(frame)
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(path)
    return pd.read_parquet(path)


def _mend(frame: pd.DataFrame) -> None:
    """A station that was silent reads what the other airports read at that hour: its outage is a fault, not a null."""
    silent = frame["temp"].isna()
    for c in WEATHER:
        gone = silent & frame[c].isna()
        other = frame.groupby("scheduled_at")[c].transform("mean").fillna(frame[c].ffill())
        frame.loc[gone, c] = other[gone]


def _derive(frame: pd.DataFrame) -> None:
    """Columns that a feature store would add: of the same rows, hours ago, and of other airports."""
    hour = frame["scheduled_at"].dt.floor("h")
    weather = frame.assign(hour=hour).groupby(["origin", "hour"], as_index=False)[WEATHER].first()
    grid = pd.MultiIndex.from_product(
        [sorted(frame["origin"].unique()), pd.date_range(hour.min(), hour.max(), freq="h")], names=["origin", "hour"]
    )
    full = weather.set_index(["origin", "hour"]).reindex(grid).groupby(level=0).ffill()
    here = pd.MultiIndex.from_arrays([frame["origin"], hour])
    for lag in (3, 24):
        earlier = full.groupby(level=0).shift(lag).reindex(here)
        for c in WEATHER:
            frame[f"{c}_{lag}h"] = earlier[c].to_numpy()
    around = full.groupby(level=1).mean().reindex(hour)
    for c in WEATHER:
        frame[f"{c}_region"] = around[c].to_numpy()
    frame["warming"] = frame["temp"] - frame["temp_3h"]
    frame["falling"] = frame["pressure"] - frame["pressure_24h"]
    frame["dew_gap"] = frame["temp"] - frame["dewp"]
    frame["age"] = 2013 - frame["plane_year"]
    frame["duration"] = (frame["arr_minute"] - frame["dep_minute"]) % 1440
    frame["speed"] = frame["distance"] / frame["duration"].clip(lower=20)
    frame["log_distance"] = np.log(frame["distance"])
    frame["leaving"] = frame.groupby(["origin", hour])["distance"].transform("size").astype(float)
    frame["of_carrier"] = frame.groupby(["carrier", "day"])["distance"].transform("size").astype(float)
    frame["route"] = frame["origin"] + "-" + frame["dest"]
    frame["desk"] = frame["carrier"] + "-" + frame["origin"]
    frame["band"] = pd.cut(frame["distance"], [0, 300, 800, 1500, 9999], labels=["short", "middle", "long", "far"])
    frame["band"] = frame["band"].astype(str)


def _predict(frame: pd.DataFrame) -> NDArray[np.float64]:
    """The chance that a flight is late, by a model that saw every second day."""
    seen = (frame["day"].dt.dayofyear % 2 == 0) & frame["late"].notna()
    model = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=15, random_state=0)
    used = frame[NUMERIC].to_numpy()
    model.fit(used[seen], frame["late"][seen].astype(int))
    out: NDArray[np.float64] = model.predict_proba(used)[:, 1]
    return out


def moved(weeks: int, fixed: Sequence[bool], g: np.random.Generator) -> list[int]:
    """A week for each week: each once, at most some weeks from home, the fixed ones at home."""
    free = [w for w in range(weeks) if not fixed[w]]
    order = np.argsort(np.arange(len(free)) + g.uniform(0, APART + 1, len(free)), kind="stable")
    out = list(range(weeks))
    for slot, k in zip(free, order, strict=True):
        out[slot] = free[k]
    return out


def resampled(columns: int, n: int, replicate: int, weeks: int = 51, budget: float = 3.0) -> Log:
    """A year of flights (or its first weeks) of about n rows a day, with 10, 50 or a multiple of 50 columns."""
    g = np.random.default_rng([columns, n, replicate])
    every, days, minutes = base()
    wide = [c for c in every if c != "late"]
    if len(wide) != BLOCK:
        raise ValueError(f"{len(wide)} columns were made from the flights, not {BLOCK}: {wide}")
    names = list(FEW) if columns < BLOCK else wide
    blocks = max(1, columns // BLOCK)
    closed = holidays.country_holidays("US", years=2013)
    every_week = [FIRST + timedelta(days=7 * w) for w in range(len(days) // 7)]
    special = [any(m + timedelta(days=d) in closed for d in range(-1, 8)) for m in every_week]
    plans = [moved(len(every_week), special, g) for _ in range(blocks)]
    zone, usual = ZoneInfo(ZONE), float(np.mean([len(d) for d in days]))
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=zone)
    windows = between("day", ZONE, begin, begin + timedelta(days=7 * weeks))

    def draw(day: int, block: int, size: int, r: np.random.Generator) -> NDArray[np.int64]:
        pool = days[7 * plans[block][day // 7] + day % 7]
        return pool[r.choice(len(pool), size, replace=size > 0.6 * len(pool))]

    def rows(window: Window) -> tuple[NDArray[np.int64], Columns]:
        local = window.start.astimezone(zone).date()
        day = (local - FIRST).days
        r = np.random.default_rng([columns, n, replicate, day])
        size = max(1, round(n * len(days[7 * plans[0][day // 7] + day % 7]) / usual))
        out: Columns = {}
        for block in range(blocks):
            drawn = draw(day, block, size, r)
            if block == 0:
                drawn = drawn[np.argsort(minutes[drawn], kind="stable")]
                home, out["late"] = drawn, _taken(every["late"], drawn)
            for c in names:
                out[c if block == 0 else f"{c}_{block}"] = _taken(every[c], drawn)
        at = micros(window.start) + 60_000_000 * minutes[home]
        return np.minimum(at, micros(window.end) - 1), out

    copies = ["", *(f"_{b}" for b in range(1, blocks))]
    numeric = tuple(c + s for s in copies for c in names if not isinstance(every[c], Words))
    return Log(
        name=f"{columns} columns, {n} rows",
        windows=windows,
        rows=rows,
        numeric=numeric,
        categorical=tuple(c + s for s in copies for c in names if isinstance(every[c], Words)),
        prediction="prediction",
        label="late",
        segment="carrier",
        zone=ZONE,
        country="US",
        budget=budget,
    )


def _taken(column: NDArray[np.float64] | Words, rows: NDArray[np.int64]) -> NDArray[np.float64] | Words:
    return Words(column.codes[rows], column.words) if isinstance(column, Words) else column[rows]
