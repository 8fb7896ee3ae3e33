"""The switch that a serving system reads: turned once an incident, whole in every reader's eyes, back by a person."""

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, FIRST, YAML, ZONE, change, day
from tidegauge.actions.delivering import deliver
from tidegauge.actions.switch import MODEL, rendered, settle, show, stands, turn_back
from tidegauge.cli.main import main
from tidegauge.core.errors import SinkError
from tidegauge.monitor import Monitor, load_monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.store.store import Store
from tidegauge.store.stored_trainings import SwitchTurn

FLAG = "shop.serve"
GONE = 45  # the day on which a column is gone
KILLS, FLIPS, READERS = 5, 100, 8
fork = multiprocessing.get_context("fork")
SCHEMA = {  # what https://flagd.dev/schema/v0/flags.json (draft-07) asks of a flag whose variants are texts
    "type": "object",
    "required": ["flags"],
    "properties": {
        "flags": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["state", "variants", "defaultVariant"],
                "properties": {
                    "state": {"enum": ["ENABLED", "DISABLED"]},
                    "defaultVariant": {"type": ["string", "null"]},
                    "variants": {"type": "object", "additionalProperties": {"type": "string"}},
                    "metadata": {
                        "type": "object",
                        "additionalProperties": {"type": ["string", "number", "boolean"]},
                    },
                },
            },
        }
    },
}


def monitor_at(folder: Path, url: str, fallback: str = "to: previous") -> Path:
    """A shop whose only action is the switch."""
    text = YAML.split("actions:", maxsplit=1)[0]
    text += f"actions: [ {{{{fallback: {{{{flag: {FLAG}, file: {{folder}}/flags.json, {fallback}}}}}}}}} ]\n"
    store = f"sqlite:///{folder}/store.db"
    place = folder / "shop.yml"
    place.write_text(text.format(name="shop", store=store, url=url, zone=ZONE, start=FIRST, folder=folder))
    return place


def served(place: Path) -> str:
    """What a serving system is told."""
    read = json.loads((place.parent / "flags.json").read_text())
    Draft7Validator(SCHEMA).validate(read)
    one = read["flags"][FLAG]
    return str(one["variants"][one["defaultVariant"]])


@pytest.fixture
def copied(clean: str, tmp_path: Path) -> str:
    """The shop's log, to be changed."""
    copy = tmp_path / "shop.duckdb"
    copy.write_bytes(Path(clean.removeprefix("duckdb:///")).read_bytes())
    return f"duckdb:///{copy}"


def rename(url: str, old: str, new: str) -> None:
    change(url, f"ALTER TABLE log RENAME COLUMN {old} TO {new}")


def night(pipeline: Pipeline, number: int) -> None:
    pipeline.run(day(number))
    deliver(pipeline)


def test_broken_inputs_turn_it_once_and_only_a_person_turns_it_back(tmp_path: Path, copied: str) -> None:
    place = monitor_at(tmp_path, copied)
    with open_pipeline(load_monitor(place)) as pipeline:
        pipeline.backfill(BEGIN, day(GONE - 1).start)
        night(pipeline, GONE - 1)
        assert served(place) == MODEL, "it is there before anything is wrong"
    rename(copied, "wait", "waited")
    for _ in range(2):
        with open_pipeline(load_monitor(place)) as pipeline:
            night(pipeline, GONE)
        assert served(place) == "previous"
    rename(copied, "waited", "wait")
    (tmp_path / "flags.json").unlink()
    with open_pipeline(load_monitor(place)) as pipeline:
        night(pipeline, GONE + 1)
        assert served(place) == "previous", "a fine window turns nothing back, and the store is the truth"
        [turn] = pipeline.store.flags.turns("shop", FLAG)
    assert turn.facts["window"] == day(GONE).key
    assert f"{FLAG} stands at previous: " in CliRunner().invoke(main, ["models", "list", str(place)]).stdout
    said = CliRunner().invoke(main, ["models", "untrip", str(place), "--why", "rows are back", "--by", "Ana"])
    assert said.stdout == f"{FLAG} stands at model.\n"
    assert served(place) == MODEL
    again = CliRunner().invoke(main, ["models", "untrip", str(place), "--why", "rows are back"])
    assert again.stdout == "No switch was turned.\n"
    with open_pipeline(load_monitor(place)) as pipeline:
        night(pipeline, GONE + 2)
        assert served(place) == MODEL, "that incident was told of"
        assert [t.variant for t in pipeline.store.flags.turns("shop", FLAG)] == ["previous", MODEL]


