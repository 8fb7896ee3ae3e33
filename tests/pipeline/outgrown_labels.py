"""Labels whose first weeks say nothing: a sentinel, zeros until they were kept, one class, no scores yet."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tests.pipeline.outgrown import FIRST, ROWS, VALUES, windows
from tidegauge.monitor import Monitor, parse_monitor

SHIFTED = 81  # the day on which labels are others
KINDS = ("numbers", "zeros", "scores", "classes")
YAML = """\
monitor: grown
store: sqlite:///{folder}/store.db
source: {{url: "duckdb:///{path}", table: log}}
labels: {{table: labels, id: id, value: y, arrived: known_at, delay: 1 day}}
columns: {{id: id, time: sold_at, prediction: guess}}
window: {{every: day, zone: America/New_York, start: {start}}}
reference: {{look_back: 120 days, minimum: 3}}
alerts: {{budget: 1 per month}}
sample: 0
"""


def a_log(kind: str, seed: int = 3) -> dict[str, Any]:
    """Predictions and labels, row by row."""
    g = np.random.default_rng(seed)
    parts: list[tuple[Any, ...]] = []
    for number, window in enumerate(windows()):
        n = int(g.normal(ROWS, 4))
        seconds = np.sort(g.integers(0, int((window.end - window.start).total_seconds()), n))
        at = np.datetime64(window.start.replace(tzinfo=None), "us") + seconds.astype("timedelta64[s]")
        parts.append((at, *_day(kind, g, n, there=number >= VALUES, shifted=number == SHIFTED)))
    sold, guess, y = (np.concatenate([p[k] for p in parts]) for k in range(3))
    return {"id": np.arange(len(sold), dtype=np.int64), "sold_at": sold, "guess": guess, "y": y}


def _day(kind: str, g: np.random.Generator, n: int, *, there: bool, shifted: bool) -> tuple[Any, Any]:
    if kind in ("numbers", "zeros"):
        guess = g.normal(20, 4, n)
        y = guess + g.normal(0, 2, n) + 6.0 * shifted  # one interquartile range of the labels
        return guess, y if there else np.full(n, -999.0 if kind == "numbers" else 0.0)
    if kind == "scores":
        score = g.beta(0.5, 1, n)
        y = (g.random(n) < score).astype(np.float64)
        return (score[::-1] if shifted else score) if there else np.full(n, -1.0), y
    names = np.array(["bread", "cheese", "milk"], dtype=object)
    true, wrong = g.choice(3, n, p=[0.5, 0.3, 0.2]), g.random(n) < 0.1
    guess = np.where(wrong, (true + 1) % 3, true)
    nothing = np.full(n, "unknown", dtype=object)
    return (names[guess], names[(true + 1) % 3 if shifted else true]) if there else (nothing, nothing)


def write(kind: str, folder: Path) -> Path:
    """The log and its labels, which come six hours later, as a DuckDB file."""
    path, log = folder / "grown.duckdb", a_log(kind)
    with duckdb.connect(str(path)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("arrays", log)
        connection.execute("CREATE TABLE log AS SELECT id, CAST(sold_at AS TIMESTAMPTZ) AS sold_at, guess FROM arrays")
        known = "CAST(sold_at AS TIMESTAMPTZ) + INTERVAL 6 HOURS"
        connection.execute(f"CREATE TABLE labels AS SELECT id, y, {known} AS known_at FROM arrays")
    return path


def a_monitor(path: Path, folder: Path) -> Monitor:
    """The monitor of that log; its store lies in `folder`."""
    return parse_monitor(YAML.format(path=path, folder=folder, start=FIRST), "grown.yaml")
