"""The night on which the warehouse is down is when one looks: what is known is shown, and the outage is noted."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, FIRST, TODAY, UNIT, YAML, ZONE, a_log, change, day, inside, write_postgres
from tidegauge.cli import main
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.opening import Past, open_store


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture(params=["duckdb", "postgres"])
def down(request: pytest.FixtureRequest, clean: str, tmp_path: Path) -> Callable[[], Path]:
    """A monitor's file with a history, an alert in it; called, the warehouse goes away."""
    if request.param == "duckdb":
        url = f"duckdb:///{tmp_path}/shop.duckdb"
        shutil.copy(clean.removeprefix("duckdb:///"), tmp_path / "shop.duckdb")
    else:
        url = request.getfixturevalue("postgres")
        write_postgres(url, *a_log())
    change(url, f"DELETE FROM log WHERE {inside(day(TODAY))}")
    change(url, f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}")
    file = tmp_path / "shop.yml"
    parts = {"name": "shop", "store": f"sqlite:///{tmp_path}/store.db", "url": url, "zone": ZONE, "start": FIRST}
    text = YAML.format(**parts, folder=tmp_path)
    file.write_text(text.replace(f", start: {FIRST}", ""))  # nobody but the table knows where it begins
    with open_pipeline(load_monitor(file)) as pipeline:
        pipeline.backfill(BEGIN, day(TODAY).start)
        pipeline.run(day(TODAY))
        pipeline.run(day(TODAY + 1))

    def go() -> Path:
        if request.param == "duckdb":
            (tmp_path / "shop.duckdb").rename(tmp_path / "elsewhere.duckdb")
        else:
            plain, _, name = url.replace("+psycopg", "").rpartition("/")
            with psycopg.connect(f"{plain}/postgres", autocommit=True) as admin:
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
                admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        return file

    return go


def test_every_verb_that_looks_works(down: Callable[[], Path], tmp_path: Path) -> None:
    file = tmp_path / "shop.yml"
    before = tidegauge("status", file)
    assert (before.exit_code, before.stderr) == (1, "")
    down()
    after = tidegauge("status", file)
    assert (after.exit_code, after.stdout) == (1, before.stdout)
    alert = str(day(TODAY).start.date())
    told = tidegauge("explain", file, alert)
    assert (told.exit_code, "has no rows at all" in told.stdout) == (0, True)
    page = tidegauge("report", file, "--window", alert, "--out", tmp_path / "page.html")
    assert (page.exit_code, (tmp_path / "page.html").exists()) == (0, True)
    for words in (("incident", "list"), ("incident", "log"), ("status", "--json"), ("deliver",)):
        n = 2 if words[0] == "incident" else 1
        assert tidegauge(*words[:n], file, *words[n:]).exit_code in (0, 1), words
    unknown = {
        "2019-01-01": "It lies before the first day that was ever looked at, day/2024-02-05",
        "2024-03-30": "Run it: tidegauge run",
        "2099-01-01": "It has not ended yet.",
    }
    for date, said in unknown.items():
        asked = tidegauge("explain", file, date)
        assert (asked.exit_code, said in asked.stderr) == (2, True), asked.stderr


def test_a_window_is_forgotten(down: Callable[[], Path]) -> None:
    file = down()
    done = tidegauge("forget", file, "--window", day(TODAY).start.date())
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"Forgot Tue {day(TODAY).start.date()} (inputs and labels).")
    assert "was about nothing else, and is taken back" in done.stdout
    assert tidegauge("status", file).exit_code == 0


def test_what_comes_after_it_is_decided_without_its_statements(down: Callable[[], Path]) -> None:
    """They are spelled from the table's columns, which is the one thing that deciding again asks a warehouse for."""
    file, alert = down(), day(UNIT).start.date()
    done = tidegauge("forget", file, "--window", day(UNIT - 1).start.date())
    assert done.exit_code == 0, done.output
    assert "windows after it were decided again" in done.stdout
    told = tidegauge("explain", file, alert, "--sql").stdout
    assert told.startswith('Alert: "amount" on Tuesday 19 March 2024')
    assert "-- not to be had: " in told


@pytest.mark.parametrize("words", [(), ("--window", str(day(TODAY + 2).start.date()))])
def test_a_run_notes_the_outage(down: Callable[[], Path], words: tuple[str, ...]) -> None:
    """Whatever is asked first of a warehouse that is away, its columns or what time it is."""
    file = down()
    done = tidegauge("run", file, "--clock-is-right", *words)
    assert done.exit_code == 3
    assert "Traceback" not in done.output
    monitor = load_monitor(file)
    with open_store(monitor, Past.KNOWN) as store:
        last = store.runs.newest("shop")[0]
    assert last.outcome == "outage"
    assert last.note == done.stderr.strip().splitlines()[-1]
    assert not words or last.window == day(TODAY + 2)
    looked = tidegauge("status", file)
    assert looked.exit_code == 3
    assert f"got nowhere: {' '.join(last.note.split())}" in " ".join(looked.stdout.split()), (
        "who looks is told that nothing was read"
    )
    assert "So did" not in looked.stdout
    assert tidegauge("run", file, "--clock-is-right", *words).exit_code == 3
    assert "So did 1 before it" in " ".join(tidegauge("status", file).stdout.split())
    with open_store(monitor, Past.KNOWN) as store:
        store.runs.end(store.runs.begin("shop", last.window, "inputs", last.begun), last.begun, "done")
    assert tidegauge("status", file).exit_code == 1, "one that got through ends it"
