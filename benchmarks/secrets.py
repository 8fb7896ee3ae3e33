"""A thousand hostile passwords through every verb: `python -m benchmarks.secrets [HOW_MANY] [SEED]`.

The full form of tests/secrets: the same night with each password, on a PostgreSQL and a gateway of its own. It prints
each place where four characters of a password came to light that a run with another password does not show.
"""

import sys
import tempfile
import time
from pathlib import Path

import pytest

import tests.conftest  # noqa: F401 - gives Airflow a home of its own
from tests.secrets.hostile import passwords, shown
from tests.secrets.stage import CONTROL, Stage, a_stage, night
from tests.services.postgres import programs, running


def tried(stage: Stage, some: list[str]) -> int:
    """How many of these passwords came to light."""
    began, known = time.monotonic(), 0
    with pytest.MonkeyPatch.context() as patch:
        control = night(stage, CONTROL, patch)
        for k, password in enumerate(some, 1):
            found = shown(password, night(stage, password, patch), control)
            known += bool(found)
            for line in found:
                print(f"{password!r}: {line}")
            if k % 25 == 0 or k == len(some):
                seconds = time.monotonic() - began
                print(
                    f"{k} passwords, {known} came to light, {len(control)} places looked at each, {seconds:.0f} s",
                    flush=True,
                )
    return known


def main(how_many: int = 1000, seed: int = 1000) -> int:
    """1 where a password came to light."""
    binaries = programs()
    if binaries is None:
        sys.exit("PostgreSQL is not installed.")
    home = tempfile.TemporaryDirectory(prefix="tidegauge-secrets-")
    with running(binaries) as (url, _), home as folder, a_stage(url, Path(folder)) as stage:
        return int(tried(stage, passwords(how_many, seed)) > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
