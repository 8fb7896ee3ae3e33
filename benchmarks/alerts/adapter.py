"""tidegauge as a monitor of the public alert benchmark: `benchmarks.alerts.adapter:Tidegauge`.

It goes the real way: rows into DuckDB, one profile statement a window, the store, the references, the decision,
with the defaults and nothing but the data set's schema. `score` is a what-if: the window is profiled from a table of
its own and decided against the stored history, and nothing is stored.
"""

import json
import shutil
import tempfile
import weakref
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import duckdb
import pandas as pd
from sqlalchemy import create_engine

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.grid import containing
from tidegauge.core.window import STAGES, Window
from tidegauge.monitor import Monitor, parse_monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.label_query import LabelledLog, profile_labels
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.profile import profile_windows
from tidegauge.stages.contract import label_mapping_of
from tidegauge.stages.input_observer import InputObserver
from tidegauge.stages.label_observer import LabelObserver
from tidegauge.stages.profiler import Profiler
from tidegauge.store.store import Store
from tidegauge.warehouses.duckdb import DuckDBWarehouse

TABLE, TRIAL = "log", "trial"


class Tidegauge:
    """One monitor of a data set, with the defaults."""

    def __init__(self, ds: Any) -> None:  # noqa: ANN401 - the benchmark's own class
        self.ds = ds
        self.home = Path(tempfile.mkdtemp(prefix="tidegauge-bench-"))
        weakref.finalize(self, shutil.rmtree, self.home, ignore_errors=True)
        self.duck = duckdb.connect(":memory:")
        self.until = self.closed = datetime.min.replace(tzinfo=UTC)  # the ends of what is decided, and of what is over
        self.open()

    def open(self) -> None:
        """Put the monitor, its store and its warehouse together."""
        self.monitor = _monitor(self.ds, self.home / "tidegauge.db")
        self.store = Store.open(self.monitor.expanded_store())
        self.pipeline = Pipeline(Profiler(self.monitor, DuckDBWarehouse(":memory:", connection=self.duck), self.store))

    def fit(self, history: list[tuple[pd.Timestamp, pd.DataFrame]]) -> None:
        """Put the clean past into the warehouse and backfill it."""
        for k, (start, frame) in enumerate(history):
            self._insert(start, frame, new=k == 0)
        first, last = self._window(history[0][0]), self._window(history[-1][0])
        self.pipeline.backfill(first.start, last.end)
        self.until = self.closed = last.end

    def update(self, start: pd.Timestamp, frame: pd.DataFrame) -> None:
        """A closed window joins the history: it is decided when the next one is asked for, with all since the last."""
        self._insert(start, frame, new=False)
        self.closed = self._window(start).end

    def _catch_up(self) -> None:
        """Decide the closed windows, one after the other, as a night does the hours of its day."""
        if self.closed > self.until:
            self.pipeline.backfill(self.until, self.closed)
            self.until = self.closed

    def score(self, start: pd.Timestamp, frame: pd.DataFrame) -> dict[str, Any]:
        """Decide a window as if it came next; nothing is kept."""
        self._catch_up()
        window = self._window(start)
        self._insert(start, frame, new=True, table=TRIAL)
        found = [d for stage in STAGES if (d := self._what_if(stage, window, frame)) is not None]
        columns: dict[str, float] = {}
        told = [d for d in found if d.verdict in (Verdict.ALERT, Verdict.BROKEN)]
        for d in told or found:  # a reader of an alert sees its own columns, not those of the stage that was fine
            for f in d.findings:
                columns[f.column] = max(columns.get(f.column, 0.0), f.strength)
        alert = bool(told)
        return {"alert": alert, "score": max(d.strength for d in found), "columns": columns, "messages": int(alert)}

    def fork(self) -> Self:
        """A copy that goes its own way: its own store, its own warehouse."""
        self._catch_up()
        other = type(self).__new__(type(self))
        other.ds = self.ds
        other.home = Path(tempfile.mkdtemp(prefix="tidegauge-bench-"))
        weakref.finalize(other, shutil.rmtree, other.home, ignore_errors=True)
        engines = [create_engine(f"sqlite:///{home / 'tidegauge.db'}") for home in (self.home, other.home)]
        raw = [e.raw_connection() for e in engines]
        here, there = (r.driver_connection for r in raw)
        if here is not None and there is not None:
            here.backup(there)
        for r in raw:
            r.close()
        other.duck = duckdb.connect(":memory:")
        other.duck.register("copy", self.duck.table(TABLE).to_arrow_table())
        other.duck.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM copy")
        other.open()
        other.until = other.closed = self.until
        return other

    def _what_if(self, stage: str, window: Window, frame: pd.DataFrame) -> Decision | None:
        decider = self.pipeline.decider(stage)
        if decider is None:
            return None
        layouts, segments = self.pipeline.profiler.profiles.layouts()
        contract = self.pipeline.profiler.contract
        mapping, warehouse = contract.mapping, self.pipeline.profiler.warehouse
        trial = replace(mapping, table=f'"{TRIAL}"')
        kinds, room = contract.kinds, decider.observer
        if isinstance(room, InputObserver):
            sample = self.monitor.sample
            ((profile,),) = profile_windows(warehouse, kinds, trial, layouts, segments, [window], sample=sample)
            look = room.observe_profile(window, profile, {})
        else:
            labels, layout = label_mapping_of(self.monitor, warehouse), layouts[self.ds.pred]
            assert labels is not None
            assert isinstance(layout, NumericLayout)
            assert isinstance(room, LabelObserver)
            labels = replace(labels, table=f'"{TRIAL}"', unit=room.measure.unit)
            ((counted,),) = profile_labels(
                warehouse, LabelledLog(kinds, kinds, trial, labels), layout, segments, [window]
            )
            look = room.observe_labels([counted.segments], (), len(frame))
        return decider.one(window, look, "what-if", decider.history(window)).decision

    def _window(self, start: pd.Timestamp) -> Window:
        instant = datetime.fromisoformat(start.isoformat()).replace(tzinfo=UTC)
        return containing(self.monitor.window.every, "UTC", instant)

    def _insert(self, start: pd.Timestamp, frame: pd.DataFrame, *, new: bool, table: str = TABLE) -> None:
        """Rows of one window, a microsecond apart, each with an id."""
        rows = frame.copy()
        rows[self.ds.categorical] = (
            rows[self.ds.categorical].astype(object).where(rows[self.ds.categorical].notna(), None)
        )
        rows["__at"] = pd.Timestamp(start).tz_localize("UTC") + pd.to_timedelta(range(len(rows)), unit="us")
        # the data has no id: a row that is logged twice is the same row again, so its content is its id
        rows["__id"] = pd.util.hash_pandas_object(frame, index=False).to_numpy().view("i8")
        self.duck.register("incoming", rows)
        if new:
            types = ", ".join(
                f'CAST("{c}" AS {"DOUBLE" if c in self.ds.numeric else "VARCHAR"}) AS "{c}"' for c in self.ds.columns
            )
            self.duck.execute(f'CREATE OR REPLACE TABLE {table} AS SELECT {types}, "__at", "__id" FROM incoming')
        else:
            self.duck.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        self.duck.unregister("incoming")


def _monitor(ds: Any, store: Path) -> Monitor:  # noqa: ANN401 - the benchmark's own class
    """The schema as a monitor file: roles, season and country, and every default."""
    features = [c for c in ds.numeric if c not in (ds.pred, ds.label)]
    content: dict[str, Any] = {
        "monitor": "bench",
        "store": f"sqlite:///{store}",
        "source": {"url": "duckdb:///:memory:", "table": TABLE},
        "columns": {
            "id": "__id",
            "time": "__at",
            "prediction": ds.pred,
            "numeric": features,
            "categorical": list(ds.categorical),
            "segments": [ds.segment] if ds.segment else [],
        },
        "window": {"every": "hour" if ds.freq == "h" else "day", "zone": "UTC"},
        "reference": {"country": ds.country},
    }
    if ds.label:
        content["labels"] = {"table": TABLE, "id": "__id", "value": ds.label, "delay": "0 days"}
    return parse_monitor(json.dumps(content), "bench.yml")
