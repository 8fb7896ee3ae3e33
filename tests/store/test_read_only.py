"""A store that this user may only read: verbs that look answer, those that write say so, and nothing is left behind."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.test_cli import LOG, NIGHTS
from tests.test_cli_history import MONITOR, tidegauge

NOBODY = 65534
TEN_NIGHTS = LOG.replace(f"range({240 * NIGHTS})", "range(2400)")
LOOKS = (("status",), ("explain",), ("check",), ("incident", "list"), ("explain", "--window", "2024-01-05"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may look into, unlike pytest's own, with a monitor and its history."""
    with tempfile.TemporaryDirectory(prefix="tidegauge-read-only-") as made:
        place = Path(made)
        place.chmod(0o755)
        with duckdb.connect(str(place / "log.duckdb")) as connection:
            connection.execute(TEN_NIGHTS)
        (place / "my.yml").write_text(MONITOR.format(name="my-model", place=place))
        assert tidegauge("backfill", place / "my.yml", "--to", "2024-01-06").exit_code == 0
        yield place
        place.chmod(0o755)


@contextmanager
def may_only_read(place: Path) -> Iterator[None]:
    """The modes of a file of another's, and, for root, who may do all, another user."""
    for file in place.iterdir():
        file.chmod(0o444)
    place.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        place.chmod(0o755)


def looked(file: Path, out: Path) -> dict[str, tuple[int, str]]:
    """What the verbs that look say."""
    found = {}
    for verb in LOOKS:
        words = 2 if verb[0] == "incident" else 1
        done = tidegauge(*verb[:words], file, *verb[words:])
        found[" ".join(verb)] = (done.exit_code, done.output)
    page = tidegauge("report", file, "--window", "2024-01-05", "--out", out / "page.html")
    found["report"] = (page.exit_code, page.output)
    return found


def test_a_store_of_another_user_is_looked_at(folder: Path) -> None:
    file = folder / "my.yml"
    with tempfile.TemporaryDirectory() as out:
        Path(out).chmod(0o777)
        expected = looked(file, Path(out))
        assert {code for code, _ in expected.values()} == {0}
        (Path(out) / "page.html").unlink()
        before = {p.name: p.read_bytes() for p in folder.iterdir()}
        with may_only_read(folder):
            assert looked(file, Path(out)) == expected
            ran = tidegauge("run", file, "--window", "2024-01-06")
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert "the store at sqlite:///" in ran.stderr
    assert "readonly" in ran.stderr


def test_what_a_writer_has_left_in_the_journal_is_read_as_well(folder: Path) -> None:
    file, store = folder / "my.yml", folder / "tidegauge.db"
    with closing(sqlite3.connect(store)) as writer:  # keeps its journal as long as it is open
        writer.execute("SELECT count(*) FROM sqlite_master").fetchall()
        assert tidegauge("run", file, "--window", "2024-01-06").exit_code == 0
        assert (folder / "tidegauge.db-wal").stat().st_size
        with may_only_read(folder):
            state = tidegauge("status", file)
    assert (state.exit_code, "6 windows profiled" in state.stdout) == (0, True), state.output


def test_a_role_that_may_only_read_is_answered(folder: Path, postgres: str) -> None:
    postgres = postgres.replace("+psycopg", "")
    file, text = folder / "my.yml", (folder / "my.yml").read_text()
    file.write_text(f"store: {postgres}\n{text}")
    assert tidegauge("backfill", file, "--to", "2024-01-06").exit_code == 0
    make = "CREATE ROLE onlooker LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO onlooker"
    with tempfile.TemporaryDirectory() as out, psycopg.connect(postgres, autocommit=True) as admin:
        expected = looked(file, Path(out))
        assert {code for code, _ in expected.values()} == {0}
        admin.execute(make)
        try:
            file.write_text(f"store: {postgres.replace('://tidegauge', '://onlooker', 1)}\n{text}")
            assert looked(file, Path(out)) == expected
            ran = tidegauge("run", file, "--window", "2024-01-06")
        finally:
            admin.execute("DROP OWNED BY onlooker; DROP ROLE onlooker")
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert "permission denied" in ran.stderr
