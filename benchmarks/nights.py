"""What a night costs: CPU of `tidegauge run` as a whole process, on the ordinary nights and on that of the weekly work.

    python -m benchmarks.nights [--days 8] [--beside SRC]

20 columns × 1,000 rows a day in a DuckDB file, 60 days of them decided before. `--beside SRC` runs the source tree of
another commit (its `src` folder) on a copy of the same log, night by night, so that both meet the same load. A first
run of each writes bytecode into a folder of its own.
"""

import argparse
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measure import OUT, Cost, machine, run

HERE = Path(__file__).resolve().parents[1] / "src"
FIRST, DECIDED, ROWS = date(2024, 1, 1), 60, 1000
NUMBERS, WORDS = 16, 4
WEEKLY = 2  # times the cheapest night, from which on a night has had the weekly work in it
MONITOR = """monitor: nightly
source: {{url: "duckdb:///{folder}/log.duckdb", table: log}}
store: sqlite:///{folder}/store.db
window: {{every: day, zone: UTC}}
columns:
  id: id
  time: ts
  numeric: [{numbers}]
  categorical: [{words}]
"""


def fill(file: Path, days: int) -> None:
    """Write the log: every third number follows a hidden one."""
    import duckdb
    import pyarrow as pa

    g, n = np.random.default_rng(1), days * ROWS
    micros = np.arange(n) * (86_400_000_000 // ROWS)
    columns: dict[str, Any] = {"id": np.arange(n), "ts": np.datetime64(FIRST, "us") + micros.astype("timedelta64[us]")}
    hidden = g.standard_normal(n)
    for k in range(NUMBERS):
        columns[f"f{k:02d}"] = g.standard_normal(n) + (hidden if k % 3 == 0 else 0)
    for k in range(WORDS):
        known = np.array([f"v{v}" for v in range(3 + 4 * k)])
        columns[f"c{k}"] = known[g.integers(0, len(known), n)]
    table = pa.table(columns)
    with duckdb.connect(str(file)) as connection:
        connection.register("made", table)
        connection.execute("CREATE TABLE log AS FROM made")


def monitor(folder: Path) -> Path:
    """The monitor's file in a folder that has a log."""
    file = folder / "nightly.yml"
    numbers, words = (", ".join(c) for c in ([f"f{k:02d}" for k in range(NUMBERS)], [f"c{k}" for k in range(WORDS)]))
    file.write_text(MONITOR.format(folder=folder, numbers=numbers, words=words))
    return file


def tidegauge(source: Path, folder: Path, *words: str) -> Cost:
    """One verb in a process of its own, by the code in a source tree, with bytecode."""
    code = "import sys; from tidegauge.cli import main; sys.exit(main(sys.argv[1:]))"
    places = {"PYTHONPATH": str(source), "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    return run([sys.executable, "-c", code, *words], **places)


def night(source: Path, folder: Path, day: date) -> float:
    """CPU seconds of the night that judges a day."""
    file = str(folder / "nightly.yml")
    return tidegauge(source, folder, "run", file, "--window", day.isoformat(), "--clock-is-right").cpu


def main() -> None:
    """Decide the past, and run some nights."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--days", type=int, default=8)
    asked.add_argument("--beside", type=Path)
    options = asked.parse_args()
    sources = {"here": HERE} | ({"beside": options.beside.resolve()} if options.beside else {})
    home = OUT / "nights"
    shutil.rmtree(home, ignore_errors=True)
    for name in sources:
        (home / name).mkdir(parents=True)
    fill(home / "here" / "log.duckdb", DECIDED + options.days + 1)
    for name, source in sources.items():
        if name != "here":
            shutil.copy(home / "here" / "log.duckdb", home / name)
        file, end = monitor(home / name), FIRST + timedelta(days=DECIDED)
        tidegauge(source, home / name, "backfill", str(file), "--to", end.isoformat(), "--clock-is-right")
        night(source, home / name, end)  # it writes the bytecode, and does the work of its week
    print(machine())
    costs: dict[str, list[float]] = {name: [] for name in sources}
    for k in range(1, options.days + 1):
        day = FIRST + timedelta(days=DECIDED + k)
        for name, source in sources.items():
            costs[name].append(night(source, home / name, day))
        print(f"{day:%a %Y-%m-%d}", *(f"{name} {found[-1]:.2f}" for name, found in costs.items()), flush=True)
    for name, found in costs.items():
        usual = [c for c in found if c < WEEKLY * min(found)]
        print(f"{name}: {len(usual)} ordinary nights, median {median(usual):.2f} s CPU; in all {sum(found):.1f} s")
    if options.beside:
        pairs = zip(costs["here"], costs["beside"], strict=True)
        usual = [a / b for a, b in pairs if a < WEEKLY * min(costs["here"]) and b < WEEKLY * min(costs["beside"])]
        print(f"here against beside, median of {len(usual)} pairs of ordinary nights: {median(usual):.3f}")


if __name__ == "__main__":
    main()
