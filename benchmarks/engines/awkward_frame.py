"""The law of engines with many rows: DuckDB's bytes against Spark's, by days and by hours.

python -m benchmarks.engines.awkward_frame [ROWS]
"""

import sys
import tempfile
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from tests.laws.awkward import cut, write
from tests.laws.test_engines_agree import DAYS, ENDS, MAPPING, kept
from tidegauge.core.window import Window
from tidegauge.warehouses import open_warehouse
from tidegauge.warehouses.duckdb import DuckDBWarehouse


def main() -> int:
    """Days with 1,000 sampled rows, hours with 100."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    count = int((ENDS[-1] - ENDS[0]) / timedelta(hours=1))
    ends = [ENDS[0] + timedelta(hours=k) for k in range(count + 1)]
    hours = [Window(a, b, "hour") for a, b in pairwise(ends)]
    wrong = 0
    with tempfile.TemporaryDirectory() as made:
        connection = write(Path(made), rows)
        layouts = cut(connection)
        duck = DuckDBWarehouse(":memory:", connection=connection)
        with open_warehouse(f"spark://local:2/{made}") as spark:
            for name, windows, sample in (("days", DAYS, 1000), ("hours", hours, 100)):
                began = time.perf_counter()
                one, two = (kept((w, ""), layouts, MAPPING, windows, sample) for w in (duck, spark))
                took = time.perf_counter() - began
                states = sum(len(w["whole"]) + len(w["segments"]) + 2 for w in one)
                other = sum(a != b for a, b in zip(one, two, strict=True))
                wrong += other
                print(f"{rows:,} rows, {len(windows)} {name}: {states:,} states, {other} windows differ; {took:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
