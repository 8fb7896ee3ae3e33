"""Is what a window says that it would have seen true? Changes of the stated size, and of half of it, in real flights.

    python -m benchmarks.alerts.detectable HOME              # 100 normal days of flights; goes on where it stopped
    python -m benchmarks.alerts.detectable HOME --days 20    # fewer
    python -m benchmarks.alerts.detectable HOME --table      # what has been run so far

Of each day the rows come out of the warehouse, each column is changed by SQL (a shift up or down, values gone missing
by a hash of the row's id, rows moved to the second most frequent category), and one profile statement counts all the
changed days. Each is then judged by what was known that morning, exactly as the day itself was. Stated at 90 % power:
found in 80 to 98 of 100, at half the size in fewer than half.

HOME keeps the warehouse, the store and the answers (detectable.jsonl); about six seconds of CPU a day, and fifteen for
each week's statement.
"""

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.alerts import year
from benchmarks.alerts.against import engine, write
from benchmarks.alerts.year import FIRST, LAST, LOG, opened
from tidegauge.core.decision import Detectable
from tidegauge.core.window import Window
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.profile import Profile, profile_windows
from tidegauge.sensitivity.sensitivity import sensitivity_of
from tidegauge.sensitivity.trial import ColumnTrial
from tidegauge.stages.decider import VERSION
from tidegauge.stages.input_observer import InputObserver

ANSWERS, PLANTED = "detectable.jsonl", "planted"
DAYS, HISTORY = 100, 120  # days that changes are planted in; of history before the first of them
PARTS = (1.0, 0.5)  # of the stated size


@dataclass(frozen=True)
class Change:
    """One change of one column, and the SQL that stands in the column's place."""

    column: str
    kind: str  # shift, missing or moved
    part: float  # of the stated size
    stated: float  # in the column's own unit, or a share of rows
    sql: str


def prepare(home: Path) -> None:
    """The year of flights, and its history decided."""
    year.prepare(home)
    with opened(home) as (pipeline, _):
        pipeline.backfill(FIRST, LAST)  # what is there already is not made again


def changes(found: Detectable, layout: Layout, window: Window) -> Iterator[Change]:
    """What is planted in one column: the stated sizes, and half of each. What is never seen is not planted."""
    name = f'"{found.column}"'
    sign = 1 if hashlib.sha256(f"{found.column}{window.key}".encode()).digest()[0] % 2 else -1
    lot = f"md5(CAST(flight_id AS VARCHAR) || '{found.column}')"
    for part in PARTS:
        sizes = {k: getattr(found, k) for k in ("shift", "missing", "moved")}
        for kind, size in sizes.items():
            if not np.isfinite(size):
                continue
            hit = f"{lot} < '{round(min(part * size, 1 - 1e-9) * 16**8):08x}'"
            if kind == "shift" and isinstance(layout, NumericLayout):
                by = part * size
                if layout.whole:
                    by = float(np.floor(by))
                if not by:
                    continue
                sql = f"{name} + CAST({sign * by!r} AS DOUBLE)"
            elif kind == "missing":
                sql = f"CASE WHEN {hit} THEN NULL ELSE {name} END"
            elif isinstance(layout, CategoricalLayout):
                second = layout.values[1].replace("'", "''")
                sql = f"CASE WHEN {hit} THEN '{second}' ELSE {name} END"
            else:
                continue
            yield Change(found.column, kind, part, float(size), sql)


def profiles(pipeline: Pipeline, duck: duckdb.DuckDBPyConnection, window: Window, some: list[Change]) -> list[Profile]:
    """The day's profile with each of the changes in it: as many days side by side, counted in one statement."""
    layouts, segments = pipeline.profiler.profiles.layouts()
    contract = pipeline.profiler.contract
    length = window.end - window.start
    duck.execute(f"CREATE OR REPLACE TABLE {PLANTED} AS SELECT * FROM {LOG} WHERE FALSE")
    here = f"scheduled_at >= TIMESTAMPTZ '{window.start}' AND scheduled_at < TIMESTAMPTZ '{window.end}'"
    for k, change in enumerate(some):
        later = f"INTERVAL '{k * int(length.total_seconds())} seconds'"
        moved = f"scheduled_at + {later} AS scheduled_at, logged_at + {later} AS logged_at"
        duck.execute(
            f'INSERT INTO {PLANTED} SELECT * REPLACE ({change.sql} AS "{change.column}", {moved}) '
            f"FROM {LOG} WHERE {here}"
        )
    windows = [Window(window.start + k * length, window.end + k * length, window.kind) for k in range(len(some))]
    mapping = replace(contract.mapping, table=f'"{PLANTED}"')
    out: list[Profile] = []
    for made in profile_windows(
        pipeline.profiler.warehouse, contract.kinds, mapping, layouts, segments, windows, pipeline.monitor.sample
    ):
        out += [replace(p, window=w) for p, w in zip(made, windows[len(out) :], strict=False)]
    return out


