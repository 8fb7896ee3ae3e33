# ruff: noqa: E501 - a line of SQL or of YAML is one line
"""The command line as a person and a script meet it: whole processes' worth of arguments in, text and a code out."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner, Result

from tests.begun import open_pipeline
from tidegauge.cli import main
from tidegauge.cli.main import code_of
from tidegauge.cli.places import FilePath
from tidegauge.cli.printing import clean, plain
from tidegauge.cli.rim import windows_named
from tidegauge.core.addresses.hidden import Hidden, remember, seen
from tidegauge.core.errors import ContractError, MonitorError, NoHistory, StoreError, WarehouseError
from tidegauge.monitor import load_monitor
from tidegauge.store.store import Store

COMMANDS = [
    "init",
    "check",
    "compare",
    "run",
    "backfill",
    "decide",
    "report",
    "explain",
    "rows",
    "status",
    "deliver",
    "publish",
    "export",
    "rules",
    "prune",
    "replay",
    "incident",
    "models",
    "store",
    "forget",
]
NIGHTS = 70
LOG = f"""
CREATE TABLE log AS SELECT
  i AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i * 6) MINUTE AS at, 'v1' AS version,
  (hash(i) % 1000) / 1000.0 AS score, CASE WHEN i >= {240 * (NIGHTS - 1)} THEN 50 ELSE 1 END * (hash(i + 7) % 997) AS distance,
  CASE hash(i) % 3 WHEN 0 THEN 'AA' WHEN 1 THEN '[red]\x1b[31m' ELSE 'DL' END AS carrier
FROM range({240 * NIGHTS}) AS t(i)
"""
LAST, BEFORE = "2024-03-10", "2024-03-09"  # the night of the fault, and a clean one


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with ten weeks of nights, a fault in the last one, and a monitor whose past was read."""
    place = tmp_path_factory.mktemp("cli")
    with duckdb.connect(str(place / "log.duckdb")) as connection:
        connection.execute(LOG)
        connection.execute(f"COPY (SELECT * FROM log WHERE id < 8000) TO '{place}/before.parquet'")
        connection.execute(f"COPY (SELECT * FROM log WHERE id >= {240 * (NIGHTS - 1)}) TO '{place}/after.parquet'")
    (place / "my.yml").write_text(
        f"""\
monitor: my-model
store: sqlite:///{place}/store.db
source: {{url: "duckdb:///{place}/log.duckdb", table: log}}
columns: {{id: id, time: at, version: version, prediction: score, numeric: [distance], categorical: [carrier]}}
window: {{every: day}}
sinks: [{{html: {{folder: {place}/pages}}}}]
actions: [{{notify: {{log: {place}/notices}}}}]
"""
    )
    return place


@pytest.fixture(scope="module")
def past(folder: Path) -> Path:
    """The monitor's file, after a backfill up to the fault."""
    done = tidegauge("backfill", folder / "my.yml", "--to", LAST)
    assert done.exit_code == 0, done.output
    return folder / "my.yml"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    shown = tidegauge(command, "--help")
    assert shown.exit_code == 0
    assert f"tidegauge {command} " in shown.output.partition("Example")[2]


def test_help_lists_every_command_in_the_order_of_use_and_the_exit_codes() -> None:
    shown = tidegauge("--help").output
    assert list(main.list_commands(click.Context(main))) == COMMANDS
    assert "Exit codes:" in shown
    assert "an outage" in shown


