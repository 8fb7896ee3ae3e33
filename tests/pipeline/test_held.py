"""A retraining is held while the data are at fault, said everywhere, and asked for once the fault is over."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.begun import open_pipeline
from tests.pipeline.test_causes import CHANGES, LOST, SPELLED, STUCK, UNIT
from tests.pipeline.world import BEGIN, FIRST, YAML, ZONE, change, day
from tidegauge import Monitor
from tidegauge.actions.delivering import deliver
from tidegauge.actions.holding import held_of
from tidegauge.cli.main import main
from tidegauge.core.intent import HELD
from tidegauge.monitor import load_monitor
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.reports.rendering import render

FAULTS = {SPELLED: "plan", STUCK: "wait", UNIT: "amount", LOST: "wait"}


@pytest.fixture(scope="module")
def file(clean: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose data are at fault on six days, and its monitor, run from the day before the first one on."""
    folder = tmp_path_factory.mktemp("held")
    copy = shutil.copy(clean.removeprefix("duckdb:///"), folder / "shop.duckdb")
    change(f"duckdb:///{copy}", *CHANGES)
    place = folder / "shop.yml"
    place.write_text(
        YAML.replace(", hold: false", "").format(
            name="shop",
            store=f"sqlite:///{folder}/store.db",
            url=f"duckdb:///{copy}",
            zone=ZONE,
            start=FIRST,
            folder=folder,
        )
    )
    with open_pipeline(load_monitor(place)) as pipeline:
        pipeline.backfill(BEGIN, day(SPELLED).start)
        for number in range(SPELLED, LOST + 1):
            pipeline.run(day(number))
            deliver(pipeline)
    return place


@pytest.fixture
def shop(file: Path) -> Iterator[Pipeline]:
    with open_pipeline(load_monitor(file)) as pipeline:
        yield pipeline


def test_no_fault_starts_a_retraining_and_each_is_told_with_its_column(file: Path, shop: Pipeline) -> None:
    carried = [c for c in shop.store.outbox.carried("shop") if c.intent.action == "retrain"]
    assert {c.state for c in carried} == {"held"}
    told = [json.loads(line) for line in (file.parent / "notices.jsonl").read_text().splitlines()]
    for number, column in FAULTS.items():
        [held] = [c for c in carried if c.intent.window == day(number) and c.intent.payload["stage"] == "inputs"]
        assert f'"{column}"' in held.note
        notices = [t for t in told if t["incident"] == held.intent.payload["incident"]]
        assert [f'"{column}"' in t["sentence"] and f'"{column}"' in t["retraining"] for t in notices] == [True]


def test_it_is_said_wherever_the_window_is_shown(file: Path, shop: Pipeline) -> None:
    [held] = [c for c in held_of(shop.monitor, shop.store, [day(STUCK)]) if c.intent.payload["stage"] == "inputs"]
    assert held.note == held.intent.payload[HELD]
    assert '"wait" is stuck: every row is 7.25 (inputs of ' in held.note
    report = shop.report("inputs", day(STUCK))
    assert report is not None
    assert report.held == held.note
    assert "No retraining." in render(report)
    assert "No retraining." not in render(replace(report, held=""))
    asked = ["explain", str(file), "--window", day(STUCK).key, "--json"]
    assert json.loads(CliRunner().invoke(main, asked).stdout)[0]["held"] == held.note


def test_status_names_what_open_incidents_wait_for(file: Path) -> None:
    said = json.loads(CliRunner().invoke(main, ["status", str(file), "--json"]).stdout)
    [held] = [h for h in said["held"] if day(LOST).key == h["intent"]["window"]]
    assert 'the values of "wait" are missing' in held["note"]
    assert "Retraining held: " in CliRunner().invoke(main, ["status", str(file)]).stdout


def test_a_forgotten_window_takes_it_back_and_a_new_life_holds_it_again(shop: Pipeline) -> None:
    before = [c.note for c in held_of(shop.monitor, shop.store, [day(LOST)])]
    shop.forget(day(LOST))
    assert not held_of(shop.monitor, shop.store, [day(LOST)])
    shop.run(day(LOST))
    assert [c.note for c in held_of(shop.monitor, shop.store, [day(LOST)])] == before


def test_a_rerun_and_a_replay_hold_nothing_more(shop: Pipeline) -> None:
    before = [c.intent.key for c in shop.store.outbox.carried("shop")]
    shop.run(day(STUCK))
    shop.run(day(UNIT), live=False)
    assert [c.intent.key for c in shop.store.outbox.carried("shop")] == before


def test_what_a_training_may_learn_from(file: Path, shop: Pipeline) -> None:
    """Not from a fault, nor from what labels are not due of; from what was said to be nothing."""
    found = Monitor(file).learnable(until=day(LOST).start, days=30)
    why = {day(k + LOST - 30): w for k, w in enumerate(found["why_not"])}
    assert list(found["start"]) == [w.start for w in why], "every window of thirty days"
    assert list(found["learnable"]) == [not w for w in why.values()]
    assert [why[day(n)] for n in (SPELLED, STUCK, UNIT)] == ["alert of its inputs"] * 3
    assert why[day(LOST - 1)] == "its labels were not due by then"
    assert why[day(UNIT - 1)] == "", "a window that is fine"
    stuck = next(i for i in shop.store.incidents.of("shop", "inputs") if day(STUCK) in i.windows)
    for said, then in (("dismiss", ""), ("confirm", "its inputs were confirmed to be bad")):
        assert CliRunner().invoke(main, ["incident", said, str(file), stuck.id]).exit_code == 0
        found = Monitor(file).learnable(until=day(LOST).start, days=30)
        assert list(found["why_not"])[STUCK - LOST] == then
