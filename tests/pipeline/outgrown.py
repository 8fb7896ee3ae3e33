"""A log whose first weeks say nothing: a sentinel where an amount will be, no plan at all, one constant; then values.

The points at which columns may be cut again are Mondays four weeks apart; the first of the log's days is one.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import psycopg

from tidegauge.core.grid import between
from tidegauge.core.window import Window
from tidegauge.monitor import Monitor, parse_monitor

ZONE = "America/New_York"
FIRST = date(2024, 1, 8)
STRETCH = 28
VALUES = 31  # the day from which there are values: so the first weeks are full of the sentinel
DAYS = 112
POINT = 2 * STRETCH  # where the columns are cut again: the stretch before has both
ROWS = 120
WIDTH = 5.4  # the interquartile range of the amounts
BEGIN = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=ZoneInfo(ZONE))
LOG = (
    ("id", "BIGINT"),
    ("sold_at", "TIMESTAMPTZ"),
    ("amount", "{double}"),
    ("fee", "{double}"),
    ("wait", "{double}"),
    ("plan", "{text}"),
    ("score", "{double}"),
)
YAML = """\
monitor: grown
store: sqlite:///{folder}/store.db
source: {{url: "{url}", table: log}}
columns:
  id: id
  time: sold_at
  prediction: score
  numeric: [amount, fee, wait]
  categorical: [plan]
window: {{every: day, zone: America/New_York, start: {start}}}
reference: {{look_back: 120 days, minimum: 3}}
alerts: {{budget: 1 per month}}
sample: {sample}
sinks: [ {{html: {{folder: {folder}/reports}}}} ]
actions: [ {{notify: {{log: {folder}/notices.jsonl}}}} ]
"""


def windows() -> list[Window]:
    """All windows of the log."""
    end = datetime.fromordinal(FIRST.toordinal() + DAYS).replace(tzinfo=ZoneInfo(ZONE))
    return between("day", ZONE, BEGIN, end)


def day(number: int) -> Window:
    """The window of the n-th day, from 0."""
    return windows()[number]


def a_log(seed: int = 3) -> dict[str, Any]:
    """The log, column by column."""
    g = np.random.default_rng(seed)
    parts: list[tuple[Any, ...]] = []
    for number, window in enumerate(windows()):
        n = int(g.normal(ROWS, 4))
        seconds = np.sort(g.integers(0, int((window.end - window.start).total_seconds()), n))
        at = np.datetime64(window.start.replace(tzinfo=None), "us") + seconds.astype("timedelta64[s]")
        there = number >= VALUES
        amount = g.normal(20, 4, n) if there else np.full(n, -999.0)
        fee = np.round(g.exponential(3, n), 1) if there else np.full(n, np.nan)
        plan = g.choice(["free", "plus", "pro"], n, p=[0.6, 0.3, 0.1]) if there else np.full(n, None)
        parts.append((at, amount, fee, g.normal(5, 1, n), plan.astype(object), g.random(n)))
    columns = [np.concatenate([p[k] for p in parts]) for k in range(len(LOG) - 1)]
    log = dict(zip([name for name, _ in LOG[1:]], columns, strict=True))
    return {"id": np.arange(len(log["sold_at"]), dtype=np.int64), **log}


def write(url: str, folder: Path) -> str:
    """The log on an engine: "duckdb", or the URL of an empty database of PostgreSQL; its URL."""
    log = a_log()
    rows = [[_plain(v) for v in row] for row in zip(*(log[name].tolist() for name, _ in LOG), strict=True)]
    if url.startswith("postgres"):
        ddl = ", ".join(f"{name} {kind.format(double='DOUBLE PRECISION', text='TEXT')}" for name, kind in LOG)
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE TABLE log ({ddl})".encode())
            with connection.cursor() as cursor, cursor.copy(b"COPY log FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([f"{v}+00" if isinstance(v, datetime) else v for v in row])
        return url
    ddl = ", ".join(f"{name} {kind.format(double='DOUBLE', text='VARCHAR')}" for name, kind in LOG)
    with duckdb.connect(str(folder / "grown.duckdb")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE log ({ddl})")
        arrays = log  # DuckDB finds it by its name
        connection.register("arrays", arrays)
        spelled = ", ".join(f"CASE WHEN NOT isnan({n}) THEN {n} END" if k == "{double}" else n for n, k in LOG)
        connection.execute(f"INSERT INTO log SELECT {spelled} FROM arrays ORDER BY id")
    return f"duckdb:///{folder}/grown.duckdb"


def _plain(value: Any) -> Any:  # noqa: ANN401 - of an array of any kind
    return None if isinstance(value, float) and np.isnan(value) else value


def a_monitor(url: str, folder: Path, sample: int = 0) -> Monitor:
    """The monitor of that log; what it writes goes below `folder`."""
    return parse_monitor(YAML.format(url=url, folder=folder, start=FIRST, sample=sample), "grown.yaml")
