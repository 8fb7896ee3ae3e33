"""A store that is pruned decides, shows and replays the same; whoever is killed pruning it leaves a whole one."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from tests.begun import open_pipeline
from tests.pipeline.test_forget import Killed, count_writes
from tests.pipeline.world import END, FIRST, LATER, UNIT, YAML, ZONE, a_monitor, day, windows
from tidegauge.cli.main import main
from tidegauge.decisions.feedback import Answer
from tidegauge.pipeline.answering import answer
from tidegauge.pipeline.pipeline import Pipeline
from tidegauge.store import schema
from tidegauge.store.scans import REPLACED


@pytest.fixture(scope="module")
def replaced(settled: tuple[Path, str], faulty: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That store, where a scan of a window was replaced by a later one, and a monitor's name begins like another's."""
    folder = tmp_path_factory.mktemp("replaced")
    shutil.copy(settled[0], folder / "store.db")
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        source, store = pipeline.monitor.source_key, pipeline.store
        window, revision = day(3), store.profiles.revision(pipeline.monitor.source_key, "inputs", day(3))
        assert revision is not None
        pipeline.profile([window], again=True)
        with store.database.writing("as if rows had come late") as connection:
            one, profile = schema.revisions.c, schema.profiles.c
            was = select(one.id).where(one.source == source, one.window == window.key, one.stage == "inputs")
            old = connection.execute(was).scalar_one()
            row = dict(connection.execute(select(schema.revisions).where(one.id == old)).mappings().one())
            row |= {"id": 99_999, "number": 7, "current": REPLACED, "checksum": "before"}
            connection.execute(schema.revisions.insert().values(row))
            for held in connection.execute(select(schema.profiles).where(profile.revision == old)).mappings().all():
                connection.execute(schema.profiles.insert().values(dict(held) | {"revision": 99_999}))
        store.artefacts.put("shop-2", "spreads-inputs", day(0).start, "a", b"of another monitor")
        store.artefacts.put("shop", "spreadsheet", day(0).start, "a", b"of another kind")
    return folder / "store.db"


@pytest.fixture
def folder(replaced: Path, tmp_path: Path) -> Path:
    """A folder with a copy of it."""
    shutil.copy(replaced, tmp_path / "store.db")
    return tmp_path


def pruned(pipeline: Pipeline, keep: int = 0) -> dict[str, int]:
    """Prune all that can go, but for the spreads of some last days; how many of what."""
    before = END - timedelta(days=keep)
    done = pipeline.store.space.prune(pipeline.monitor.source_key, pipeline.monitor.name, before)
    return {share.what: share.rows for share in done}


def learnt(pipeline: Pipeline) -> dict[tuple[str, str], int]:
    """How many artefacts there are by source and kind."""
    one = schema.artefacts.c
    with pipeline.store.database.reading() as connection:
        found = connection.execute(select(one.source, one.kind, func.count()).group_by(one.source, one.kind))
        return {(row[0], row[1]): row[2] for row in found}


def test_what_decisions_rest_on_stays(faulty: str, folder: Path) -> None:
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        store, before = pipeline.store, learnt(pipeline)
        dump, size = store.dump(outbox=True), store.space.size()
        source = pipeline.monitor.source_key
        said = store.space.prune(source, "shop", END, only_say=True)
        assert store.dump(outbox=True, artefacts=True).count("spreads") > 40, "saying deletes nothing"
        done = pruned(pipeline)
        assert done == {share.what: share.rows for share in said}
        assert all(done.values())
        assert store.dump(outbox=True) == dump
        after = learnt(pipeline)
        gone = {place: n - after.get(place, 0) for place, n in before.items() if n != after.get(place, 0)}
        assert {source for source, _ in gone} == {"shop"}
        assert {kind for _, kind in gone} == {"spreads-inputs", "spreads-labels"}
        assert sum(gone.values()) == done["spreads of past windows"]
        assert pruned(pipeline) == dict.fromkeys(done, 0)
        assert {s.what for s in size.shares} - {s.what for s in store.space.size().shares} >= {
            "profiles: cells, replaced"
        }


