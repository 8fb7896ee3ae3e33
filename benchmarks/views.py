"""What the views for BI cost: a monitor's year of days, on SQLite and on PostgreSQL, as a dashboard asks.

    python -m benchmarks.views [--years 1] [--monitors 5]

Two stages, an alert with a finding in every window, an incident and a delivery each, 37 numbers with a band in each
stage. Of the points one series is asked, as for one line; of the other views all rows of the monitor. Milliseconds, the
middle of nine; the bar is 50.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from statistics import median

from sqlalchemy import text

from benchmarks.measure import machine
from tests.services.postgres import MISSING, programs, running
from tests.store.samples import CLOCK, day, decision, incident, intent
from tidegauge.core.point import Series, SeriesPoint, Unit
from tidegauge.core.window import STAGES
from tidegauge.store.store import Store
from tidegauge.store.views import NAMES, PREFIX

BAR, TIMES, EACH = 50.0, 9, 37  # milliseconds; looks; series with a band in a stage
SERIES = [Series(f"c{k:02}", "location", unit=Unit.OWN, banded=True) for k in range(EACH)]
LINE = "\"column\" = 'c07' AND statistic = 'location' AND segment = '*'"


def fill(store: Store, monitor: str, days: int) -> None:
    """A year of it, decided oldest first."""
    for stage in STAGES:
        for number in range(days):
            window = day(number)
            points = [SeriesPoint(one, window, float(number), 1.0, 0.0, 2.0) for one in SERIES]
            opened = replace(incident(number, id_=f"{monitor}{stage}{number}"), monitor=monitor, stage=stage)
            asked = replace(intent(number), key=f"{monitor}/{stage}/{number}", monitor=monitor)
            batch = [(decision(number, stage=stage, monitor=monitor), b"", [asked], [opened])]
            store.decisions.commit_batch(batch, as_of=CLOCK, points={(stage, window): points})
    store.local_dates.put(monitor, {day(n): day(n).start.date() for n in range(days)})


def looks(store: Store, view: str, monitor: str) -> tuple[int, float]:
    """How many rows a look at a view gives, and the milliseconds that it takes."""
    where = f" AND stage = 'inputs' AND {LINE}" if view == "points" else ""
    asked, spent, rows = text(f"SELECT * FROM {PREFIX}{view} WHERE monitor = :m{where}"), [], 0
    for _ in range(TIMES):
        start = time.perf_counter()
        with store.database.reading() as connection:
            rows = len(connection.execute(asked, {"m": monitor}).all())
        spent.append((time.perf_counter() - start) * 1000)
    return rows, median(spent)


def of_engine(name: str, url: str, days: int, monitors: int) -> bool:
    """Whether each view kept to the bar."""
    fine = True
    with Store.open(url) as store:
        for k in range(monitors):
            fill(store, f"m{k}", days)
        for view in NAMES:
            rows, spent = looks(store, view, "m0")
            fine &= spent <= BAR and rows > 0
            print(f"{name}, {view}: {rows:,} rows in {spent:.1f} ms", flush=True)
    return fine


def main() -> int:
    """Measure both; 0 where all kept to the bar."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--years", type=int, default=1)
    asked.add_argument("--monitors", type=int, default=5, help="in the same store")
    options = asked.parse_args()
    days, binaries = 365 * options.years, programs()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        fine = of_engine("SQLite", f"sqlite:///{folder}/s.db", days, options.monitors)
    if binaries is None:
        sys.exit(MISSING)
    with running(binaries) as (url, _):
        fine &= of_engine("PostgreSQL", url.replace("postgresql://", "postgresql+psycopg://"), days, options.monitors)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
