"""What profiling costs, against a bare scan of the same Parquet file in the same run.

python benchmarks/profile.py            # all of it; `--rounds 3` by default
python benchmarks/profile.py day hours  # some of it

day      1M rows x 50 columns as one window, against count, min, max, sum of the numbers and count of the strings
hours    the same day as 24 windows
month    28 days of 250,000 rows as 672 windows in one pass: peak memory, in a process of its own
stored   what one more stored window costs a reference: decode 50 columns' blobs and add them
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np
from measure import machine, run, workload  # type: ignore[import-not-found]  # beside this script

from tidegauge.comparing.shared_layouts import cut
from tidegauge.comparing.sides import Sides
from tidegauge.core.window import Window
from tidegauge.profiles.kinds.every import stack
from tidegauge.profiles.layouts.base import Layout
from tidegauge.profiles.log_mapping import LogMapping
from tidegauge.profiles.profile import profile_windows
from tidegauge.profiles.states.cells import Cells
from tidegauge.warehouses.duckdb import DuckDBWarehouse
from tidegauge.warehouses.file_items import Reach

SAMPLE = 1000  # rows kept of each window, as a monitor does by default
FIRST = datetime(2023, 11, 15, tzinfo=UTC)  # of the workload: day 19,676 since 1970
NUMBERS = tuple(f"f{i:02d}" for i in range(40))
WORDS = tuple(f"c{i:02d}" for i in range(10))


def hours(day: int, days: int = 1) -> list[Window]:
    """The hours of some days of the workload."""
    start = FIRST + timedelta(days=day)
    return [Window(start + timedelta(hours=h), start + timedelta(hours=h + 1), "hour") for h in range(24 * days)]


def layouts(path: Path) -> dict[str, Layout]:
    """Cut as `compare` cuts them; not part of any figure here."""
    with Sides() as sides:
        return cut(
            sides.open(path, "reference"), {"numeric": NUMBERS, "categorical": WORDS}, (*NUMBERS, *WORDS)
        ).layouts


def mapping(path: Path) -> LogMapping:
    """All 40 numbers and 10 strings of a file."""
    return LogMapping(f"read_parquet('{path}')", {"numeric": NUMBERS, "categorical": WORDS}, time="ts")


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def day(rounds: int, *, hourly: bool, sample: int = SAMPLE) -> None:
    """Print the ratio for the day of L, as one window or as 24."""
    _, current = workload("L")
    cells = layouts(workload("M")[0])
    warehouse = DuckDBWarehouse(":memory:", reach=Reach((str(current),)))
    windows = hours(28) if hourly else [Window(FIRST + timedelta(days=28), FIRST + timedelta(days=29), "day")]
    parts = [f"count({c}), min({c}), max({c}), sum({c})" for c in NUMBERS] + [f"count({c})" for c in WORDS]
    bare = f"SELECT {', '.join(f'{p} AS v{i}' for i, p in enumerate(', '.join(parts).split(', ')))} FROM '{current}'"
    kinds = warehouse.describe_item(f"(FROM '{current}')")
    log, pairs = mapping(current), []
    for _ in range(rounds + 1):
        scan = cpu(lambda: warehouse.fetch(bare))
        pairs.append((scan, cpu(lambda: list(profile_windows(warehouse, kinds, log, cells, {}, windows, sample)))))
    kept = pairs[1:]  # the first round warms the file cache
    ratio = median(b / a for a, b in kept)
    a, b = (median(p[i] for p in kept) for i in (0, 1))
    what, limit = ("24 windows", 10) if hourly else ("one window", 6)
    print(f"1M x 50, {what}: scan {a:.2f} s, profile {b:.2f} s CPU, ratio {ratio:.1f} (at most {limit})", flush=True)


def month() -> None:
    """Print the peak memory of 28 days hourly in one pass: an interpreter of its own, so that nothing else counts."""
    workload("L")
    workload("M")
    cost = run([sys.executable, __file__, "month-child"])
    print(
        f"7M x 50, 672 windows in one pass: {cost.cpu:.1f} s CPU, {cost.wall:.1f} s, "
        f"peak {cost.peak:.0f} MB (below 1000)",
        flush=True,
    )


def month_child() -> None:
    """The work of `month`, whose memory its parent reads."""
    reference, _ = workload("L")
    cells = layouts(workload("M")[0])
    warehouse = DuckDBWarehouse(":memory:", reach=Reach((str(reference),)))
    kinds = warehouse.describe_item(f"(FROM '{reference}')")
    rows = 0
    for some in profile_windows(warehouse, kinds, mapping(reference), cells, {}, hours(0, 28), SAMPLE):
        rows += sum(p.facts.rows for p in some)
    if rows != 7_000_000:
        raise SystemExit(f"{rows} rows were profiled, not 7,000,000")


def stored(rounds: int) -> None:
    """Print what each further stored window costs: the slope between references of 10 and of 110 windows."""
    _, current = workload("L")
    cells = layouts(workload("M")[0])
    warehouse = DuckDBWarehouse(":memory:", reach=Reach((str(current),)))
    kinds = warehouse.describe_item(f"(FROM '{current}')")
    window = hours(28)[12:13]
    ((profile,),) = profile_windows(warehouse, kinds, mapping(current), cells, {}, window)
    blobs = {c: s.to_row() for c, s in profile.whole.items()}

    def reference(n: int) -> None:
        stack(cells, [{c: Cells.from_row(b) for c, b in blobs.items()} for _ in range(n)])

    reference(10)
    slopes = [(cpu(lambda: reference(110)) - cpu(lambda: reference(10))) / 100 for _ in range(rounds)]
    size = sum(map(len, blobs.values()))
    print(
        f"each further stored window of 50 columns ({size / 1000:.0f} kB, {profile.facts.rows:,} rows): "
        f"{1000 * float(np.median(slopes)):.2f} ms CPU to decode and add (at most 1)",
        flush=True,
    )


def main(words: list[str]) -> None:
    """Measure what was asked for, or everything."""
    if words == ["month-child"]:
        month_child()
        return
    rounds = int(words.pop(words.index("--rounds") + 1)) if "--rounds" in words else 3
    asked = [w for w in words if w != "--rounds"] or ["day", "hours", "month", "stored"]
    print(machine())
    verbs: dict[str, Callable[[], None]] = {
        "day": lambda: day(rounds, hourly=False),
        "hours": lambda: day(rounds, hourly=True),
        "month": month,
        "stored": lambda: stored(rounds),
    }
    for what in asked:
        verbs[what]()


if __name__ == "__main__":
    main(sys.argv[1:])