def test_a_backfill_turns_nothing(tmp_path: Path, clean: str) -> None:
    place = monitor_at(tmp_path, clean, "by: [alert]")
    place.write_text(place.read_text() + 'limits: [{rows: "> 1000"}]\n')
    with open_pipeline(load_monitor(place)) as pipeline:
        decided = pipeline.backfill(BEGIN, day(GONE + 1).start)
        assert any(d.verdict == "alert" for d in decided)
        deliver(pipeline)
        assert served(place) == MODEL
        assert not pipeline.store.flags.turns("shop", FLAG)


def test_a_performance_below_its_limit_turns_it(tmp_path: Path, clean: str) -> None:
    place = monitor_at(tmp_path, clean, "to: off, by: [floor]")
    place.write_text(place.read_text() + 'limits: [{performance: auc, value: "> 0.99"}]\n')
    with open_pipeline(load_monitor(place)) as pipeline:
        pipeline.backfill(BEGIN, day(GONE - 1).start)
        for number in (GONE - 1, GONE, GONE + 1):
            night(pipeline, number)
        assert served(place) == "off"
        assert pipeline.store.flags.turns("shop", FLAG)[0].facts["why"]


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[tuple[Store, Monitor, Path]]:
    """A store, a monitor and its switch's file; no log is looked at."""
    place = monitor_at(tmp_path, "duckdb:///none")
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        yield store, load_monitor(place), tmp_path / "flags.json"


def flip(url: str, path: Path, flips: int) -> None:
    """Turn it to and fro, as often; the row, then the file."""
    with Store.open(url) as store:
        monitor = load_monitor(path)
        for _ in range(flips):
            last = stands(store, "shop", FLAG)
            to = MODEL if last.variant != MODEL else "previous"
            store.flags.turn("shop", FLAG, SwitchTurn(last.number + 1, to, {"why": "x" * random.randint(1, 5000)}))
            show(store, monitor, FLAG, "flags.json")


def read_all(place: Path, torn: "multiprocessing.Queue[int]", until: "multiprocessing.synchronize.Event") -> None:
    """Count what cannot be read."""
    bad = 0
    while not until.is_set():
        try:
            json.loads(place.read_text())["flags"][FLAG]["defaultVariant"]
        except (ValueError, KeyError, OSError):
            bad += 1
        time.sleep(0.001)  # so that whoever turns it comes to work, on two processors
    torn.put(bad)


def test_eight_readers_never_see_half_a_file(switch: tuple[Store, Monitor, Path]) -> None:
    store, monitor, place = switch
    settle(store, monitor)
    torn: multiprocessing.Queue[int] = fork.Queue()
    until = fork.Event()
    readers = [fork.Process(target=read_all, args=(place, torn, until)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    flip(f"sqlite:///{place.parent}/store.db", place.parent / "shop.yml", FLIPS)
    until.set()
    assert [torn.get(timeout=30) for _ in readers] == [0] * READERS
    for reader in readers:
        reader.join()
    assert stands(store, "shop", FLAG).number == FLIPS


def test_killed_anywhere_the_file_says_what_the_store_says_after_the_next_run(
    switch: tuple[Store, Monitor, Path],
) -> None:
    store, monitor, place = switch
    for k in range(KILLS):
        process = fork.Process(
            target=flip, args=(f"sqlite:///{place.parent}/store.db", place.parent / "shop.yml", 10**6)
        )
        process.start()
        time.sleep(0.05 + 0.03 * k)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert settle(store, monitor) == []
        assert place.read_text() == rendered("shop", FLAG, stands(store, "shop", FLAG))
    assert stands(store, "shop", FLAG).number > 0


def test_a_file_of_somebody_else_is_left_alone(switch: tuple[Store, Monitor, Path]) -> None:
    store, monitor, place = switch
    mine = rendered("shop", FLAG, stands(store, "shop", FLAG))
    alien = (
        '{"flags": {"other": {}}}',
        "not json",
        "[" * 200_000,
        "[1]",
        '{"name": "package"}',
        mine.replace('"shop"', '"sister"'),
    )
    for text in alien:
        place.write_text(text)
        [said] = settle(store, monitor)
        assert "holds something else" in said
        assert place.read_text() == text
        with pytest.raises(SinkError, match="In the store all is turned back; .* holds something else"):
            turn_back(store, monitor, {})
    place.unlink()
    for make in (os.mkfifo, os.mkdir):
        make(place)
        with pytest.raises(SinkError, match=r"cannot be written \(it is no file\)"):
            show(store, monitor, FLAG, "flags.json")
        place.rmdir() if place.is_dir() else place.unlink()
