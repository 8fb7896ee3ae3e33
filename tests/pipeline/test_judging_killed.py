"""A judge may be killed at any instant: the next one takes the same looks as one in peace."""

import multiprocessing
import os
import shutil
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tests.pipeline.test_challengers import DATA, LATER, MONITOR, record
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.challengers import challengers, judge, register
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline

KILLS = 5
fork = multiprocessing.get_context("fork")


def judged(monitor: Path, names: tuple[str, ...]) -> None:
    """Register some challengers and take every look that is due."""
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        for name in names:
            register(pipeline, record(monitor, name, name))
        for one in challengers(pipeline):
            judge(pipeline, one, LATER)


def found(monitor: Path) -> list[tuple[str, str, list[str]]]:
    """What is stored of each challenger: its version, its state, and the looks as text."""
    with open_pipeline(load_monitor(monitor), Past.PROFILED) as pipeline:
        return sorted(
            (c.version, c.state, [repr(sorted(look.items())) for look in c.looks]) for c in challengers(pipeline)
        )


def test_killed_at_any_write_the_next_judge_finds_what_one_in_peace_finds(tmp_path: Path) -> None:
    home = tmp_path / "log"
    home.mkdir()
    with duckdb.connect(str(home / "log.duckdb")) as connection:
        connection.execute(DATA)
    monitor = home / "my.yml"
    monitor.write_text(MONITOR.format(place=home))
    with open_pipeline(load_monitor(monitor), Past.BEGINS) as pipeline:
        pipeline.backfill(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 4, tzinfo=UTC))
    clean = tmp_path / "clean"
    stores = [path for path in home.iterdir() if path.name.endswith((".db", ".db-wal", ".db-shm"))]
    assert stores
    clean.mkdir()
    for path in stores:
        shutil.copy(path, clean)
    names = ("good", "bad", "odds")
    begun = time.monotonic()
    judged(monitor, names)
    lasts, expected = time.monotonic() - begun, found(monitor)
    assert all(looks for _, _, looks in expected)
    for path in stores:
        path.unlink(missing_ok=True)
    for path in clean.iterdir():
        shutil.copy(path, home)
    for k in range(KILLS):
        process = fork.Process(target=judged, args=(monitor, names))
        process.start()
        time.sleep(lasts * (k + 1) / (KILLS + 1))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    judged(monitor, names)
    assert found(monitor) == expected
