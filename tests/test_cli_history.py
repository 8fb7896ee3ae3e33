"""A monitor without a history says so: which store was looked at, what to do, exit code 4, and nothing is made."""

import inspect
import multiprocessing
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest
from click.testing import CliRunner, Result

from tests.test_cli import LOG, NIGHTS
from tidegauge.cli import main
from tidegauge.cli.main import code_of
from tidegauge.cli.rim import opened, opened_store
from tidegauge.core.errors import NoHistory
from tidegauge.monitor import load_monitor, parse_monitor
from tidegauge.pipeline.opening import Past, open_store
from tidegauge.pipeline.pipeline import open_pipeline, open_shown

LOG = LOG.replace(f"range({240 * NIGHTS})", "range(2400)")  # ten nights
MONITOR = """\
monitor: {name}
source: {{url: "duckdb:///{place}/log.duckdb", table: log}}
columns: {{id: id, time: at, version: version, prediction: score, numeric: [distance], categorical: [carrier]}}
window: {{every: day}}
sample: 0
"""
LOOKING = [
    ("status",),
    ("explain",),
    ("report",),
    ("decide",),
    ("run", "--window", "2024-01-09"),
    ("incident", "list"),
    ("incident", "log"),
    ("incident", "show", "a41c09f2"),
    ("incident", "confirm", "a41c09f2"),
]


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def on(verb: tuple[str, ...], file: Path) -> Result:
    """A verb with the monitor's file where it belongs."""
    words = 2 if verb[0] == "incident" else 1
    return tidegauge(*verb[:words], file, *verb[words:])


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("log") / "log.duckdb"
    with duckdb.connect(str(place)) as connection:
        connection.execute(LOG)
    return place


