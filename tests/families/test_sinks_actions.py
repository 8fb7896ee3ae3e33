"""A sink and an action are one file and one line each: toys go through every verb, and join from another package."""

import json
import logging
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.families.installed import install, install_example
from tests.families.test_plugins import outside
from tests.pipeline.world import BEGIN, UNIT, YAML, ZONE, a_log, change, day, inside, write_duckdb
from tidegauge.actions.base import Action
from tidegauge.cli import main
from tidegauge.core.errors import MonitorError, UnknownName
from tidegauge.core.plugins import Plugins
from tidegauge.core.registry import Addressed
from tidegauge.monitor import parse_monitor
from tidegauge.monitor.json_schema import schema_text
from tidegauge.monitor.options import whole
from tidegauge.monitor.outlets import ACTIONS, SINKS
from tidegauge.sinks.base import Sink

EXAMPLE = "tests.families.example_package.tidegauge_example"
ON = f"{day(UNIT).start:%Y-%m-%d}"


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both in their lists: a line each."""
    for family, name, address in ((SINKS, "ledger", "ledger:Ledger"), (ACTIONS, "ticket", "ticket:Ticket")):
        monkeypatch.setitem(family._addresses, name, f"{EXAMPLE}.{address}")
        monkeypatch.setattr(family, "_members", {})  # as in a process that has asked for none yet
        monkeypatch.setattr(family, "_complete", False)


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose past is decided, up to the day on which its unit changes."""
    folder = tmp_path_factory.mktemp("shop")
    url = write_duckdb(folder / "shop.duckdb", *a_log())
    change(url, f"UPDATE log SET amount = amount * 100 WHERE {inside(day(UNIT))}")
    store = f"sqlite:///{folder}/store.db"
    text = YAML.format(name="shop", store=store, url=url, zone=ZONE, start=BEGIN.date(), folder=folder)
    text = text.replace("window:", "sample: 0\nwindow:").partition("sinks:")[0]
    (folder / "shop.yml").write_text(text, encoding="utf-8")
    done = tidegauge("backfill", folder / "shop.yml", "--to", ON)
    assert done.exit_code in (0, 1), done.output
    return folder / "shop.yml"


LISTED = """\
sinks: [{{ledger: {{file: "{desk}/ledger.json", verdicts: [alert, broken]}}}}]
actions: [{{ticket: {{desk: "{desk}", priority: high, stage: inputs, cooldown: 2 days}}}}]
"""


@pytest.mark.usefixtures("joined")
def test_they_go_through_every_verb(decided: Path, tmp_path: Path) -> None:
    """Asked for by a live alert, told while nobody is there, delivered once, taken back; each by its own options."""
    desk, file = tmp_path / "desk", decided.with_name("joined.yml")
    file.write_text(decided.read_text() + LISTED.format(desk=desk), encoding="utf-8")
    assert tidegauge("check", file).exit_code == 0
    ran = tidegauge("run", file, "--window", ON)
    assert ran.exit_code == 3
    assert "2 not delivered yet" in ran.stderr
    stand = json.loads(tidegauge("status", file, "--json").stdout)["undelivered"]
    assert {one["intent"]["action"]: one["note"] for one in stand} == {
        "ticket": f"there is no desk {desk}",
        "deliver": f"there is no folder {desk} for the ledger",
    }
    shown = tidegauge("status", file).output
    assert "ticket" in shown
    assert "no desk" in shown

    desk.mkdir()
    told = tidegauge("deliver", file)
    assert told.exit_code == 0, told.output
    (ticket,) = [p for p in desk.iterdir() if p.name != "ledger.json"]
    said = json.loads(ticket.read_text())
    assert (said["priority"], said["stage"], said["window"]) == ("high", "inputs", day(UNIT).key)
    line = f"shop inputs {day(UNIT).key}"
    assert line in json.loads((desk / "ledger.json").read_text())

    assert tidegauge("run", file, "--window", ON).exit_code == 1
    assert tidegauge("deliver", file).exit_code == 0
    assert len([*desk.iterdir()]) == 2, "one ticket an incident"
    assert tidegauge("forget", file, "--window", ON).exit_code == 0
    assert line not in json.loads((desk / "ledger.json").read_text())


