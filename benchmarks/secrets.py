"""A thousand hostile passwords through every verb: `python -m benchmarks.secrets [HOW_MANY] [SEED] [PROCESSES]`.

The full form of tests/secrets: the same night with each password, on a PostgreSQL and a gateway of its own. It prints
each place where four characters of a password came to light that a run with another password does not show. What comes
to light is tried again, and with the password's twin, another one of the same shape: what is not there again is a
clock's, what the twin's run shows too is a sentence that only such passwords bring on; both are printed and not
counted. One password in fifty goes through commands of processes of their own as well, as a shell would start them.

Nothing is left out for the sake of speed. What a night does over and over and what has no secret's fate in it is done
once (`remembered`): the same text is parsed once, and the engine of the same SQLite file made once, which keeps its
compiled statements. That was half of a night.
"""

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

import tests.conftest  # noqa: F401 - gives Airflow a home of its own
from tests.secrets.hostile import passwords, shown, twin
from tests.secrets.stage import CONTROL, NIGHT, ROLE, Stage, a_stage, night
from tests.services.postgres import programs, running
from tidegauge.core.addresses.address import Address
from tidegauge.monitor import yaml_lines
from tidegauge.store import database
from tidegauge.store.file import Mode, file_of, usable

REAL = 50  # one password in so many goes through real processes too
STAGE = 50  # passwords that share a store and a table


@contextmanager
def remembered() -> Iterator[None]:
    """What is the same each time is made once: a file's text as plain values, and a SQLite file's engine."""
    parse, make = yaml_lines.read_yaml, database._sqlite  # noqa: SLF001 - the one place where an engine is made

    @cache
    def parsed(text: str) -> bytes:
        return pickle.dumps(parse(text))

    @cache
    def engine(path: str, mode: Mode) -> Engine:
        return make(Address("sqlite", path=path), mode)

    def sqlite(address: Address, mode: Mode) -> Engine:
        file = file_of(address)
        if file is None or address.query:
            return make(address, mode)
        usable(file, address.place, mode)  # what is asked of the disk is asked each time
        return engine(address.path, mode)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_lines, "read_yaml", lambda text: pickle.loads(parsed(text)))  # noqa: S301 - our own bytes
        patch.setattr(database, "_sqlite", sqlite)
        yield


def in_processes(stage: Stage, password: str) -> dict[str, bytes]:
    """What commands print, as a shell starts them: with the right password, and with one that does not open."""
    stage.guard(password)
    good, seen = stage.monitor("good.yml"), {}
    whole = stage.monitor("bad.yml", source="${RAW}")
    environment = os.environ | {"PW": password, "RAW": f"postgresql://{ROLE}:{password}@{stage.place}"}
    for how in ("opens", "fails"):
        for name, words in {
            "check": ["check", good],
            "run": ["run", good, "--window", NIGHT],
            "whole": ["check", whole],
            "debug": ["--debug", "check", whole],
        }.items():
            command = [sys.executable, "-c", "from tidegauge.cli import main; main()", *map(str, words)]
            done = subprocess.run(command, capture_output=True, check=False, env=environment)
            assert name != "check" or (done.returncode == 0) is (how == "opens"), done.stderr.decode()
            seen[f"process: {name} {how}"] = done.stdout + done.stderr
        stage.guard("not any of these")
    return seen


def seen_with(stage: Stage, password: str, patch: pytest.MonkeyPatch, *, processes: bool) -> dict[str, bytes]:
    """Everything that came out with one password."""
    return night(stage, password, patch) | (in_processes(stage, password) if processes else {})


def tried(stage: Stage, some: list[str]) -> tuple[int, int]:
    """How many of these passwords came to light, and how many outputs were looked at."""
    known, looked = 0, 0
    with pytest.MonkeyPatch.context() as patch, remembered():
        control = seen_with(stage, CONTROL, patch, processes=True)
        for k, password in enumerate(some):
            real = k % REAL == 0
            seen = seen_with(stage, password, patch, processes=real)
            found, looked = shown(password, seen, control), looked + len(seen)
            if found:  # of its own, or of a sentence that only passwords of this shape bring on, or of a clock
                like = seen_with(stage, twin(password), patch, processes=real)
                again = set(shown(password, seen_with(stage, password, patch, processes=real), control))
                beside = {name: output + like.get(name, b"") for name, output in control.items()}
                own = [line for line in shown(password, seen, beside) if line in again]
                known += bool(own)
                for line in found:
                    print(
                        f"{password!r}: {line}{'' if line in own else ', and with its twin, or once only'}", flush=True
                    )
    return known, looked


def part(some: list[str]) -> int:
    """The same in a process, with a server of its own; a fresh stage for so many, because a store's past costs time."""
    binaries, known, looked, began = programs(), 0, 0, time.monotonic()
    if binaries is None:
        sys.exit("PostgreSQL is not installed.")
    for first in range(0, len(some), STAGE):
        home = tempfile.TemporaryDirectory(prefix="tidegauge-secrets-")
        with running(binaries) as (url, _), home as folder, a_stage(url, Path(folder)) as stage:
            came, outputs = tried(stage, some[first : first + STAGE])
        known, looked = known + came, looked + outputs
        print(
            f"{min(first + STAGE, len(some))} passwords, {known} came to light, {looked:,} outputs looked at, "
            f"{time.monotonic() - began:.0f} s ({time.process_time():.0f} of them of this processor)",
            flush=True,
        )
    return known


def main(how_many: int = 1000, seed: int = 1000, processes: int = 2) -> int:
    """1 where a password came to light."""
    some = passwords(how_many, seed)
    with ProcessPoolExecutor(processes) as pool:
        known = sum(pool.map(part, [some[k::processes] for k in range(processes)]))
    print(f"{len(some):,} passwords; {known} came to light")
    return int(known > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
