"""Pipes, devices, links in a ring and names of 100,000 characters where files belong: a sentence, at once."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tidegauge import compare
from tidegauge.core.addresses.masking import looks_like_address, mask
from tidegauge.core.errors import TidegaugeError
from tidegauge.core.grid import containing
from tidegauge.core.regular_files import MOST, read_regular
from tidegauge.init.first import first_monitor
from tidegauge.monitor.read import load_monitor
from tidegauge.pipeline.opening import Past
from tidegauge.pipeline.pipeline import open_pipeline
from tidegauge.quality.suite import load
from tidegauge.replay.catalogue import read_catalogue
from tidegauge.replay.events import read_events

LONG = "x" * 100_000
MONITOR = """\
monitor: m
store: {store}
source: {{{source}}}
columns: {{id: id, time: at, numeric: [x]}}
window: {{every: day}}
"""


def a_pipe(place: Path) -> None:
    os.mkfifo(place)


def a_device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def a_ring(place: Path) -> None:
    place.symlink_to(place)


READERS: dict[str, Callable[[Path], Any]] = {
    "m.yml": load_monitor,
    "m.expectations.json": load,
    "faults.yml": read_catalogue,
    "events.csv": lambda path: read_events(path, "UTC"),
    "log.csv": lambda path: first_monitor(None, path=str(path)),
    "log.parquet": lambda path: compare(str(path), str(path)),
}


@pytest.mark.parametrize("make", [a_pipe, a_device, a_ring])
@pytest.mark.parametrize("name", READERS)
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    place = tmp_path / name
    make(place)
    with pytest.raises(TidegaugeError, match=r"pipe|device|links|no file"):
        READERS[name](place)


@pytest.mark.parametrize("what", ["path", "pattern", "database", "store"])
def test_a_pipe_in_a_monitor_stops_no_run(tmp_path: Path, what: str) -> None:
    """DuckDB and SQLite would both wait there for ever."""
    os.mkfifo(tmp_path / "log.parquet")
    url, store = f'url: "duckdb:///{tmp_path}/log.parquet", table: log', f"sqlite:///{tmp_path}/s.db"
    if what in ("path", "pattern"):
        url = f'path: "{tmp_path}/{"*" if what == "pattern" else "log"}.parquet"'
    if what == "store":
        store = f"sqlite:///{tmp_path}/log.parquet"
    (tmp_path / "m.yml").write_text(MONITOR.format(store=store, source=url))
    with pytest.raises(TidegaugeError, match="is a pipe"):
        _check(tmp_path / "m.yml")


def _check(file: Path) -> None:
    with open_pipeline(load_monitor(file), Past.BEGINS) as pipeline:
        problems = pipeline.check(datetime.now(UTC))
        pipeline.run(containing("day", "UTC", datetime(2024, 1, 1, tzinfo=UTC)))
    raise AssertionError(problems)


@pytest.mark.parametrize("name", [LONG, "~nobody-at-all/x.csv", "nul\0.csv", f"{LONG}.csv", f"{LONG}/*.parquet"])
def test_a_path_that_no_file_can_have_is_a_sentence(tmp_path: Path, name: str) -> None:
    for ask in (
        lambda: load_monitor(Path(name)),
        lambda: first_monitor(None, path=name),
        lambda: compare(name, name),
        lambda: load(Path(name)),
    ):
        with pytest.raises(TidegaugeError):
            ask()
    del tmp_path


def test_a_long_name_of_a_monitor_is_refused_where_it_stands(tmp_path: Path) -> None:
    """Airflow would refuse the DAG, and with it all DAGs of the folder."""
    text = MONITOR.format(store="sqlite:///s.db", source='url: "duckdb:///x", table: t')
    (tmp_path / "m.yml").write_text(text.replace("monitor: m", f"monitor: {LONG}"))
    with pytest.raises(TidegaugeError, match=r"m.yml:1: monitor: may hold at most 200 characters.* has 100,000\.$"):
        load_monitor(tmp_path / "m.yml")


def test_a_folder_of_monitors_survives_what_is_no_file(tmp_path: Path) -> None:
    """The scheduler reads that folder every 30 seconds; a pipe in it would be the end of every DAG."""
    from tidegauge.airflow.monitors_folder import build_dags

    text = MONITOR.format(store="sqlite:///s.db", source='url: "duckdb:///x", table: t')
    (tmp_path / "good.yml").write_text(text.replace("monitor: m", "monitor: good"))
    a_pipe(tmp_path / "pipe.yml")
    a_ring(tmp_path / "ring.yml")
    a_device(tmp_path / "zero.yaml")
    (tmp_path / "folder.yml").mkdir()
    (tmp_path / f"{'y' * 240}.yml").write_text("monitor: [")
    found = build_dags(str(tmp_path))
    broken = {"pipe-does-not-read", "ring-does-not-read", "zero-does-not-read", f"{'y' * 200}-does-not-read"}
    assert {*found} == {"good", "tidegauge-sweep", "tidegauge-answer"} | broken
    assert "it is a pipe, not a regular file" in str(found["pipe-does-not-read"].doc_md)


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    place = tmp_path / "m.yml"
    with place.open("wb") as file:
        file.truncate(MOST + 1)
    with pytest.raises(OSError, match="holds more than 16 MB"):
        read_regular(place)


PIECES = ("x", "a-", ":", "@", "a@", "://", "x:// ", "x:/", "\n:", "?", "#", "u:p@", "${", "'")


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_is_masked(piece: str) -> None:
    """A search that began anew at each letter took minutes for 100,000 of them: this test would stand still."""
    text = piece * (100_000 // len(piece))
    assert len(mask(text)) <= 2 * len(text)
    assert looks_like_address(text) is (piece in ("x:// ", "u:p@"))


def test_masking_is_what_it_was() -> None:
    assert mask("x" * 60 + "://me:S3cret@h/d") == "x" * 60 + "://me:***@h/d"
    assert mask("1postgresql://me:S3cret@h/d") == "1postgresql://me:***@h/d"
    assert mask("see duckdb:///a and\nme:S3cret@h") == "see duckdb:///a and\nme:S3cret@h"


def test_names_of_columns_may_be_long(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        rows = f"SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS at, i * 0.5 AS \"{LONG}\" FROM range(99) t(i)"
        connection.execute(f"COPY ({rows}) TO '{tmp_path}/log.parquet'")
    text = first_monitor(None, path=f"{tmp_path}/log.parquet")
    assert LONG in text
    assert compare(f"{tmp_path}/log.parquet", f"{tmp_path}/log.parquet").verdict == "same"
