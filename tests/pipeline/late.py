"""A small shop whose labels trickle in for days, and a store that has seen its rows and none of them."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tests.begun import open_pipeline
from tests.pipeline.world import a_log, a_monitor, day, write_duckdb
from tidegauge.monitor import Monitor

DAYS, LOOK_BACK = 8, 8  # so that no window is past looking at before the last night
LATEST = day(DAYS - 1).end + timedelta(days=1 + LOOK_BACK, hours=3)  # by then all has come that counts
LATE = {"delay: 1 day": f"delay: 1 day, look_back: {LOOK_BACK} days"}


def late_labels(seed: int = 5) -> dict[str, Any]:
    """Labels of which most come hours later, others days, those that are 1 later than those that are 0; some never."""
    log, labels = a_log()
    g = np.random.default_rng(seed)
    inside = log["sold_at"] < np.datetime64(day(DAYS - 1).end.replace(tzinfo=None), "us")
    y, at = labels["y"][inside], log["sold_at"][inside]
    hours = np.where(g.random(len(y)) < 0.6 - 0.3 * y, 6, g.integers(24, 24 * (LOOK_BACK + 4), len(y)))
    come = g.random(len(y)) < 0.97
    arrived = at + hours.astype("timedelta64[h]")
    return {"id": log["id"][inside][come], "y": y[come], "known_at": arrived[come]}


def warehouse(path: Path, labels: dict[str, Any] | None = None) -> str:
    """Its address; without labels, for they are loaded later."""
    log, _ = a_log()
    inside = log["sold_at"] < np.datetime64(day(DAYS - 1).end.replace(tzinfo=None), "us")
    none = {name: column[:0] for name, column in late_labels().items()}
    return write_duckdb(path, {name: column[inside] for name, column in log.items()}, labels or none)


def load(url: str, labels: dict[str, Any], some: Sequence[int]) -> None:
    """Put some labels into the table."""
    with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        given = {name: column[some] for name, column in labels.items()}
        connection.register("given", given)
        connection.execute("INSERT INTO labels SELECT id, y, known_at FROM given")


def monitor_of(folder: Path, **changes: str) -> Monitor:
    """By an address that is the same wherever the warehouse lies: a history is of its source."""
    return a_monitor("duckdb:///late.duckdb", folder, **(LATE | changes))


def rows_seen(folder: Path, **changes: str) -> tuple[Path, Path]:
    """A warehouse without labels, and a store that has decided on its rows."""
    url = warehouse(folder / "shop.duckdb")
    with open_pipeline(monitor_of(folder, **changes), url=url) as pipeline:
        windows = [day(k) for k in range(DAYS)]
        pipeline.profile(windows)
        pipeline.decide()
    return folder / "shop.duckdb", folder / "store.db"


def copied(seen: tuple[Path, Path], folder: Path) -> str:
    """A copy of both, to go on with; the warehouse's address."""
    folder.mkdir(exist_ok=True)
    for path in seen:
        shutil.copy(path, folder / path.name)
    return f"duckdb:///{folder}/shop.duckdb"


def labels_seen(url: str, folder: Path, as_of: datetime, **changes: str) -> str:
    """One look at labels; what the store says then."""
    with open_pipeline(monitor_of(folder, **changes), url=url) as pipeline:
        pipeline.run_due(as_of, live=False)
        return pipeline.store.dump()


def crowd(path: Path, days: int, rows: int, seed: int = 1) -> str:
    """A warehouse of many rows a day, whose labels that are 1 come later: 30 % of them in time, 80 % of the others."""
    g = np.random.default_rng(seed)
    n = days * rows
    at = np.concatenate([_instants(g, day(k).start, rows) for k in range(days)])
    score = g.beta(1.5, 3.0, n)
    y = (g.random(n) < score).astype(np.int64)
    log = {
        "id": np.arange(n),
        "sold_at": at,
        "logged": at,
        "amount": np.exp(g.standard_normal(n)),
        "wait": g.normal(20, 4, n),
        "shop": g.choice(["north", "south"], n).astype(object),
        "plan": g.choice(["free", "pro"], n).astype(object),
        "score": score,
    }
    soon = g.random(n) < np.where(y == 1, 0.3, 0.8)
    hours = np.where(soon, 6, g.integers(36, 24 * 5, n))
    return write_duckdb(path, log, {"id": log["id"], "y": y, "known_at": at + hours.astype("timedelta64[h]")})


def _instants(g: np.random.Generator, start: datetime, rows: int) -> np.ndarray[Any, Any]:
    seconds = np.sort(g.integers(0, 82_000, rows)).astype("timedelta64[s]")
    return np.asarray(np.datetime64(start.replace(tzinfo=None), "us") + seconds)
