"""Labels that come late: what a night of them costs in the engine, and whether any order ends in the same rows.

    python -m benchmarks.late_labels            # a year of days counted again each night; CPU of DuckDB, all threads
    python -m benchmarks.late_labels orders 50  # so many permutations of arrivals and looks; tests/pipeline has ten

A year is 275 windows of 930 rows with 20 segments; 70 % of the labels come in time, 27 % within 30 days, 3 % never.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.measure import machine
from tests.pipeline import late, test_late_labels
from tidegauge.core.grid import between
from tidegauge.core.window import Window
from tidegauge.profiles.cut_offs import CutOffs, Places
from tidegauge.profiles.label_arrivals import arrivals
from tidegauge.profiles.label_query import LabelledLog, LabelMapping, profile_labels
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.label_unit import USUAL, unit_of
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.warehouses.base import Rows
from tidegauge.warehouses.duckdb import DuckDBWarehouse

DAYS, ROWS, TIMES = 275, 930, 9
ZONE, DUE = "America/New_York", timedelta(days=1, hours=2)
NAMES = tuple(f"s{k:02}" for k in range(20))
MAPPING = LogMapping(
    '"log"', {"numeric": ("score",), "categorical": ("segment",)}, "moment", id="id", prediction="score",
    segments=("segment",),
)  # fmt: skip


class Timed(DuckDBWarehouse):
    """Adds up the CPU of its statements, of all threads."""

    spent = 0.0

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        start = time.process_time()
        found = super().fetch(sql, parameters or {})
        self.spent += time.process_time() - start
        return found


def year() -> tuple[Timed, list[Window]]:
    """The log and its labels, in memory."""
    g, n = np.random.default_rng(3), DAYS * ROWS
    start = datetime(2013, 1, 1, 5, tzinfo=UTC)
    windows = between("day", ZONE, start, start + timedelta(days=DAYS + 1))[:DAYS]
    at = np.concatenate([_instants(g, w) for w in windows])
    score = g.beta(1.5, 3.0, n)
    hours = np.where(g.random(n) < 0.7, 6, g.integers(36, 24 * 30, n))
    come = g.random(n) < 0.97
    log = {"id": np.arange(n), "moment": at, "score": score, "segment": g.choice(NAMES, n).astype(object)}
    truth = {"id": log["id"][come], "y": (g.random(n) < score)[come].astype(int)}
    truth["known"] = (at + hours.astype("timedelta64[h]"))[come]
    connection = duckdb.connect(":memory:")
    connection.execute("SET TimeZone = 'UTC'")
    for name, columns, time_ in (("log", log, "moment"), ("truth", truth, "known")):
        connection.register("given", columns)
        connection.execute(
            f"CREATE TABLE {name} AS SELECT * REPLACE (CAST({time_} AS TIMESTAMPTZ) AS {time_}) FROM given"
        )
        connection.unregister("given")
    return Timed(":memory:", connection=connection), windows


def _instants(g: np.random.Generator, window: Window) -> np.ndarray:
    seconds = np.sort(g.integers(0, int((window.end - window.start).total_seconds()), ROWS))
    return np.datetime64(window.start.replace(tzinfo=None), "us") + seconds.astype("timedelta64[s]")


def nights() -> None:
    """Ask which labels have come, and count all windows again at their newest cut-off; the middle of some times."""
    warehouse, windows = year()
    labels = LabelMapping('"truth"', "id", "y", "known", DUE, unit_of(None, USUAL))
    log = LabelledLog(warehouse.describe("log"), warehouse.describe("truth"), MAPPING, labels)
    cut_offs = CutOffs("day", ZONE, timedelta(hours=2), DUE, timedelta(days=400))
    now = windows[-1].end + DUE
    span = Places.of(cut_offs, {w: cut_offs.first(w) for w in windows}, now)
    until, layout = dict.fromkeys(windows, now), cut_numeric(np.random.default_rng(1).beta(1.5, 3.0, 20_000))

    def asked() -> None:
        list(arrivals(warehouse, log, span, windows))

    def counted() -> None:
        list(profile_labels(warehouse, log, layout, {"segment": NAMES}, windows, until, span))

    def as_before() -> None:
        list(profile_labels(warehouse, log, layout, {"segment": NAMES}, windows))

    print(machine())
    both = 0.0
    for name, work in (
        ("which labels have come", asked),
        ("all counted again", counted),
        ("without cut-offs", as_before),
    ):
        cpu = median(warehouse, work)
        both += cpu if work is not as_before else 0.0
        print(f"{name}: {cpu:.3f} CPU-s in the engine", flush=True)
    print(f"a night of a year's labels: {both:.3f} CPU-s")


def median(warehouse: Timed, work: Callable[[], None]) -> float:
    """The middle of what some times cost."""
    spent = []
    for _ in range(TIMES):
        warehouse.spent = 0.0
        work()
        spent.append(warehouse.spent)
    return statistics.median(spent)


def orders(number: int) -> None:
    """Each permutation against the store that looked once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("seen", "settled"):
            (folder / part).mkdir()
        seen = late.rows_seen(folder / "seen")
        url = late.copied(seen, folder / "settled")
        late.load(url, test_late_labels.LABELS, list(test_late_labels.EVERY))
        right = late.labels_seen(url, folder / "settled", late.LATEST)
        for seed in range(number):
            same = test_late_labels.in_any_order(seed, seen, folder / str(seed)) == right
            print(seed, "the same" if same else "ANOTHER", flush=True)
            if not same:
                raise SystemExit(1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["orders"]:
        orders(int(sys.argv[2]) if len(sys.argv) > 2 else 50)
    else:
        nights()