@pytest.fixture
def folder(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log and a monitor, which is not the working directory."""
    place, elsewhere = tmp_path / "monitors", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    shutil.copy(log, place)
    (place / "my.yml").write_text(MONITOR.format(name="my-model", place=place))
    monkeypatch.chdir(elsewhere)
    return place


@pytest.fixture
def file(folder: Path) -> Path:
    """The monitor's file."""
    return folder / "my.yml"


def made(folder: Path) -> set[str]:
    """All files around a monitor that it did not have."""
    return {p.name for p in folder.parent.rglob("*") if p.is_file()} - {"log.duckdb", "my.yml"}


def test_the_readmes_first_minutes_word_for_word(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    words = ("init", "--source", "duckdb:///log.duckdb", "--table", "log", "--out", "first.yml")
    assert tidegauge(*words).exit_code == 0
    checked = tidegauge("check", "first.yml")
    assert checked.exit_code == 0
    assert (
        checked.stderr
        == f"No store yet: there is no file {folder}/tidegauge.db. `tidegauge backfill first.yml` makes it.\n"
    )
    assert not (folder / "tidegauge.db").exists()
    assert tidegauge("backfill", "first.yml", "--to", "2024-01-10").exit_code == 0
    assert (folder / "tidegauge.db").exists()
    assert tidegauge("check", "first.yml").stderr == ""
    assert tidegauge("run", "first.yml", "--window", "2024-01-10").exit_code == 0
    assert tidegauge("explain", "first.yml").exit_code == 0


@pytest.mark.parametrize("verb", LOOKING, ids=" ".join)
@pytest.mark.parametrize("lies", ["nothing", "no bytes", "another's"])
def test_a_verb_that_needs_a_past_says_that_there_is_none(folder: Path, verb: tuple[str, ...], lies: str) -> None:
    file, store = folder / "my.yml", folder / "tidegauge.db"
    said = f"there is no file {store}"
    if lies == "no bytes":
        store.touch()
        said = f"the file {store} is empty (0 bytes)"
    elif lies == "another's":
        (folder / "theirs.yml").write_text(
            MONITOR.format(name="theirs", place=folder).replace(", categorical: [carrier]", "")
        )
        assert tidegauge("backfill", folder / "theirs.yml", "--to", "2024-01-03").exit_code == 0
        said = f"the store at sqlite:///{store} holds nothing of it (it knows theirs)"
    before = made(folder)
    done = on(verb, file)
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr == (
        f"my-model has no history: {said}. If it had one, find the store that it is in (moved? in another folder?). "
        f"If not, `tidegauge backfill {file}` reads the past, and `tidegauge run {file} --new` (in Airflow, a run "
        'with {"new": true}) begins without one.\n'
    )
    assert made(folder) == before


def test_a_store_that_is_lost_between_two_nights_is_told(folder: Path, file: Path) -> None:
    assert tidegauge("backfill", file, "--to", "2024-01-08").exit_code == 0
    assert tidegauge("run", file, "--window", "2024-01-08").exit_code == 0
    (folder / "tidegauge.db").unlink()
    for _ in range(2):
        assert tidegauge("run", file, "--window", "2024-01-09").exit_code == 4
    assert made(folder) == set()
    assert tidegauge("backfill", file, "--to", "2024-01-09").exit_code == 0
    assert tidegauge("run", file, "--window", "2024-01-09").exit_code == 0


def test_a_monitor_may_begin_without_a_past(folder: Path, file: Path) -> None:
    begun = tidegauge("run", file, "--window", "2024-01-08", "--new")
    assert (begun.exit_code, begun.stderr) == (0, "")
    assert tidegauge("run", file, "--window", "2024-01-09").exit_code == 0
    needless = tidegauge("run", file, "--window", "2024-01-10", "--new")
    assert needless.exit_code == 0
    assert "my-model has a history, up to day/2024-01-09T00:00:00Z/2024-01-10T00:00:00Z" in needless.stderr
    assert made(folder) == {"tidegauge.db"}


def test_a_monitor_whose_columns_are_others_now_has_no_past_to_compare_with(file: Path) -> None:
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    file.write_text(file.read_text().replace("[carrier]", "[carrier, version]").replace("version: version, ", ""))
    done = tidegauge("run", file, "--window", "2024-01-05")
    assert done.exit_code == 4
    assert 'columns.categorical was ["carrier"] and is ["carrier", "version"]' in done.stderr
    assert "columns.version was version and is nothing" in done.stderr
    assert f"Put that back, or `tidegauge backfill {file}` reads its past as it is now." in done.stderr
    looked = tidegauge("explain", file)
    assert (looked.exit_code, looked.stderr) == (0, done.stderr), "what was decided can be looked at"


@pytest.mark.parametrize(("was", "now"), [("every: day", "every: hour"), ("day", "day, zone: America/New_York")])
def test_windows_of_two_kinds_are_no_one_history(folder: Path, file: Path, was: str, now: str) -> None:
    """A backfill put hours among days, as the sentence said to: two that end together are one instant of a series."""
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    decided = tidegauge("status", file).stdout
    written = file.read_text()
    file.write_text(written.replace(was, now))
    ends = {("run", "--window", "2024-01-05"): 4, ("run", "--window", "2024-01-05", "--new"): 2, ("backfill",): 2}
    for verb, code in ends.items():
        done = tidegauge(verb[0], file, *verb[1:])
        assert done.exit_code == code, verb
        assert "a window was day/2024-01-04T00:00:00Z/2024-01-05T00:00:00Z, and is now " in done.stderr
        assert "put window.every and window.zone back, or give the monitor another name" in done.stderr
    renamed = file.with_name("other.yml")
    renamed.write_text(file.read_text().replace("monitor: my-model", "monitor: other"))
    assert tidegauge("backfill", renamed, "--to", "2024-01-02").exit_code == 0, "and nothing is lost"
    file.write_text(written)
    assert tidegauge("status", file).stdout == decided


CHANGES = [  # what is written in the place of what, and what the sentence says of it
    ("log.duckdb", "moved.duckdb", "source.url was duckdb:///{place}/log.duckdb and is duckdb:///{place}/moved.duckdb"),
    ("table: log", "table: again", "source.table was log and is again"),
]


@pytest.mark.parametrize(("was", "now", "said"), CHANGES)
def test_all_verbs_name_a_source_that_is_another_one_now(
    folder: Path, file: Path, was: str, now: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    shutil.copy(folder / "log.duckdb", folder / "moved.duckdb")
    with duckdb.connect(str(folder / "log.duckdb")) as connection:
        connection.execute("CREATE TABLE again AS FROM log")
    file.write_text(file.read_text().replace(was, now))
    ran = tidegauge("run", file, "--window", "2024-01-05")
    assert ran.exit_code == 4
    assert said.format(place=folder) in ran.stderr
    ends = {"status": 4, "explain": 0, "report": 0, "decide": 4}
    monkeypatch.chdir(folder.parent)
    for verb, code in ends.items():
        done = tidegauge(verb, file)
        assert (done.exit_code, done.stderr) == (code, ran.stderr), verb
    checked = tidegauge("check", file)
    assert (checked.exit_code, checked.stdout) == (4, ran.stderr)
    assert "seen nothing of its source as" in tidegauge("status", file).stdout
    replayed = tidegauge("replay", file, "--from", "2024-01-02", "--to", "2024-01-04", "--no-what-if")
    assert (replayed.exit_code, replayed.stderr) == (0, ran.stderr), "which begins nothing"
    assert tidegauge("run", file, "--window", "2024-01-05").stderr == ran.stderr

    # the same rows: what the sentence says to write is enough
    written = file.read_text()
    said_to_write = re.search(r"write (was: \{.*?\}) below source:", ran.stderr)
    assert said_to_write is not None
    file.write_text(written.replace(", table:", f", {said_to_write[1]}, table:"))
    goes_on = tidegauge("run", file, "--window", "2024-01-05")
    assert (goes_on.exit_code, goes_on.stderr) == (0, "")
    assert tidegauge("status", file).stdout.startswith("my-model: 5 windows profiled")

    # a slip in it is told as what it is, and not as where the source is
    file.write_text(
        written.replace(", table:", f", {said_to_write[1]}, table:").replace('"log', '"lag').replace("/log.d", "/lag.d")
    )
    slipped = tidegauge("run", file, "--window", "2024-01-05")
    assert slipped.exit_code == 4
    assert ", and source.was says " in slipped.stderr
    assert " and is " not in slipped.stderr

    # others: a backfill reads them
    file.write_text(written)
    again = tidegauge("backfill", file, "--to", "2024-01-06")
    assert (again.exit_code, again.stderr) == (0, ran.stderr)
    assert tidegauge("status", file).stderr == ""
    assert tidegauge("run", file, "--window", "2024-01-06").exit_code == 0


def test_a_history_from_before_sources_were_noted_is_known_by_its_profiles(folder: Path, file: Path) -> None:
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    with closing(sqlite3.connect(folder / "tidegauge.db")) as store, store:
        store.execute("DELETE FROM sources")
    assert tidegauge("status", file).exit_code == 0
    written = file.read_text()
    file.write_text(written.replace("[distance]", "[]"))
    ran = tidegauge("run", file, "--window", "2024-01-05")
    assert (ran.exit_code, tidegauge("status", file).exit_code) == (4, 4)
    assert "it has no profile of this url, table or path, columns, labels and windows" in ran.stderr
    file.write_text(written)
    assert tidegauge("run", file, "--window", "2024-01-05").exit_code == 0


def test_of_such_a_history_that_was_forgotten_whole_there_is_nothing_to_say(folder: Path, file: Path) -> None:
    assert tidegauge("backfill", file, "--to", "2024-01-03").exit_code == 0
    with closing(sqlite3.connect(folder / "tidegauge.db")) as store, store:
        store.execute("DELETE FROM sources")
    for day in ("2024-01-01", "2024-01-02"):
        assert tidegauge("forget", file, "--window", day).exit_code == 0
    again = tidegauge("backfill", file, "--to", "2024-01-03")
    assert again.exit_code == 0
    assert "" not in again.stderr.splitlines()


def test_a_replay_begins_no_history(folder: Path, file: Path) -> None:
    replayed = tidegauge("replay", file, "--from", "2024-01-02", "--to", "2024-01-06", "--no-what-if")
    assert replayed.exit_code == 0
    assert f"it begins with `tidegauge backfill {file}`, not by a replay" in replayed.stderr
    ran = tidegauge("run", file, "--window", "2024-01-06")
    assert (ran.exit_code, ran.stdout) == (4, "")
    counted = "has counted windows of its source up to day/2024-01-05T00:00:00Z/2024-01-06T00:00:00Z"
    assert counted in ran.stderr
    assert "none was ever decided for it" in ran.stderr
    assert tidegauge("backfill", file, "--to", "2024-01-06").exit_code == 0
    assert tidegauge("run", file, "--window", "2024-01-06").exit_code == 0


@pytest.mark.parametrize("spelled", ["", "store: sqlite:///tidegauge.db\n"])
def test_the_default_store_lies_beside_the_monitor_wherever_one_stands(
    folder: Path, file: Path, spelled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(spelled + file.read_text())
    assert tidegauge("backfill", file, "--to", "2024-01-03").exit_code == 0
    assert (folder / "tidegauge.db").exists()
    for place, name in ((folder, "my.yml"), (folder.parent, "monitors/my.yml"), (Path.cwd(), "../monitors/my.yml")):
        monkeypatch.chdir(place)
        assert tidegauge("status", name).exit_code == 0
        assert load_monitor(Path(name)).expanded_store().path == f"{folder}/tidegauge.db"
    assert made(folder) == {"tidegauge.db"}


def test_a_folder_that_is_a_link_to_the_newest_checkout_stays_one_place(folder: Path) -> None:
    link = folder.parent / "current"
    link.symlink_to(folder)
    assert load_monitor(link / "my.yml").expanded_store().path == f"{link}/tidegauge.db"


def test_a_monitor_by_a_link_has_the_store_beside_its_file(folder: Path, file: Path) -> None:
    assert tidegauge("backfill", file, "--to", "2024-01-05").exit_code == 0
    (folder.parent / "links").mkdir()
    link = folder.parent / "links" / "my.yml"
    link.symlink_to(file)
    for verb in ("status", "run", "backfill"):
        done = tidegauge(verb, link, *(["--window", "2024-01-05"] if verb == "run" else []))
        assert done.exit_code == 0, done.output
        assert f"using the store {folder}/tidegauge.db (" in done.stderr
        assert f"beside the file that {link} is a link to. Name the file itself, {file}, or write store:" in done.stderr
    assert made(folder) == {"tidegauge.db"}
    shutil.copy(folder / "tidegauge.db", link.parent)
    two = tidegauge("status", link)
    assert two.exit_code == 2
    assert f"two stores: {link.parent}/tidegauge.db (" in two.stderr
    assert f"and {folder}/tidegauge.db (" in two.stderr
    (folder / "tidegauge.db").unlink()
    assert tidegauge("status", link).stderr == "", "a store beside the link is its own"


def test_any_relative_path_is_meant_from_the_folder_of_the_monitors_file(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the working directory, two crontabs in two folders made two stores of one monitor, and nobody was told."""
    file.write_text("store: sqlite:///kept/here.db\n" + file.read_text())
    done = tidegauge("status", file)
    assert done.exit_code == 4
    assert f"there is no file {folder}/kept/here.db. " in done.stderr
    assert tidegauge("backfill", file, "--to", "2024-01-03").exit_code == 0
    another = folder.parent / "another"
    another.mkdir()
    for place, name in ((another, file), (folder, "my.yml"), (folder.parent, "monitors/my.yml")):
        monkeypatch.chdir(place)
        again = tidegauge("backfill", name, "--to", "2024-01-03")
        assert (again.exit_code, again.stderr) == (0, "")
        assert load_monitor(Path(name)).expanded_store().path == f"{folder}/kept/here.db"
    assert made(folder) == {"here.db"}
    assert (folder / "kept" / "here.db").exists()


@pytest.mark.parametrize("name", ["kept/here.db", "${PLACE}.db"])
def test_one_that_an_earlier_version_kept_in_the_working_directory_is_used_and_named(
    folder: Path, file: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE", "kept/here")
    file.write_text(f"store: sqlite:///{name}\n" + file.read_text())
    assert tidegauge("backfill", file, "--to", "2024-01-03").exit_code == 0
    old, beside = Path.cwd() / "kept" / "here.db", folder / "kept" / "here.db"
    old.parent.mkdir()
    beside.rename(old)
    ran = tidegauge("run", file, "--window", "2024-01-03")
    assert ran.exit_code == 0
    assert f"using the store {old} (" in ran.stderr
    assert f"Move it to {beside}" in ran.stderr
    assert not beside.exists()
    shutil.copy(old, beside)
    two = tidegauge("run", file)
    assert two.exit_code == 2
    assert "has two stores" in two.stderr


def test_what_no_folder_holds_stays_as_it_is_written(file: Path) -> None:
    written = file.read_text()
    for store in ("sqlite:////kept/here.db", "sqlite://", "sqlite:///:memory:", "postgresql://h/d"):
        assert parse_monitor(f'store: "{store}"\n{written}').store_beside is None


def test_an_old_default_store_in_the_working_directory_is_used_and_named(folder: Path, file: Path) -> None:
    """Versions before this one kept it there."""
    assert tidegauge("backfill", file, "--to", "2024-01-08").exit_code == 0
    old, beside = Path.cwd() / "tidegauge.db", folder / "tidegauge.db"
    beside.rename(old)
    for _ in range(2):
        ran = tidegauge("run", file, "--window", "2024-01-08")
        assert ran.exit_code == 0
        assert f"my-model: using the store {old} (" in ran.stderr
        assert f"Move it to {beside}" in ran.stderr
        assert not beside.exists()
    shutil.copy(old, beside)
    for words in (("run",), ("status",), ("check",), ("backfill",), ("run", "--new")):
        two = tidegauge(words[0], file, *words[1:])
        assert (two.exit_code, two.stdout) == (2, "")
        key = "MB, up to day/2024-01-08T00:00:00Z/2024-01-09T00:00:00Z)"
        assert two.stderr.count(key) == 2
        assert f"my-model has two stores: {beside} (" in two.stderr
        assert f" and {old} (" in two.stderr
    old.unlink()
    assert tidegauge("status", file).exit_code == 0


@pytest.mark.parametrize("theirs", ["a store of others", "a diary", "no bytes"])
def test_what_else_is_called_so_in_the_working_directory_is_left_alone(file: Path, theirs: str) -> None:
    here = Path.cwd() / "tidegauge.db"
    if theirs == "a store of others":
        other = Path.cwd() / "theirs.yml"
        other.write_text(MONITOR.format(name="theirs", place=file.parent).replace(", categorical: [carrier]", ""))
        assert tidegauge("backfill", other, "--to", "2024-01-03").exit_code == 0
    else:
        here.write_text("Dear diary, " * 1000 if theirs == "a diary" else "")
    before, names = here.read_bytes(), sorted(Path.cwd().iterdir())
    assert tidegauge("status", file).exit_code == 4
    done = tidegauge("backfill", file, "--to", "2024-01-03")
    assert (done.exit_code, done.stderr.count("\n")) == (0, 1)
    assert f"no history in the store at sqlite:///{file.parent}/tidegauge.db: it begins here" in done.stderr
    assert (file.parent / "tidegauge.db").exists()
    assert (here.read_bytes(), sorted(Path.cwd().iterdir())) == (before, names)


def test_monitors_of_one_folder_share_their_store(folder: Path, file: Path) -> None:
    other = folder / "other.yml"
    other.write_text(MONITOR.format(name="other", place=folder))
    assert tidegauge("backfill", file, "--to", "2024-01-03").exit_code == 0
    assert tidegauge("run", other, "--window", "2024-01-03").exit_code == 4, "nothing was decided for it"
    assert tidegauge("backfill", other, "--to", "2024-01-03").exit_code == 0, "one source, profiled already"
    assert tidegauge("run", other, "--window", "2024-01-03").exit_code == 0
    assert tidegauge("status", other).stdout.startswith("other: 3 windows profiled")


def test_a_store_that_could_not_be_made_is_told_by_check(folder: Path, file: Path) -> None:
    file.write_text(f"store: sqlite:///{folder}/log.duckdb/sub/store.db\n" + file.read_text())
    done = tidegauge("check", file)
    assert done.exit_code == 3
    assert f"could not be made: {folder}/log.duckdb is no folder. Name another place by store:" in done.stderr


def test_a_store_in_memory_has_no_past(file: Path) -> None:
    file.write_text("store: sqlite://\n" + file.read_text())
    done = tidegauge("run", file, "--window", "2024-01-03")
    assert done.exit_code == 4
    assert "its store is in memory (sqlite://), and that is empty whenever it is opened" in done.stderr
    assert tidegauge("run", file, "--window", "2024-01-03", "--new").exit_code == 0


def test_answers_may_come_first_into_a_store_that_is_made_anew(folder: Path, file: Path) -> None:
    (folder / "answers.jsonl").touch()
    done = tidegauge("incident", "log", file, "--import", folder / "answers.jsonl")
    assert (done.exit_code, done.stdout) == (0, "0 answers read, 0 were there already.\n")
    assert tidegauge("incident", "list", file).exit_code == 4


def test_a_replay_needs_no_past(file: Path) -> None:
    done = tidegauge("replay", file, "--from", "2024-01-01", "--to", "2024-01-04", "--no-what-if")
    assert done.exit_code == 0
    told = tidegauge("status", file)
    assert "None has a decision of this monitor yet" in " ".join(told.stdout.split())
    assert told.exit_code == 4, "as a run would say, which has no history to go on with"


def test_a_postgres_store_without_tables_is_missing(file: Path, postgres: str) -> None:
    file.write_text(f"store: {postgres}\n" + file.read_text())
    for verb in LOOKING:
        done = on(verb, file)
        assert done.exit_code == 4
        assert "has no tables of tidegauge in its schema public" in done.stderr
    assert "has no tables of tidegauge" in tidegauge("check", file).stderr
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    assert tidegauge("run", file, "--window", "2024-01-08", "--new").exit_code == 0
    assert tidegauge("run", file, "--window", "2024-01-09").exit_code == 0
    other = file.with_name("other.yml")
    other.write_text(file.read_text().replace("my-model", "other").replace(", categorical: [carrier]", ""))
    assert "holds nothing of it (it knows my-model)" in tidegauge("status", other).stderr


def begin(file: Path) -> None:
    raise SystemExit(tidegauge("run", file, "--window", "2024-01-08", "--new").exit_code)


def test_two_may_begin_at_once(file: Path) -> None:
    fork = multiprocessing.get_context("fork")
    both = [fork.Process(target=begin, args=(file,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert [one.exitcode for one in both] == [0, 0]
    assert tidegauge("status", file).stdout.startswith("my-model: 1 window profiled")


def test_the_code_is_documented() -> None:
    assert code_of(NoHistory("x")) == 4
    assert "4    no history" in tidegauge("--help").output
    for verb in ("run", "status"):
        assert ", 4 the " in " ".join(tidegauge(verb, "--help").output.split())


@pytest.mark.parametrize("opening", [open_store, open_pipeline, opened, opened_store])
def test_no_verb_makes_a_store_because_it_forgot_to_say_what_it_needs(opening: Callable[..., object]) -> None:
    assert inspect.signature(opening).parameters["past"].default is inspect.Parameter.empty
    assert inspect.signature(open_shown).parameters["past"].default is Past.KNOWN, "and what only looks makes none"
