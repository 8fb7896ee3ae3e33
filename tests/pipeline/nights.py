"""What a scheduler's worker does, in a process that may be killed: light to import, for a server forks it."""

import time
from collections.abc import Sequence
from pathlib import Path

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, a_monitor, day
from tidegauge.actions.delivering import deliver


def work(url: str, folder: Path, begin: int, nights: Sequence[int]) -> None:
    """The backfill that a monitor begins with, then its nights, shown and told of; much may be done already."""
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        if day(begin) not in pipeline.store.profiles.revisions(pipeline.monitor.source_key, "inputs"):
            pipeline.backfill(BEGIN, day(begin).start)
    for number in nights:
        one_night(url, folder, number)


def one_night(url: str, folder: Path, number: int) -> None:
    """Run one window as it comes, show it, and carry out what it asks for."""
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.run(day(number))
        deliver(pipeline, start=lambda intent: _start(folder / "started", intent.key))


def _start(started: Path, key: str) -> bool:
    """A scheduler that starts no second run under the same key, as Airflow does."""
    started.mkdir(exist_ok=True)
    (started / key).touch()
    return True


def forgets(url: str, folder: Path, number: int) -> None:
    """Take a window back, as the verb does."""
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        pipeline.forget(day(number))
        deliver(pipeline)


def delivers(url: str, folder: Path) -> None:
    """Try at once what could not be delivered, as the verb does."""
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        deliver(pipeline, again=True)


def together(url: str, folder: Path, numbers: Sequence[int], gate: Path) -> None:
    """Wait until all workers are there, then run some nights."""
    while not gate.exists():
        time.sleep(0.002)
    for number in numbers:
        one_night(url, folder, number)
