"""One job of many nights, killed at random moments and run again: `python -m benchmarks.kills [STORES] [KILLS] [SEED]`.

The full form of tests/pipeline/test_kills.py, with its world, its job and what it holds to: the same state to the byte,
the same things asked for, each told and started once, the same pages. Five stores, each killed ten times.
"""

import multiprocessing
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.pipeline import nights
from tests.pipeline.test_kills import BEGUN, NIGHTS, killed, run
from tests.pipeline.world import a_log, change, faults, write_duckdb

STORES, KILLS, SEED = 5, 10, 11


def main(stores: int = STORES, kills: int = KILLS, seed: int = SEED) -> None:
    """Each store's number as it has ended well; an AssertionError where one has not."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["tests.pipeline.nights", "tidegauge.reports.rendering", "duckdb"])
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="tidegauge-kills-") as home:
        url = write_duckdb(Path(home) / "shop.duckdb", *a_log())
        change(url, *faults())
        undisturbed = Path(home) / "quiet"
        undisturbed.mkdir()
        began = time.monotonic()
        nights.work(url, undisturbed, BEGUN, NIGHTS)
        quiet = undisturbed, time.monotonic() - began
        run(server, url, Path(home) / "warm", 0.01)  # the server has to import everything first
        for number in range(stores):
            killed(server, url, quiet, Path(home) / str(number), chance, kills)
            print(f"store {number + 1} of {stores}: killed {kills} times, and ended as the others", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
