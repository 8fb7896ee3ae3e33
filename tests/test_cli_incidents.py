"""Incidents on the command line: seen, answered, taken back, carried to another store."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from tidegauge.cli import main
from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.window import Window
from tidegauge.decisions.incidents import incidents_of
from tidegauge.monitor import load_monitor
from tidegauge.store.profiles import Entry, Revision
from tidegauge.store.store import Store

VERBS = ("list", "show", "confirm", "dismiss", "accept-as-normal", "retract", "log")
DAYS = ["price", "price", "price", None, None, "city", "city"]


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def day(number: int) -> Window:
    """The n-th day of March 2024."""
    start = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=number)
    return Window(start, start + timedelta(days=1), "day")


def decisions() -> list[Decision]:
    """Three days of one column, two quiet ones, two of another."""
    made = []
    for k, column in enumerate(DAYS):
        found = (Finding(column, "*", 3.0, ()), Finding(f"{column}_too", "*", 2.0, ())) if column else ()
        verdict = Verdict.ALERT if column else Verdict.FINE
        made.append(Decision("shop", day(k), "inputs", verdict, "", f"e{k}", strength=2.5, findings=found))
    return made


def a_store(folder: Path) -> Path:
    """A monitor's file whose store holds these decisions; there is no warehouse at all."""
    with Store.open(f"sqlite:///{folder}/store.db") as store:
        store.decisions.commit_batch([(d, b"", (), ()) for d in decisions()], as_of=day(7).end)
        store.incidents.replace("shop", "inputs", incidents_of(decisions()))
    file = folder / "shop.yml"
    file.write_text(
        f"monitor: shop\nstore: sqlite:///{folder}/store.db\n"
        f'source: {{url: "duckdb:///{folder}/not/there.duckdb", table: log}}\n'
        "columns: {time: at, numeric: [price, city]}\nwindow: {every: day, zone: America/New_York}\n"
    )
    with Store.open(f"sqlite:///{folder}/store.db") as store:
        store.monitors.begin("shop", load_monitor(file).source_key, {})
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Its file."""
    return a_store(tmp_path)


OLD, NEW = (i.id for i in incidents_of(decisions()))


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb: str) -> None:
    shown = tidegauge("incident", verb, "--help")
    assert f"tidegauge incident {verb} " in shown.output.partition("Example")[2]


def test_incidents_are_listed_and_shown_without_a_warehouse(shop: Path) -> None:
    listed = tidegauge("incident", "list", shop)
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()[1:]] == [OLD, NEW]
    assert "quiet since " in listed.stdout
    assert "resolved" not in listed.stdout, "nobody has said that anything was mended"
    assert "continued" in listed.stdout
    assert [line.split()[0] for line in tidegauge("incident", "list", shop, "--open").stdout.splitlines()[1:]] == [NEW]
    shown = tidegauge("incident", "show", shop, OLD[:6]).stdout
    for said in ("severity high", "3 alerts", "price_too", f"tidegauge incident confirm {shop} {OLD}"):
        assert said in shown
    assert tidegauge("incident", "show", shop, OLD[:6].upper()).stdout == shown, "an id may be read aloud"
    as_json = json.loads(tidegauge("incident", "show", shop, OLD, "--json").stdout)
    assert as_json["incident"]["windows"] == [day(k).key for k in range(3)]
    assert as_json["answer"] is None


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("confirm", "its 3 windows leave every reference, spread and tail."),
        ("dismiss", "what price, price_too showed in its 3 windows is ordinary."),
        ("accept-as-normal", "is a reference for price, price_too."),
    ],
)
def test_an_incident_is_answered_and_the_answer_taken_back(shop: Path, verb: str, said: str) -> None:
    at = ("--at", "2024-03-10", "--by", "ana")
    done = tidegauge("incident", verb, shop, OLD, *at, "--note", "as every spring")
    assert done.exit_code == 0, done.output
    assert said in done.stdout
    assert done.stderr == "", "nothing was decided after that"
    again = tidegauge("incident", verb, shop, OLD, "--at", "2024-03-11")
    assert "already, by ana at 2024-03-10 00:00." in again.stdout
    (told,) = json.loads(tidegauge("incident", "log", shop, "--json").stdout)
    assert (told["by"], told["note"], told["at"]) == ("ana", "as every spring", "2024-03-10 05:00:00+00:00")
    assert "as every spring" in tidegauge("incident", "show", shop, OLD).stdout
    back = tidegauge("incident", "retract", shop, OLD, "--at", "2024-03-12")
    assert f"Retracted: from 2024-03-12 00:00 on, {OLD} is unanswered." in back.stdout
    assert json.loads(tidegauge("incident", "show", shop, OLD, "--json").stdout)["answer"] is None
    assert len(json.loads(tidegauge("incident", "log", shop, "--json").stdout)) == 2
    none = tidegauge("incident", "retract", shop, OLD)
    assert (none.exit_code, "no answer that could be taken back" in none.stderr) == (2, True)


def test_an_answer_is_about_what_was_known_when_it_was_given(shop: Path) -> None:
    done = tidegauge("incident", "confirm", shop, OLD, "--at", "2024-03-02T12:00+00:00")
    assert "its 1 window leaves" in done.stdout
    assert "6 windows that ended later were decided without it." in done.stderr
    assert f"tidegauge decide {shop}" in done.stderr
    assert "confirmed, not 2 later" in tidegauge("incident", "list", shop).stdout
    assert "its 3 windows" in tidegauge("incident", "confirm", shop, OLD).stdout


def test_the_latest_answer_stands(shop: Path) -> None:
    tidegauge("incident", "confirm", shop, OLD, "--at", "2024-03-10")
    tidegauge("incident", "dismiss", shop, OLD, "--at", "2024-03-11", "--column", "price")
    shown = json.loads(tidegauge("incident", "show", shop, OLD, "--json").stdout)
    assert (shown["answer"]["answer"], shown["answer"]["columns"]) == ("dismiss", ["price"])
    assert [a["answer"] for a in shown["answers"]] == ["confirm", "dismiss"]


def with_a_warehouse(shop: Path) -> Path:
    """The same with an empty warehouse and profiled windows, so that there is a status."""
    (shop.parent / "not").mkdir()
    duckdb.connect(str(shop.parent / "not" / "there.duckdb")).close()
    shop.write_text(shop.read_text().replace("zone: America/New_York", "start: 2024-03-01"))
    with Store.open(f"sqlite:///{shop.parent}/store.db") as store:
        entries: list[Entry] = [(day(k), Revision(1, "", "1"), []) for k in range(len(DAYS))]
        store.profiles.put(load_monitor(shop).source_key, "inputs", entries)
        store.monitors.begin("shop", load_monitor(shop).source_key, {})
    return shop


def test_an_answer_on_one_column_leaves_the_incident_open(shop: Path) -> None:
    with_a_warehouse(shop)
    part = tidegauge("incident", "accept-as-normal", shop, NEW, "--at", "2024-03-10", "--column", "city")
    assert part.exit_code == 0, part.output
    assert "accepted as normal for city " in tidegauge("incident", "list", shop, "--open").stdout
    shown = tidegauge("incident", "show", shop, NEW).stdout
    assert "Nothing was said of city_too. One answer stands: answer again, of all columns that you mean." in shown
    status = tidegauge("status", shop)
    assert (status.exit_code, "; accepted as normal for city\n" in status.stdout) == (1, True)
    both = ("--column", "city", "--column", "city_too")
    assert tidegauge("incident", "accept-as-normal", shop, NEW, "--at", "2024-03-11", *both).exit_code == 0
    status = tidegauge("status", shop)
    assert (status.exit_code, "; accepted as normal\n" in status.stdout) == (0, True)
    assert "Nothing was said" not in tidegauge("incident", "show", shop, NEW).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("confirm", "ffffffffffffffff"), 'shop has no incident "ffffffffffffffff". Known: '),
        (("confirm", OLD[:10] + "zzzzzz"), f'Did you mean "{OLD}"?'),
        (("show", OLD[:3]), f'has no incident "{OLD[:3]}". Write at least 4 letters of its id, such as {OLD[:4]}.'),
        (("show", "zz"), 'shop has no incident "zz". Write at least 4 letters of its id.'),
        (("dismiss", OLD, "--column", "prize"), 'is not about the column "prize". Did you mean "price"?'),
        (
            ("confirm", OLD, "--at", "2024-03-01"),
            "which had not ended by 2024-03-01T00:00:00-05:00. Answer it at a later",
        ),
        (("confirm", OLD, "--at", "soon"), '--at: "soon" is no time. Write 2013-04-01 or 2013-04-01T05:30.'),
        (("retract", OLD), "shop has no answer that could be taken back"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(shop: Path, arguments: tuple[str, ...], said: str) -> None:
    verb, *rest = arguments
    done = tidegauge("incident", verb, shop, *rest)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_two_answers_of_one_instant_are_refused(shop: Path) -> None:
    tidegauge("incident", "confirm", shop, OLD, "--at", "2024-03-10")
    clash = tidegauge("incident", "dismiss", shop, OLD, "--at", "2024-03-10")
    assert clash.exit_code == 2
    assert "has another answer of the very same time (confirm, 2024-03-10 05:00:00+00:00)" in clash.stderr


def test_a_log_goes_to_another_store(shop: Path, tmp_path: Path) -> None:
    tidegauge("incident", "confirm", shop, OLD, "--at", "2024-03-04", "--note", "naïve 🌊\nline")
    tidegauge("incident", "dismiss", shop, NEW, "--at", "2024-03-10")
    tidegauge("incident", "retract", shop, NEW, "--at", "2024-03-11")
    file = tmp_path / "answers.jsonl"
    assert "3 answers written to" in tidegauge("incident", "log", shop, "--export", file).stdout
    assert tidegauge("incident", "log", shop, "--export", "-").stdout == file.read_text()
    assert len(file.read_text().splitlines()) == 3
    (tmp_path / "other").mkdir()
    other = a_store(tmp_path / "other")
    read = tidegauge("incident", "log", other, "--import", file)
    assert "3 answers read, 0 were there already." in read.stdout
    assert "4 windows that ended later were decided without it." in read.stderr
    assert "0 answers read, 3 were there already." in tidegauge("incident", "log", other, "--import", file).stdout
    urls = [f"sqlite:///{folder}/store.db" for folder in (tmp_path, tmp_path / "other")]
    with Store.open(urls[0]) as a, Store.open(urls[1]) as b:
        assert a.dump() == b.dump()
        assert a.feedback.of("shop") == b.feedback.of("shop")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"by":"ana"', '"by":"bob"', "Line 2 of {log} was changed after it was written"),
        ('"answer":"dismiss"', '"answer":"deny"', "Line 2 of {log} is no answer to an incident: 'deny' is not"),
        ("{", "", "Line 2 of {log} is no answer to an incident: "),
        ("+00:00", "", "Line 2 of {log} is no answer to an incident: 2024-03-10 05:00:00 has no time zone."),
    ],
)
def test_a_log_that_is_not_as_it_was_written_is_refused_as_a_whole(
    shop: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    tidegauge("incident", "confirm", shop, OLD, "--at", "2024-03-04", "--by", "ana")
    tidegauge("incident", "dismiss", shop, NEW, "--at", "2024-03-10", "--by", "ana")
    lines = tidegauge("incident", "log", shop, "--export", "-").stdout.splitlines()
    (tmp_path / "log").write_text("\n".join([lines[0], lines[1].replace(old, new, 1)]))
    (tmp_path / "other").mkdir()
    done = tidegauge("incident", "log", a_store(tmp_path / "other"), "--import", tmp_path / "log")
    assert done.exit_code == 2
    assert said.format(log=tmp_path / "log") in done.stderr
    assert "No incident has been answered" in tidegauge("incident", "log", tmp_path / "other" / "shop.yml").stdout


def test_answers_of_other_monitors_are_left_out(shop: Path, tmp_path: Path) -> None:
    tidegauge("incident", "confirm", shop, OLD)
    tidegauge("incident", "log", shop, "--export", tmp_path / "log")
    renamed = tmp_path / "renamed.yml"
    renamed.write_text(shop.read_text().replace("monitor: shop", "monitor: store"))
    done = tidegauge("incident", "log", renamed, "--import", tmp_path / "log")
    assert done.stdout == "0 answers read, 0 were there already, 1 of other monitors left out.\n"
    listed = tidegauge("incident", "list", renamed)
    assert (listed.exit_code, listed.stdout) == (4, "")
    assert "store.db holds nothing of it (it knows shop). If it had one" in listed.stderr
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        fine = Decision("store", day(0), "inputs", Verdict.FINE, "", "e0")
        store.decisions.commit_batch([(fine, b"", (), ())], as_of=day(1).end)
    assert tidegauge("incident", "list", renamed).stdout == "There has been no incident.\n"
    assert "has no incident yet" in tidegauge("incident", "show", renamed, OLD).stderr


def test_a_silenced_alert_is_marked_in_a_table(shop: Path) -> None:
    with_a_warehouse(shop)
    with Store.open(f"sqlite:///{shop.parent}/store.db") as store:
        last = replace(decisions()[-1], silenced="a deploy", evidence="other")
        store.decisions.commit_batch([(last, b"", (), ())], as_of=day(7).end)
    assert "alert (silenced)" in tidegauge("status", shop).stdout