def test_it_decides_and_answers_the_same(faulty: str, folder: Path, tmp_path: Path) -> None:
    """Every window again, and after an answer that changes them."""
    ends = []
    for name, prunes in (("as it was", False), ("pruned", True)):
        place = tmp_path / name
        place.mkdir()
        shutil.copy(folder / "store.db", place / "store.db")
        with open_pipeline(a_monitor(faulty, place)) as pipeline:
            if prunes:
                pruned(pipeline)
            assert pipeline.decide(first=()) == []
            assert pipeline.run(day(UNIT), as_of=LATER) == []
            led = next(i for i in pipeline.store.incidents.of("shop", "inputs") if day(UNIT) in i.windows)
            before = pipeline.store.dump()
            answer(pipeline.store, "shop", led.id, Answer.DISMISS, at=LATER, by="ana")
            pipeline.decide(first=())
            assert pipeline.store.dump() != before
            ends.append(pipeline.store.dump(outbox=True))
    assert ends[0] == ends[1]


def test_killed_at_any_write_it_leaves_a_whole_store(
    faulty: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        dump, k = pipeline.store.dump(outbox=True), 0
        while True:
            count_writes(monkeypatch, k)
            try:
                pruned(pipeline)
            except Killed:
                k += 1
            else:
                break
            finally:
                monkeypatch.undo()
            assert pipeline.store.dump(outbox=True) == dump
        assert k >= 2
        assert not any(pruned(pipeline).values())


def test_a_scan_that_comes_back_is_counted_anew(faulty: str, folder: Path) -> None:
    """The rows of before are there again: what was pruned of them is written as it was."""
    with open_pipeline(a_monitor(faulty, folder)) as pipeline:
        pruned(pipeline)
        with pipeline.store.database.writing("as if these rows had been others") as connection:
            one = schema.revisions.c
            mine = one.window == day(3).key, one.stage == "inputs"
            current = connection.execute(select(one.id).where(*mine, one.current == 1)).scalar_one()
            connection.execute(schema.profiles.delete().where(schema.profiles.c.revision == current))
            connection.execute(update(schema.revisions).where(one.id == current).values(current=REPLACED))
        pipeline.profile(windows(), again=True)
        fresh = pipeline.store.profiles.of(pipeline.monitor.source_key, "inputs", [day(3)])
        assert len(fresh) == len(pipeline.store.profiles.of(pipeline.monitor.source_key, "inputs", [day(4)]))


def tidegauge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_by_hand(faulty: str, folder: Path) -> None:
    file = folder / "shop.yml"
    file.write_text(
        YAML.format(
            name="shop", store=f"sqlite:///{folder}/store.db", url=faulty, zone=ZONE, start=FIRST, folder=folder
        )
    )
    size = tidegauge("store", "size", file).output
    assert "profiles: rows" in size
    assert "a year of them" in size
    would = tidegauge("store", "prune", file, "--keep", "7 days", "--dry-run").output
    assert "Would delete" in would
    done = tidegauge("store", "prune", file, "--keep", "7 days").output
    assert done.splitlines()[:2] == would.replace("Would delete", "Deleted").splitlines()
    assert "tidegauge store vacuum" in done
    before = (folder / "store.db").stat().st_size
    vacuumed = tidegauge("store", "vacuum", file)
    assert vacuumed.exit_code == 0, vacuumed.output
    assert (folder / "store.db").stat().st_size < before
    again = json.loads(tidegauge("store", "prune", file, "--keep", "400 days", "--json").output)
    assert [share["rows"] for share in again] == [0, 0]
    wrong = tidegauge("store", "prune", file, "--keep", "a while")
    assert wrong.exit_code == 2
    assert '"a while"' in wrong.output