@pytest.mark.usefixtures("joined")
def test_an_intent_of_a_package_that_is_gone_is_seen(
    decided: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its monitor lists it no more, nobody knows it any more: it stands in status and in the exit code."""
    file, desk = decided.with_name("gone.yml"), tmp_path / "nobody"
    text = decided.read_text().replace("monitor: shop", "monitor: gone")
    file.write_text(text + LISTED.format(desk=desk), encoding="utf-8")
    assert tidegauge("backfill", file, "--to", ON).exit_code in (0, 1)
    assert tidegauge("run", file, "--window", ON).exit_code == 3
    file.write_text(text, encoding="utf-8")
    monkeypatch.delitem(ACTIONS._addresses, "ticket")
    ACTIONS._members.pop("ticket", None)
    tried = tidegauge("deliver", file)
    assert tried.exit_code == 3
    assert 'nobody here knows the action "ticket". Was it asked for by a newer tidegauge' in tried.output
    assert "nobody here knows" in tidegauge("status", file).output
    assert tidegauge("deliver", file, "--dismiss", "all").exit_code == 0
    assert "nobody here knows" not in tidegauge("status", file).output


WRONG = [
    ("sinks: [{ledger: {}}]", "sinks[0].ledger: needs file. The file to write; its folder has to be there."),
    ("sinks: [ledger]", "sinks[0].ledger: needs file."),
    ("sinks: [{ledger: {file: f, verdict: [a]}}]", 'sinks[0].ledger.verdict: unknown key. Did you mean "verdicts"?'),
    ("sinks: [{ledger: {file: f, verdicts: a}}]", 'sinks[0].ledger.verdicts: must be a list, and is "a". Write [a].'),
    ("sinks: [leger]", 'sinks[0].leger: no sink is called "leger". Did you mean "ledger"?'),
    ("actions: [{ticket: {desk: d, priority: soon}}]", "actions[0].ticket.priority: must be low, normal or high, and"),
    ("actions: [{ticket: {desk: d, stage: input}}]", 'actions[0].ticket.stage: must be inputs or labels, and is "inpu'),
]
HEAD = (
    "monitor: m\nsource: {url: duckdb:///x.duckdb, table: t}\nwindow: {every: day}\ncolumns: {time: at, numeric: [x]}\n"
)


@pytest.mark.usefixtures("joined")
@pytest.mark.parametrize(("line", "sentence"), WRONG)
def test_their_options_are_checked_where_they_stand(line: str, sentence: str) -> None:
    with pytest.raises(MonitorError) as error:
        parse_monitor(HEAD + line)
    assert f"monitor.yml:5: {sentence}" in str(error.value)


@pytest.mark.usefixtures("joined")
def test_their_options_are_in_the_schema() -> None:
    shown = json.loads(schema_text())["properties"]
    ledger = shown["sinks"]["items"]["properties"]["ledger"]
    assert ledger["required"] == ["file"]
    assert ledger["properties"]["verdicts"]["type"] == "array"
    ticket = next(o for o in shown["actions"]["items"]["anyOf"] if "properties" in o)["properties"]["ticket"]
    assert ticket["properties"]["priority"] == {
        "enum": ["low", "normal", "high"],
        "description": "How soon somebody has to look. Default: normal.",
    }
    assert "cooldown" in ticket["properties"], "and what every action takes"


def test_they_join_from_a_package(tmp_path: Path) -> None:
    """Installed, they are read, checked and shown like those of the house; nothing of them is asked for otherwise."""
    install_example(tmp_path)
    for name, line in (
        ("good", "sinks: [{ledger: {file: f}}]\nactions: [{ticket: {desk: d}}]"),
        ("bad", "actions: [{ticket: {desk: d, priority: soon}}]"),
        ("plain", "sinks: [{html: {folder: f}}]\nactions: [notify]"),
    ):
        (tmp_path / f"{name}.yml").write_text(f"{HEAD}{line}\n")
    read = "from tidegauge.monitor.read import load_monitor; from pathlib import Path; import sys; "
    made = "from tidegauge.actions.asking import actions_of, sinks_of; "
    good = f"m = load_monitor(Path({str(tmp_path / 'good.yml')!r})); print(actions_of(m)[0].priority, *sinks_of(m))"
    assert outside(tmp_path, "-c", read + made + good).strip() == "normal ledger"
    plain = f"load_monitor(Path({str(tmp_path / 'plain.yml')!r})); print('tidegauge_example.ledger' in sys.modules)"
    assert outside(tmp_path, "-c", read + plain).strip() == "False"
    bad = f"""
from tidegauge.core.errors import MonitorError
try:
    load_monitor(Path({str(tmp_path / "bad.yml")!r}))
except MonitorError as error:
    print(error)
"""
    assert "bad.yml:5: actions[0].ticket.priority: must be low, normal or high" in outside(tmp_path, "-c", read + bad)
    command = ("-c", "from tidegauge.cli import main; main()", "init", "--schema")
    shown = json.loads(outside(tmp_path, *command))["properties"]
    assert "ledger" in json.dumps(shown["sinks"])
    assert "How soon somebody has to look. Default: normal." in json.dumps(shown["actions"])


BROKEN = """
from dataclasses import dataclass, field
from tidegauge.monitor.options import option
from tidegauge.sinks.base import Sink
from tidegauge.actions.retrain import Retrain

class Bare(Sink):
    name = "bare"
    def publish(self, report): ...

@dataclass(frozen=True)
class Half(Sink):
    name = "half"

@dataclass(frozen=True)
class Mute(Sink):
    name = "mute"
    file: str
    def publish(self, report): ...

@dataclass(frozen=True)
class Shadow(Sink):
    name = "html"
    def publish(self, report): ...

@dataclass(frozen=True)
class Well(Sink):
    name = "well"
    def publish(self, report): ...

made = Well()
"""


@pytest.mark.parametrize(
    ("name", "thing", "sentence"),
    [
        ("bare", "Bare", "its class is no dataclass: write @dataclass(frozen=True, kw_only=True) above it"),
        ("half", "Half", "its class lacks publish"),
        ("mute", "Mute", "its option file lacks words: metadata=option(…) says what it is for"),
        ("shadow", "Shadow", '"html" is a name that tidegauge has given already'),
        ("other", "Retrain", "other is not a class of tidegauge.sinks.base.Sink"),
        ("object", "made", "object is not a class of tidegauge.sinks.base.Sink"),
    ],
)
def test_a_forgotten_part_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    thing: str,
    sentence: str,
) -> None:
    """And left out, with a warning; whoever names it reads why it is not there."""
    points = {"tidegauge.sinks": {name: f"broken_sinks:{thing}", "well": "broken_sinks:Well"}}
    install(tmp_path, "user-package", points, broken_sinks=BROKEN)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "broken_sinks", raising=False)
    family: Addressed[type[Sink]] = Addressed(
        "sink",
        {"html": "tidegauge.sinks.html:Html"},
        base="tidegauge.sinks.base:Sink",
        check=whole,
        plugins=Plugins("tidegauge.sinks"),
    )
    with caplog.at_level(logging.WARNING):
        assert list(family) == ["html", "well"]
    (record,) = caplog.records
    assert "user-package" in record.getMessage()
    assert sentence in record.getMessage()
    with pytest.raises(UnknownName, match=f'no sink is called "{name}". The package user-package brings it'):
        family[name]


@pytest.mark.parametrize("family", [SINKS, ACTIONS], ids=lambda f: f.family)
def test_the_members_of_the_house_are_whole(family: Addressed[type[Sink]] | Addressed[type[Action]]) -> None:
    assert len(family) >= 2
    for name, member in family.items():
        whole(member)
        assert member.name == name
        assert member.__doc__


def test_a_member_is_listed_under_its_own_name() -> None:
    family: Addressed[type[Sink]] = Addressed(
        "sink",
        {"pages": "tidegauge.sinks.html:Html"},
        base="tidegauge.sinks.base:Sink",
        check=whole,
        plugins=Plugins(""),
    )
    with pytest.raises(ValueError, match='tidegauge.sinks.html:Html is listed as "pages", and calls itself "html"'):
        family["pages"]
