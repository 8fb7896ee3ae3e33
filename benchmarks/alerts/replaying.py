"""A log through the real path, window after window, and what was alerts: warehouse, profiles, store, decisions."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from benchmarks.alerts.logs import TABLE, Log
from tidegauge.core.decision import Verdict
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor import parse_monitor
from tidegauge.monitor.durations import PER_MONTH
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.stages.profiler import Profiler
from tidegauge.store.store import Store
from tidegauge.warehouses.duckdb import DuckDBWarehouse

FIRST_STRETCH = timedelta(days=28)  # that layouts are cut from
CHUNK = 4_000_000  # values that lie in the warehouse at once, after the first look
ALARMING = (Verdict.ALERT, Verdict.BROKEN)


@dataclass(frozen=True)
class Outcome:
    """What a log without a fault led to: every notice is a false one."""

    name: str
    judged: int  # windows with a verdict, of those that count
    budgeted: float  # notices that the stated budget allows in them
    alerts: int  # windows that alerted, stage by stage
    notices: int  # incidents that began
    stages: dict[str, int]  # notices of each
    incidents: list[str]  # which: window, stage, columns

    def json(self) -> str:
        """For a file."""
        return json.dumps(asdict(self), indent=1)


def replay(log: Log, home: Path | None = None) -> Outcome:
    """Decide every window of a log as its nights would have, with the defaults."""
    with played(log, home) as pipeline:
        monitor = pipeline.monitor
        return _outcome(log, pipeline.store, monitor.name, monitor.alerts.budget / PER_MONTH[log.kind])


@contextmanager
def played(log: Log, home: Path | None = None) -> Iterator[Pipeline]:
    """What has decided every window of a log."""
    if home is None:
        with tempfile.TemporaryDirectory(prefix="tidegauge-null-") as folder, played(log, Path(folder)) as pipeline:
            yield pipeline
        return
    monitor = parse_monitor(json.dumps(log.monitor(str(home / "store.db"))), "null.yml")
    with duckdb.connect(":memory:") as duck, Store.open(monitor.expanded_store()) as store:
        pipeline = Pipeline(Profiler(monitor, DuckDBWarehouse(":memory:", connection=duck), store))
        next_id = 0
        for chunk in _chunks(log):
            # Rows leave when they have been profiled: no window is read twice, and a year of them fits no memory.
            for k, window in enumerate(chunk):
                rows = log.table(window, next_id)
                next_id += len(rows)
                duck.register("incoming", rows)
                make = f"CREATE OR REPLACE TABLE {TABLE} AS" if k == 0 else f"INSERT INTO {TABLE} BY NAME"
                duck.execute(f"{make} SELECT * FROM incoming")
                duck.unregister("incoming")
            pipeline.backfill(chunk[0].start, chunk[-1].end)
        yield pipeline


def _chunks(log: Log) -> Iterator[list[Window]]:
    """Runs of windows: the first look at once, then as many as fit."""
    stop = log.windows[0].start + FIRST_STRETCH
    first = [w for w in log.windows if w.end <= stop]
    yield first
    at = len(first)
    width = len(log.numeric) + len(log.categorical)
    values = max(1, len(log.rows(log.windows[at - 1])[0]) * width) if at < len(log.windows) else 1
    step = max(1, min(CHUNK // values, 7 * 24 if log.kind == "hour" else 28))
    for k in range(at, len(log.windows), step):
        yield list(log.windows[k : k + step])


def _outcome(log: Log, store: Store, monitor: str, per_window: float) -> Outcome:
    judged: dict[str, int] = {}
    alerts, notices, told = 0, dict[str, int](), list[str]()
    for stage in STAGES:
        every = store.decisions.outlines(monitor, stage)
        if not every:
            continue
        counts = {d.window for d in every if d.verdict is not Verdict.LEARNING and _counted(log, d.window)}
        judged[stage] = len(counts)
        alerts += sum(d.verdict in ALARMING and d.window in counts for d in every)
        begun = [i for i in store.incidents.of(monitor, stage) if i.first in counts]
        notices[str(stage)] = len(begun)
        told += [f"{i.first.key} {stage}: {', '.join(i.columns[:3])}" for i in begun]
    windows = sum(judged.values()) / max(len(judged), 1)
    return Outcome(log.name, round(windows), per_window * windows, alerts, sum(notices.values()), notices, sorted(told))


def _counted(log: Log, window: Window) -> bool:
    return log.since is None or window.start >= log.since
