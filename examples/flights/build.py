"""Build the demo's warehouse: a year of real flights, a model's predictions of them, and the labels a day later.

    python -m examples.flights.build .demo

Writes `flights.duckdb` (tables inference_log and labels, by the contract in sql/warehouse/) and the model that wrote
the log, `models/delay-2013-q1.pickle`. The same packages give the same rows. About ten seconds.
"""

import sys
from pathlib import Path

import duckdb
import pandas as pd

from examples.flights import faults
from examples.flights.model import FIRST, DelayModel
from examples.flights.source import CATEGORICAL, FEATURES, NUMERIC, flights
from examples.flights.when import ZONE
from tidegauge.warehouses import sql

TYPES = dict.fromkeys(NUMERIC, "DOUBLE") | dict.fromkeys(CATEGORICAL, "VARCHAR")
LOG_STARTS = "2013-04-01"  # the model learns from the months before


def build(home: Path) -> Path:
    """Make the warehouse in `home` from nothing; returns its path. An older one is replaced."""
    frame = flights()
    past, present = frame[frame["day"] < LOG_STARTS], frame[frame["day"] >= LOG_STARTS].reset_index(drop=True)
    model = DelayModel.fit(past, FIRST)
    model.save(home / "models" / f"{FIRST}.pickle")
    return write(home / "flights.duckdb", *tables(present, model))


def tables(frame: pd.DataFrame, model: DelayModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The inference log and the labels of `frame`, with the listed faults in them."""
    frame = frame.astype(dict.fromkeys(NUMERIC, float))
    faults.inflict(frame, "model")
    frame["score"] = model.score(frame)
    faults.inflict(frame, "log")
    faults.inflict(frame, "labels")
    # The scorer hands over what it wrote at five past each hour, before the night's monitor looks.
    frame["logged_at"] = frame["scheduled_at"].dt.floor("h") + pd.Timedelta(minutes=65)
    frame["model_version"] = model.version
    log = frame[["flight_id", "scheduled_at", "logged_at", "model_version", *FEATURES, "score"]]
    # Arrivals of a day are published the next morning, a few at a time from six to noon.
    morning = (frame["day"] + pd.Timedelta(days=1)).dt.tz_localize(ZONE).dt.tz_convert("UTC") + pd.Timedelta(hours=6)
    frame["arrived_at"] = morning + pd.to_timedelta(frame["flight_id"] % 360, unit="m")
    known = frame[frame["late"].notna()]  # a cancelled flight never gets a label
    return log, known[["flight_id", "late", "arrived_at"]].astype({"late": "int8"})


def write(path: Path, log: pd.DataFrame, labels: pd.DataFrame) -> Path:
    """Both tables into a new DuckDB file, each in one statement."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            _ddl("inference_log", features=TYPES, id="flight_id", time="scheduled_at", prediction="score")
        )
        connection.execute(_ddl("labels", id="flight_id", value="late", value_type="TINYINT"))
        connection.register("log", log)
        connection.register("truth", labels)
        connection.execute("INSERT INTO inference_log SELECT * FROM log")
        connection.execute("INSERT INTO labels SELECT * FROM truth")
    return path


def _ddl(table: str, **parameters: object) -> str:
    """The contract's statement for a table, with the demo's own names in it."""
    return sql.template(f"warehouse/{table}.duckdb.sql").render(**parameters)


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else ".demo")))
