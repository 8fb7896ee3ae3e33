"""A small shop's inference log, the same every time, on DuckDB and PostgreSQL, and a monitor of it.

Eight weeks of about 190 rows a day, fewer at weekends, when people buy otherwise; labels arrive six hours later. The
weeks hold a holiday and a clock change. Faults are planted by SQL, in a copy.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
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
FIRST = date(2024, 2, 5)  # a Monday
DAYS = 56
END = datetime(2024, 4, 1, tzinfo=ZoneInfo(ZONE))
BEGIN = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=ZoneInfo(ZONE))
LATER = END + timedelta(days=3)  # by then all labels are due
UNIT, NULLS, RECASED, DROP = 43, 46, 49, 52  # the days of the faults
TODAY = 50  # a Tuesday without a fault of its own
SHOPS = ("north", "south", "east", "west")
LOG = (
    ("id", "BIGINT"),
    ("sold_at", "TIMESTAMPTZ"),
    ("logged", "TIMESTAMPTZ"),
    ("amount", "{double}"),
    ("wait", "{double}"),
    ("shop", "{text}"),
    ("plan", "{text}"),
    ("score", "{double}"),
)
LABELS = (("id", "BIGINT"), ("y", "INTEGER"), ("known_at", "TIMESTAMPTZ"))
YAML = """\
monitor: {name}
store: {store}
source: {{url: "{url}", table: log}}
labels: {{table: labels, id: id, value: y, arrived: known_at, delay: 1 day}}
columns:
  id: id
  time: sold_at
  ingested: logged
  prediction: score
  numeric: [amount, wait]
  categorical: [shop, plan]
  segments: [shop]
window: {{every: day, zone: {zone}, start: {start}, wait: 2 hours}}
reference: {{country: US, look_back: 60 days, minimum: 3}}
alerts: {{budget: 1 per month}}
sinks: [ {{html: {{folder: {folder}/reports}}}} ]
actions: [ {{notify: {{log: {folder}/notices.jsonl}}}}, {{retrain: {{dag: refit, hold: false}}}} ]
"""


def windows() -> list[Window]:
    """All windows of the log."""
    return between("day", ZONE, BEGIN, END)


def day(number: int) -> Window:
    """The window of the n-th day, from 0."""
    return windows()[number]


def a_log(seed: int = 7) -> tuple[dict[str, Any], dict[str, Any]]:
    """The log and its labels, column by column."""
    g = np.random.default_rng(seed)
    columns: dict[str, list[Any]] = {name: [] for name, _ in LOG}
    for number, window in enumerate(windows()):
        weekend = number % 7 >= 5
        n = int(g.normal(110 if weekend else 220, 6))
        seconds = np.sort(g.integers(0, int((window.end - window.start).total_seconds()), n))
        at = np.datetime64(window.start.replace(tzinfo=None), "us") + seconds.astype("timedelta64[s]")
        amount = np.round(np.exp(g.normal(3.4 if weekend else 3.0, 0.6, n)), 2)
        wait = np.where(g.random(n) < 0.02, np.nan, g.normal(20, 4, n))
        shop = g.choice(SHOPS, n, p=[0.4, 0.3, 0.2, 0.1] if not weekend else [0.2, 0.3, 0.2, 0.3])
        plan = g.choice(["free", "plus", "pro"], n, p=[0.7, 0.2, 0.1])
        score = 1 / (1 + np.exp(-(0.04 * (np.nan_to_num(wait, nan=20.0) - 20) + g.normal(-0.8, 0.7, n))))
        made = (at, at + np.timedelta64(3, "s"), amount, wait, shop.astype(object), plan.astype(object), score)
        for (name, _), values in zip(LOG[1:], made, strict=True):
            columns[name].append(values)
    log = {name: np.concatenate(parts) for name, parts in columns.items() if parts}
    log = {"id": np.arange(len(log["sold_at"]), dtype=np.int64), **log}
    y = (g.random(len(log["id"])) < log["score"]).astype(np.int64)
    return log, {"id": log["id"], "y": y, "known_at": log["sold_at"] + np.timedelta64(6, "h")}


def write_duckdb(path: Path, log: Mapping[str, Any], labels: Mapping[str, Any]) -> str:
    """A DuckDB file with both tables; its URL."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table, columns, data in (("log", LOG, log), ("labels", LABELS, labels)):
            arrays = dict(data)
            connection.register("arrays", arrays)
            kinds = {name: kind.format(double="DOUBLE", text="VARCHAR") for name, kind in columns}
            spelled = ", ".join(f"CAST({_null(name, kind)} AS {kind}) AS {name}" for name, kind in kinds.items())
            connection.execute(f"CREATE TABLE {table} AS SELECT {spelled} FROM arrays ORDER BY id")
            connection.unregister("arrays")
    return f"duckdb:///{path}"


def _null(name: str, kind: str) -> str:
    return f"CASE WHEN NOT isnan({name}) THEN {name} END" if kind == "DOUBLE" else name


def write_postgres(url: str, log: Mapping[str, Any], labels: Mapping[str, Any]) -> None:
    """Both tables in an empty database."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for table, columns, data in (("log", LOG, log), ("labels", LABELS, labels)):
            ddl = ", ".join(f"{name} {kind.format(double='DOUBLE PRECISION', text='TEXT')}" for name, kind in columns)
            connection.execute(f"CREATE TABLE {table} ({ddl})".encode())
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in zip(*(_plain(data[name]) for name, _ in columns), strict=True):
                    copy.write_row(row)


def _plain(values: Any) -> Sequence[Any]:  # noqa: ANN401 - an array of any kind
    if values.dtype.kind == "M":
        return [v.replace(tzinfo=UTC) for v in values.astype("datetime64[us]").astype(object)]
    return [None if isinstance(v, float) and np.isnan(v) else v for v in values.tolist()]


def change(url: str, *statements: str) -> None:
    """Change a warehouse by SQL, on either engine."""
    if url.startswith("duckdb"):
        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for statement in statements:
                connection.execute(statement)
    else:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def inside(window: Window) -> str:
    """A condition that holds in one window, on either engine."""
    start, end = (f"TIMESTAMPTZ '{t:%Y-%m-%d %H:%M:%S}+00'" for t in (window.start, window.end))
    return f"sold_at >= {start} AND sold_at < {end}"


def a_monitor(url: str, folder: Path, *, store: str = "", name: str = "shop", **changes: str) -> Monitor:
    """The monitor of a warehouse; what it writes goes below `folder`. `changes`: text in the YAML → other text."""
    text = YAML.format(
        name=name, store=store or f"sqlite:///{folder}/store.db", url=url, zone=ZONE, start=FIRST, folder=folder
    )
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return parse_monitor(text, "shop.yaml")


def at_night(window: Window) -> datetime:
    """When a window's run is due."""
    return window.end + timedelta(hours=2)


def faults() -> list[str]:
    """Statements that plant the faults of the last weeks: a unit, nulls, a new category, half of the rows gone."""
    return [
        f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}",
        f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT + 1))}",
        f"UPDATE log SET wait = NULL WHERE id % 3 = 0 AND {inside(day(NULLS))}",
        f"UPDATE log SET plan = 'Pro' WHERE plan = 'pro' AND {inside(day(RECASED))}",
        f"DELETE FROM log WHERE id % 5 < 3 AND {inside(day(DROP))}",
    ]