def go(home: Path, days: int) -> None:
    """Every day that is missing; each leaves a line."""
    place = home / ANSWERS
    done = {json.loads(line)["window"] for line in place.read_text().splitlines()} if place.exists() else set[str]()
    with opened(home) as (pipeline, duck):
        decider = pipeline.decider("inputs")
        if decider is None or not isinstance(decider.observer, InputObserver):
            raise SystemExit("There is nothing to decide.")
        room = decider.observer
        layouts, _ = pipeline.profiler.profiles.layouts()
        every = sorted(pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs"))
        history = decider.history(every[-1])
        some = every[-days - 5 : -5] if days <= DAYS else every[HISTORY:]
        for window in some:
            if window.key in done:
                continue
            trial = ColumnTrial(window, decider, room, history)
            sensitivity = sensitivity_of(decider, window)
            if not trial.normal or sensitivity is None or not sensitivity.columns:
                continue
            wanted = [c for d in sensitivity.columns for c in changes(d, layouts[d.column], window)]
            found = []
            for change, profile in zip(wanted, profiles(pipeline, duck, window, wanted), strict=True):
                fit = room.relating.fit(window) if room.relating else None
                sample = room.measure.sample(profile, lambda _, past: room.profiles.cells(past), fit)
                judged = trial.judged(sample)
                found.append(asdict(change) | {"found": bool(judged.sudden > 1)})
            with place.open("a") as out:
                out.write(json.dumps({"window": window.key, "changes": found}) + "\n")
            print(f"{datetime.now(UTC):%H:%M:%S} {window.key}", flush=True)


def table(place: Path) -> str:
    """Found of the days, at the stated size and at half of it, as Markdown."""
    days = [json.loads(line) for line in place.read_text().splitlines()]
    tally: dict[tuple[str, str], dict[float, list[bool]]] = defaultdict(lambda: defaultdict(list))
    sizes: dict[tuple[str, str], list[float]] = defaultdict(list)
    for day in days:
        for c in day["changes"]:
            tally[c["column"], c["kind"]][c["part"]].append(c["found"])
            if c["part"] == 1:
                sizes[c["column"], c["kind"]].append(c["stated"])
    lines = [
        (
            f"{len(days)} days of flights, {days[0]['window'][4:14]} to {days[-1]['window'][4:14]}, on {engine()}; "
            f"version {VERSION} of the way decisions are made."
        ),
        "",
        "| column | change | stated (median) | found at the stated size | found at half of it |",
        "|---|---|---|---|---|",
    ]
    for (column, kind), found in sorted(tally.items(), key=lambda item: (item[0][1], item[0][0])):
        shown = [f"{sum(found[p])} of {len(found[p])}" if found[p] else "–" for p in PARTS]
        lines.append(f"| {column} | {kind} | {np.median(sizes[column, kind]):.3g} | {shown[0]} | {shown[1]} |")
    return "\n".join(lines)


def main() -> None:
    """Run what is missing, then print the table."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("home", type=Path)
    words.add_argument("--days", type=int, default=DAYS)
    words.add_argument("--table", action="store_true", help="run nothing")
    words.add_argument("--write", action="store_true", help="write the table into docs/benchmark.md")
    asked = words.parse_args()
    if not asked.table:
        prepare(asked.home.resolve())
        go(asked.home.resolve(), asked.days)
    text = table(asked.home / ANSWERS)
    print(text)
    if asked.write:
        write(text, "detectable")


if __name__ == "__main__":
    main()
