"""The shop's warehouse, made once a session, copies of it to plant faults in, and a store that saw all of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.begun import open_pipeline
from tests.pipeline.world import (
    BEGIN,
    END,
    LATER,
    TODAY,
    a_log,
    a_monitor,
    change,
    day,
    faults,
    write_duckdb,
    write_postgres,
)
from tidegauge.monitor import Monitor


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of the shop's DuckDB file as it should be; nobody writes to it."""
    return write_duckdb(tmp_path_factory.mktemp("shop") / "shop.duckdb", *a_log())


@pytest.fixture(scope="session")
def faulty(clean: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same with the faults of the last weeks; nobody writes to it."""
    copy = tmp_path_factory.mktemp("faulty") / "shop.duckdb"
    shutil.copy(clean.removeprefix("duckdb:///"), copy)
    change(f"duckdb:///{copy}", *faults())
    return f"duckdb:///{copy}"


@pytest.fixture(scope="session")
def settled(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store in which all eight weeks were decided, from the faulty warehouse in one go, and its canonical dump."""
    folder = tmp_path_factory.mktemp("settled")
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        pipeline.backfill(BEGIN, END)
        pipeline.run_due(LATER, live=False)
        dump = pipeline.store.dump(outbox=True)
    return folder / "store.db", dump


@pytest.fixture
def duck(clean: str, tmp_path: Path) -> str:
    """A copy of the clean warehouse, to change."""
    copy = tmp_path / "shop.duckdb"
    shutil.copy(clean.removeprefix("duckdb:///"), copy)
    return f"duckdb:///{copy}"


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a clean warehouse to change, on each engine."""
    if request.param == "duckdb":
        yield request.getfixturevalue("duck")
    else:
        url = request.getfixturevalue("postgres")
        write_postgres(url, *a_log())
        yield url


@pytest.fixture(scope="session")
def lived(clean: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that saw the clean log up to the day before `TODAY`; copy it."""
    folder = tmp_path_factory.mktemp("lived")
    with open_pipeline(a_monitor(clean, folder)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).start)
    return folder / "store.db"


@pytest.fixture
def tonight(clean: str, lived: Path, tmp_path: Path) -> Monitor:
    """The clean log's monitor with that store; open its pipeline with the URL of a changed copy of the warehouse."""
    shutil.copy(lived, tmp_path / "store.db")
    return a_monitor(clean, tmp_path)