def test_help_imports_nothing_heavy() -> None:
    """A script calls this a thousand times: none of these may be paid for by `--help`."""
    heavy = ("numpy", "duckdb", "pydantic", "sqlalchemy", "rich", "jinja2", "pandas", "airflow", "holidays", "alembic")
    code = (
        "import sys\nfrom tidegauge.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', [m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout


@pytest.mark.parametrize(
    ("error", "code"), [(WarehouseError("x"), 3), (StoreError("x"), 3), (ContractError("x"), 1), (MonitorError("x"), 2)]
)
def test_errors_end_in_documented_codes(error: Exception, code: int) -> None:
    assert code_of(error) == code  # type: ignore[arg-type]  # they are TidegaugeErrors


def test_a_wrong_monitor_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("monitor: x\nsauce: {}\n")
    done = tidegauge("check", tmp_path / "bad.yml")
    assert done.exit_code == 2
    assert 'bad.yml:2: sauce: unknown key. Did you mean "source"?' in done.stderr
    assert "Traceback" not in done.output
    shown = tidegauge("--debug", "check", tmp_path / "bad.yml")
    assert shown.exit_code == 2
    assert shown.stderr.startswith("Traceback (most recent call last):")
    assert shown.stderr.endswith(done.stderr)


@pytest.mark.parametrize("error", [WarehouseError, StoreError, NoHistory, ContractError, MonitorError, RuntimeError])
def test_debug_changes_no_exit_code(error: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error("it is \x1b[31mso")

    monkeypatch.setattr("tidegauge.monitor.load_monitor", fails)
    for verb in ("check", "status", "explain"):
        plain, debug = (tidegauge(*words, verb, tmp_path / "m.yml") for words in ((), ("--debug",)))
        assert plain.exit_code == debug.exit_code == (70 if error is RuntimeError else code_of(error("")))  # type: ignore[arg-type]
        assert "Traceback" in debug.stderr
        assert "\x1b" not in debug.stderr


ADDRESSES = (
    "postgresql://u:S3cretPassw0rd@h/db",
    "postgresql+psycopg:/u:S3cretPassw0rd@h/db",
    "http://S3cretPassw0rd@h",
    "duckdb:///md:s?motherduck_token=S3cretPassw0rd",
    "u:S3cretPassw0rd@h/db",
    "host=h user=u password=S3cretPassw0rd",  # as libpq takes them
    "dbname=d password = 'S3cretPassw0rd it''s long' host=h",
    "md:db?motherduck_token=S3cretPassw0rd",
    "Driver={PostgreSQL};Server=h;Uid=u;Pwd=S3cretPassw0rd;",
    "data.parquet?X-Amz-Signature=S3cretPassw0rd",
    "aws_secret_access_key=S3cretPassw0rd",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "arguments",
    [
        *(
            (verb, "{}")
            for verb in COMMANDS
            if verb not in ("init", "compare", "incident", "models", "store", "replay", "explain")
        ),
        ("explain", "{}"),
        ("incident", "list", "{}"),
        ("models", "list", "{}"),
        ("store", "size", "{}"),
        ("store", "prune", "{}"),
        ("store", "vacuum", "{}"),
        ("models", "judge", "m.yml", "{}"),
        ("replay", "{}", "--from", "2024-01-01", "--to", "2024-02-01"),
        ("replay", "--monitor", "{}", "--from", "2024-01-01", "--to", "2024-02-01"),
        ("replay", "m.yml", "--from", "2024-01-01", "--to", "2024-02-01", "--faults", "{}"),
        ("replay", "m.yml", "--from", "2024-01-01", "--to", "2024-02-01", "--events", "{}"),
        ("replay", "m.yml", "--from", "2024-01-01", "--to", "2024-02-01", "--out", "{}"),
        ("report", "m.yml", "--out", "{}"),
        ("init", "--path", "x.csv", "--out", "{}"),
        ("compare", "a.csv", "b.csv", "--html", "{}"),
        ("incident", "log", "m.yml", "--export", "{}"),
        ("incident", "log", "m.yml", "--import", "{}"),
    ],
    ids=" ".join,
)
def test_an_address_where_a_file_belongs_is_not_repeated(arguments: tuple[str, ...], address: str) -> None:
    """A Path makes `:/` of its `://`, and then it would look like no address."""
    done = tidegauge(*(a.format(address) for a in arguments))
    assert done.exit_code == 2
    assert "S3cret" not in done.output
    if "--import" not in arguments:
        assert "belongs here, and an address was given" in done.stderr or "Usage" in done.stderr


def words_of(command: click.Command, *verb: str) -> list[tuple[str, ...]]:
    """Everything that takes a text, of a verb and of those below it, as it is typed."""
    if isinstance(command, click.Group):
        return [words for name, below in command.commands.items() for words in words_of(below, *verb, name)]
    found = [p for p in command.params if not isinstance(p.type, FilePath) and not getattr(p, "is_flag", False)]
    return [(*verb, *(p.opts[:1] if isinstance(p, click.Option) else ["my.yml"]), "{}") for p in found]


@pytest.mark.parametrize("arguments", words_of(main), ids=" ".join)
def test_an_address_where_a_word_belongs_is_not_repeated(arguments: tuple[str, ...]) -> None:
    """Of every option of every verb, those to come as well."""
    for address in ADDRESSES:
        done = tidegauge(*(a.format(address) for a in arguments))
        assert done.exit_code in {2, 3}  # 3: of what may be an address, somebody who did not answer
        assert "S3cret" not in done.output
        if "--window" in arguments:
            assert "an address was given where window belongs. It is not repeated" in done.stderr


def test_an_address_in_the_environment_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEGAUGE_MONITOR", ADDRESSES[0])
    done = tidegauge("run")
    assert (done.exit_code, "S3cret" in done.output) == (2, False)
    assert "a monitor's file belongs here, and an address was given" in done.stderr
    for address in ADDRESSES:
        with pytest.raises(MonitorError, match="cannot be read") as caught:
            load_monitor(Path(address))
        assert "S3cret" not in str(caught.value)


def test_a_bug_is_not_taken_for_an_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("tidegauge.monitor.json_schema.schema_text", broken)
    done = tidegauge("init", "--schema")
    assert done.exit_code == 70
    assert "ZeroDivisionError: ours" in done.stderr


@pytest.mark.parametrize("read_before", [True, False])
def test_secrets_of_one_test_are_none_of_the_next(read_before: bool) -> None:
    """The second run would withhold every line, had the first left what it has read."""
    assert not seen()
    if read_before:
        remember(Hidden(["ZeroDivisionError"]))
        assert seen()


def test_an_unreachable_warehouse_is_an_outage(folder: Path, tmp_path: Path) -> None:
    text = (folder / "my.yml").read_text().replace("log.duckdb", "nowhere.duckdb")
    (tmp_path / "my.yml").write_text(text)
    done = tidegauge("check", tmp_path / "my.yml")
    assert done.exit_code == 3
    assert "nowhere.duckdb" in done.stderr


def test_init_writes_a_monitor_that_checks(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "first.yml"
    arguments = ("init", "--source", f"duckdb:///{folder}/log.duckdb", "--table", "log", "--out", out)
    assert tidegauge(*arguments).exit_code == 0
    assert "distance" in out.read_text()
    assert tidegauge(*arguments).exit_code == 2  # it is there already
    assert tidegauge(*arguments, "--force").exit_code == 0
    out.write_text(out.read_text().replace("sqlite:///tidegauge.db", f"sqlite:///{tmp_path}/t.db"))
    assert tidegauge("check", out).exit_code == 0


def test_init_prints_the_schema() -> None:
    assert json.loads(tidegauge("init", "--schema").output)["title"] == "A tidegauge monitor"


def test_compare_of_what_is_not_there_is_no_difference(tmp_path: Path) -> None:
    """1 would tell a script that something changed."""
    for path in (tmp_path / "gone.parquet", tmp_path / "monitor.yml"):
        found = tidegauge("compare", str(path), str(path))
        assert found.exit_code == 2
        assert path.name in found.stderr


def test_compare_ends_with_what_it_found(folder: Path, tmp_path: Path) -> None:
    before, after = folder / "before.parquet", folder / "after.parquet"
    same = tidegauge("compare", before, before)
    assert (same.exit_code, "Nothing" in same.output) == (0, True)
    page = tmp_path / "page.html"
    changed = tidegauge("compare", before, after, "--json", "--html", page)
    assert changed.exit_code == 1
    assert json.loads(changed.stdout)["columns"][0]["column"] == "distance"
    assert "distance" in page.read_text()
    ignored = tidegauge("compare", before, after, "--ignore", "distance")
    assert ignored.exit_code == 0
    table = tidegauge("compare", before, f"duckdb:///{folder}/log.duckdb#log")
    assert table.exit_code in (0, 1)
    assert tidegauge("compare", before, f"duckdb:///{folder}/log.duckdb").exit_code == 2


def test_check_tells_what_does_not_hold(folder: Path, tmp_path: Path) -> None:
    assert tidegauge("check", folder / "my.yml").exit_code == 0
    (tmp_path / "my.yml").write_text((folder / "my.yml").read_text().replace("[distance]", "[distanze]"))
    done = tidegauge("check", tmp_path / "my.yml", "--json")
    assert done.exit_code == 1
    assert 'Did you mean "distance"?' in json.loads(done.stdout)["problems"][0]


def test_foreign_text_moves_no_cursor_and_writes_no_line() -> None:
    assert clean("a\x1b[31mb\u202ec\nd") == "a\\x1b[31mb\\u202ec\\nd"


def test_json_holds_no_number_that_json_has_not() -> None:
    assert plain({"a": float("nan"), "b": (1, float("inf"))}) == {"a": None, "b": [1, None]}


def test_a_backfill_leaves_out_a_last_day_that_was_torn_off(folder: Path, tmp_path: Path) -> None:
    """A table that ends at five in the morning would end its history with a day of few rows; one of noon would not."""
    for hours, taken in ((5, "2024-01-03"), (13, "2024-01-04")):
        with duckdb.connect(str(tmp_path / f"{hours}.duckdb")) as connection:
            connection.execute(LOG.replace(f"range({240 * NIGHTS})", f"range({240 * 3 + 10 * hours})"))
        text = (folder / "my.yml").read_text().replace(f"{folder}/log.duckdb", f"{tmp_path}/{hours}.duckdb")
        monitor = tmp_path / f"{hours}.yml"
        monitor.write_text(text.replace(f"{folder}/store.db", f"{tmp_path}/{hours}.db"))
        done = tidegauge("backfill", monitor, "--json")
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)[-1]["window"].startswith(f"day/{taken}")
        assert ("Left out the last day" in done.stderr) == (hours < 12)


def test_a_backfill_reads_the_past_and_tells_nobody(past: Path) -> None:
    again = tidegauge("backfill", past, "--to", LAST)
    assert again.output == "Nothing new to decide.\n"
    assert not (past.parent / "pages").exists()
    assert not (past.parent / "notices").exists()


def test_a_night_is_run_explained_reported_and_run_again(past: Path, tmp_path: Path) -> None:
    replayed = tidegauge("run", past, "--window", BEFORE, "--replay", "--json")
    assert replayed.exit_code == 0, replayed.output
    assert json.loads(replayed.stdout)[0]["verdict"] == "fine"

    ran = tidegauge("run", past, "--window", LAST)
    assert ran.exit_code == 1, ran.output
    assert "alert" in ran.stdout
    assert "distance" in ran.stdout
    assert len(list((past.parent / "pages").rglob(f"{LAST}*.html"))) == 1
    assert len((past.parent / "notices").read_text().splitlines()) == 1

    again = tidegauge("run", past, "--window", LAST, "--json")
    assert again.exit_code == 1, "a rerun says the same to a script"
    assert json.loads(again.stdout)[0]["findings"][0]["column"] == "distance"
    assert "made again" not in again.stderr
    earlier = tidegauge("run", past, "--window", BEFORE, "--replay")
    assert earlier.exit_code == 0, "the alert of another night is not this one's"
    assert len((past.parent / "notices").read_text().splitlines()) == 1, "and tells nobody twice"

    explained = tidegauge("explain", past, "--sql")  # the latest
    assert explained.exit_code == 0
    assert explained.stdout.startswith("Alert")
    assert "distance" in explained.stdout
    assert "SELECT" in explained.stdout
    assert "\x1b" not in explained.stdout
    assert "occurs about once in" in explained.stdout or "occurs less than once" in explained.stdout
    assert f"Beyond the edge of an alert since Sun {LAST}" in explained.stdout
    (told,) = json.loads(tidegauge("explain", past, LAST, "--json").stdout)
    assert told["since"][0]["column"] == "distance"
    name = told["incident"]["id"]
    by_incident = tidegauge("explain", past, name[:8], "--sql")
    assert by_incident.stdout == explained.stdout, "an incident stands for its last alert"
    calm = json.loads(tidegauge("explain", past, BEFORE, "--json").stdout)[0]
    assert (calm["verdict"], calm["incident"], calm["since"]) == ("fine", None, [])

    page = tmp_path / "page.html"
    assert tidegauge("report", past, "--window", LAST, "--out", page).exit_code == 0
    assert "distance" in page.read_text()

    stands = tidegauge("status", past)
    assert stands.exit_code == 1
    assert "Open incidents" in stands.stdout
    state = json.loads(tidegauge("status", past, "--json").stdout)
    assert state["profiled"]["windows"] == NIGHTS
    assert state["incidents"][0]["columns"][0] == "distance"

    decided = tidegauge("decide", past)
    assert (decided.exit_code, decided.output) == (0, "Nothing new to decide.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "--window", "yesterday"), 2, '"yesterday" names no window. Write a date'),
        (("run", "--window", "hour/2024-03-10T00:00:00Z/2024-03-10T01:00:00Z"), 2, "is a hour, and the windows"),
        (("run",), 2, "The newest row is from 2024-03-10. Name the window"),
        (("explain", "--window", "2031-01-01"), 2, "has no decision on the inputs"),
        (("explain", "2031-01-01"), 2, "has no decision on the inputs"),
        (("explain", "2001-01-01"), 2, "It lies before the first day that was ever looked at, day/2024-01-01"),
        (("explain", "c0ffee11"), 2, "has no incident"),
        (("explain", "2024-03-09", "--window", "2024-03-09"), 2, "Name the window once"),
        (("explain", "--stage", "labels"), 2, "has decided nothing about labels yet"),
        (
            ("backfill", "--to", "2019-01-01"),
            2,
            "There is no whole day to read between 2024-01-01 00:00 and 2019-01-01 00:00",
        ),
    ],
)
def test_what_cannot_be_done_is_a_sentence(past: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    verb, *options = arguments
    done = tidegauge(verb, past, *options)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr


def test_what_an_alert_asks_for_waits_until_it_could_be_done(folder: Path, tmp_path: Path) -> None:
    file, notices = tmp_path / "my.yml", tmp_path / "notices"
    text = (folder / "my.yml").read_text().replace(f"{folder}/notices", str(notices)).replace("store.db", "waiting.db")
    retrain = "{retrain: {dag: train, hold: false}}, {report: {folder: " + str(tmp_path / "reports") + "}}, "
    file.write_text(text.replace("actions: [", f"actions: [{retrain}"))
    assert tidegauge("backfill", file, "--to", LAST).exit_code == 0

    notices.mkdir()  # a folder where the file should be
    ran = tidegauge("run", file, "--window", LAST)
    assert ran.exit_code == 3
    assert "the notice could not be written" in ran.stderr
    assert "the DAG train (Airflow starts it)" in ran.stderr
    assert len(list((tmp_path / "reports").rglob(f"{LAST}*.html"))) == 1

    again = tidegauge("run", file, "--window", LAST)
    assert again.exit_code == 3, "its next try has not come, and it is not forgotten"
    assert "1 not delivered yet: see tidegauge status" in again.stderr
    assert "Airflow starts it" not in again.stderr, "it was said when it was asked for"
    stands = tidegauge("status", file)
    assert stands.exit_code == 1, "an incident is open; what waits for its next try is no outage yet"
    assert "Not delivered yet:" in stands.stdout
    assert "it is a folder. Name a file in actions.notify.log." in stands.stdout

    with Store.open(load_monitor(file).expanded_store()) as store:
        (one,) = store.outbox.undelivered("my-model")
        clock = datetime.now(UTC)
        while store.outbox.finish(one.intent.key, ok=False, note="no answer", as_of=clock) != "given up":
            clock += timedelta(hours=1)
    stands = tidegauge("status", file)
    assert stands.exit_code == 3, "given up stands until somebody says so"
    assert "Given up:" in stands.stdout
    assert f"To try all now: tidegauge deliver {file}" in stands.stdout
    assert json.loads(tidegauge("status", file, "--json").stdout)["given_up"][0]["note"] == "no answer"
    again = tidegauge("run", file, "--window", LAST)
    assert again.exit_code == 3
    assert "1 given up" in again.stderr

    notices.rmdir()
    assert tidegauge("deliver", file).exit_code == 0
    again = tidegauge("run", file, "--window", LAST)
    assert again.exit_code == 1, again.stderr
    assert len(notices.read_text().splitlines()) == 1
    assert tidegauge("status", file).exit_code == 1
    waiting = json.loads(tidegauge("status", file, "--json").stdout)["waiting"]
    assert [intent["action"] for intent in waiting] == ["retrain"]


def test_a_place_that_takes_no_file_is_a_sentence(past: Path, tmp_path: Path) -> None:
    folder, out = past.parent, tmp_path / "gone" / "out"
    warehouse, table = f"duckdb:///{folder}/log.duckdb", folder / "before.parquet"
    for words in (
        ("report", past, "--window", BEFORE, "--out", out),
        ("incident", "log", past, "--export", out),
        ("compare", table, table, "--html", out),
        ("init", "--source", warehouse, "--table", "log", "--out", out),
    ):
        done = tidegauge(*words)
        assert done.exit_code == 3, done.output
        lacking = f"there is no folder {out.parent}. Make it, or name another place."
        assert done.stderr == f"{out} could not be written: {lacking}\n"
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "folder"
    replayed = tidegauge("replay", past, "--from", BEFORE, "--to", LAST, "--no-what-if", "--out", out)
    assert replayed.exit_code == 3
    assert replayed.stderr == f"{out} could not be written: Not a directory. Name another place.\n"


def test_one_window_is_no_windows(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "my.yml").write_text((folder / "my.yml").read_text().replace("store.db", "one.db"))
    read = tidegauge("backfill", tmp_path / "my.yml", "--to", "2024-01-02")
    assert read.stdout == "1 window decided, 0 of them not fine.\n"
    stands = tidegauge("status", tmp_path / "my.yml").stdout
    assert stands.startswith("my-model: 1 window profiled, Mon 2024-01-01 to Mon 2024-01-01\n")


FAR = "2099-03-09"


def of_its_own(folder: Path, tmp_path: Path, **changes: str) -> Path:
    """The same monitor with a store and outputs of its own."""
    text = (folder / "my.yml").read_text().replace(f"{folder}/store.db", f"{tmp_path}/store.db")
    for name in ("pages", "notices"):
        text = text.replace(f"{folder}/{name}", f"{tmp_path}/{name}")
    for old, new in changes.items():
        text = text.replace(old, new)
    file = tmp_path / "my.yml"
    file.write_text(text)
    return file


def test_a_window_that_has_not_ended_is_refused_by_every_verb(folder: Path, tmp_path: Path) -> None:
    file = of_its_own(folder, tmp_path)
    assert tidegauge("backfill", file, "--to", "2024-01-10").exit_code == 0
    before = tidegauge("status", file).stdout
    ran = tidegauge("run", file, "--window", FAR)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "day/2099-03-09T00:00:00Z/2099-03-10T00:00:00Z has not ended yet, so there is nothing to judge" in ran.stderr
    for arguments in (("run", file, "--window", FAR, "--replay"), ("backfill", file, "--from", FAR, "--to", "2099-04-01"),
                      ("run", file, "--window", FAR, "--clock-is-right")):  # fmt: skip
        refused = tidegauge(*arguments)
        assert refused.exit_code == 2
        assert "has not ended yet" in refused.stderr
    assert tidegauge("status", file).stdout == before

    past = tidegauge("backfill", file, "--from", BEFORE, "--to", "2099-01-01")
    assert past.exit_code == 2
    assert "Goes up to" in past.stderr
    assert "The newest row is from 2024-03-10. Name the window: --window 2024-03-10." in past.stderr
    assert "say so: --clock-is-right" in past.stderr
    latest = tidegauge("run", file, "--clock-is-right")
    assert latest.exit_code == 1, latest.stderr  # a window without a row: the log stopped long ago
    assert "no rows" in latest.stdout


def test_of_a_day_the_hours_that_have_ended_are_run(folder: Path, tmp_path: Path) -> None:
    """The day of today names hours that are still to come, and they are left out."""
    file = of_its_own(folder, tmp_path, **{"every: day": "every: hour"})
    hours = [datetime.now(UTC)]
    ran = tidegauge("run", file, "--new", "--window", f"{hours[0]:%Y-%m-%d}")
    hours.append(datetime.now(UTC))
    assert ran.exit_code == 2, "the log stands still since 2024"
    if hours[0].hour == hours[1].hour > 0:
        assert f"Left out {24 - hours[0].hour} of 24 hours of {hours[0]:%Y-%m-%d}: they have not ended" in ran.stderr
        assert "The newest row is from 2024-03-10" in ran.stderr


def test_a_forgotten_window_is_seen_to_be_forgotten(folder: Path, tmp_path: Path) -> None:
    file = of_its_own(folder, tmp_path)
    assert tidegauge("backfill", file, "--to", LAST).exit_code == 0
    assert tidegauge("run", file, "--window", LAST).exit_code == 1
    name = json.loads(tidegauge("status", file, "--json").stdout)["incidents"][0]["id"]
    assert list((tmp_path / "pages").rglob(f"{LAST}*.html"))

    done = tidegauge("forget", file, "--window", LAST)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        f"Forgot Sun {LAST} (inputs).\nIncident {name} on the inputs was about nothing else, and is taken back.\n"
    )
    assert not list((tmp_path / "pages").rglob(f"{LAST}*.html"))
    assert tidegauge("forget", file, "--window", LAST).stdout == f"Sun {LAST} was forgotten already.\n"

    for verb in ("explain", "report"):
        asked = tidegauge(verb, file, "--window", LAST)
        assert asked.exit_code == 2
        assert re.search(
            rf"It was forgotten, on 20.*To have it again, run it: tidegauge run .* --window day/{LAST}", asked.stderr
        )

    stands = tidegauge("status", file)
    assert stands.exit_code == 0
    assert f"Forgotten: the inputs of Sun {LAST}, on 20" in stands.stdout
    state = json.loads(tidegauge("status", file, "--json").stdout)
    assert [(f["stage"], f["window"][:14]) for f in state["forgotten"]] == [("inputs", f"day/{LAST}")]
    assert tidegauge("run", file, "--window", LAST).exit_code == 1, "run again, it is new"
    assert len((tmp_path / "notices").read_text().splitlines()) == 2

    never = tidegauge("forget", file, "--window", FAR)
    assert never.exit_code == 2
    assert "knows nothing of day/2099-03-09" in never.stderr


def test_status_names_a_window_that_should_be_forgotten(folder: Path, tmp_path: Path) -> None:
    file = of_its_own(folder, tmp_path)
    assert tidegauge("backfill", file, "--to", LAST).exit_code == 0
    monitor = load_monitor(file)
    with open_pipeline(monitor, clock=lambda: datetime(2100, 1, 1, tzinfo=UTC), clock_is_right=True) as pipeline:
        pipeline.run(windows_named(monitor, FAR)[0])
    said = tidegauge("status", file).stdout
    assert "A window that has not ended yet was run, by a clock that was ahead. Take it back: " in said
    (command,) = [line.partition("Take it back: tidegauge ")[2] for line in said.splitlines() if "Take it back" in line]
    assert tidegauge(*command.split()).exit_code == 0
    assert "Take it back" not in tidegauge("status", file).stdout


def test_status_by_a_clock_that_is_behind_proposes_to_forget_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows that follow on the past without a gap are good, and the clock is not."""
    file = of_its_own(folder, tmp_path)
    assert tidegauge("backfill", file, "--to", LAST).exit_code == 0
    for now, those in (
        ("2024-03-05T12", "5 windows that it knows have"),
        ("2024-03-09T20", "window that it knows has"),
    ):
        at = datetime.fromisoformat(now).replace(tzinfo=UTC)
        with monkeypatch.context() as patch:
            patch.setattr("tidegauge.stages.clock.Clock.now", lambda _, at=at: at)
            said = " ".join(tidegauge("status", file).stdout.split())
        assert f"The clock looks wrong: by this host's it is {now.replace('T', ' ')}:00, and the last {those}" in said
        assert "Take it back" not in said


def test_when_all_is_forgotten_that_is_what_is_said(folder: Path, tmp_path: Path) -> None:
    file = of_its_own(folder, tmp_path)
    assert tidegauge("backfill", file, "--to", "2024-01-04").exit_code == 0
    for day in ("2024-01-01", "2024-01-02", "2024-01-03"):
        assert tidegauge("forget", file, "--window", day).exit_code == 0
    stands = tidegauge("status", file)
    assert stands.exit_code == 4
    assert "has forgotten all that it had seen. Read the past: tidegauge backfill" in stands.stdout
    ran = tidegauge("run", file, "--window", "2024-01-03")
    assert ran.exit_code == 4
    assert "knew of it was forgotten" in ran.stderr
    assert "columns" not in ran.stderr


@pytest.mark.parametrize(
    "words", [("backfill", "--from", "2024-03-01"), ("replay", "--from", "2024-03-01", "--to", "2024-03-05")]
)
def test_a_store_that_was_lost_is_not_made_again_in_silence(
    folder: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = of_its_own(folder, tmp_path)
    verb, *rest = words
    first, again = (tidegauge(verb, file, *rest) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "has no history in the store at sqlite:///" in first.stderr
    assert "it begins " in first.stderr
    assert "If it had one, stop, and find the store" in first.stderr
    assert "has no history" not in again.stderr


@pytest.mark.parametrize("error", [StoreError("the store is full"), ZeroDivisionError("ours")])
def test_an_answer_is_not_eaten_by_what_stands_beside_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """What would have been seen is worked out once a week, after everybody was told; whatever happens to that."""

    def broken(*_: object, **__: object) -> None:
        raise error

    file = tmp_path / "my.yml"
    file.write_text((folder / "my.yml").read_text().replace("store.db", f"sensitivity-{type(error).__name__}.db"))
    assert tidegauge("backfill", file, "--to", LAST).exit_code == 0
    monkeypatch.setattr("tidegauge.pipeline.showing.sensitivity_of", broken)
    says = str(error) if isinstance(error, StoreError) else type(error).__name__
    ran = tidegauge("run", file, "--window", LAST)
    assert (ran.exit_code, 'Alert: "distance"' in ran.stdout) == (1, True)
    told = tidegauge("explain", file, LAST)
    assert told.exit_code == 0
    assert f"The smallest detectable change could not be worked out: {says}" in told.stdout
    assert tidegauge("report", file, "--window", LAST, "--out", tmp_path / "page.html").exit_code == 0
    assert tidegauge("status", file).exit_code == 1
