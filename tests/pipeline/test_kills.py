"""Show 6: killed at any moment and run again, or run by four at once: the same final state, and nobody hears twice.

Fifty kills of one job are `python -m benchmarks.kills`; ten of them are here.
"""

import json
import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.begun import open_pipeline
from tests.pipeline import nights
from tests.pipeline.world import BEGIN, DAYS, LATER, UNIT, a_monitor, day
from tidegauge.store.outbox import Carried

BEGUN = 42  # days of the backfill
NIGHTS = (42, 43, 44, 45, 46)  # an incident of two days (43, 44), and one of its own on the 46th
KILLS = 5  # of one store


@pytest.fixture(scope="module")
def server() -> ForkServerContext:
    """Processes that begin with everything imported, forked from one that never opened a database."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.pipeline.nights", "tidegauge.reports.rendering", "duckdb"])
    return context


class Ending:
    """What is left after all the nights."""

    def __init__(self, url: str, folder: Path) -> None:
        with open_pipeline(a_monitor(url, folder)) as pipeline:
            self.dump = pipeline.store.dump(outbox=True).replace(str(folder), "")
            carried = pipeline.store.outbox.carried("shop")
        self.states = {(c.intent.action, c.intent.window, c.state) for c in carried}
        self.intents = sorted((c.intent.action, c.intent.window.key, c.intent.payload["stage"]) for c in carried)
        notices = [json.loads(line) for line in (folder / "notices.jsonl").read_text().splitlines()]
        self.notified = [n["key"] for n in notices]
        self.started = sorted(path.name for path in (folder / "started").iterdir())
        pages = sorted((folder / "reports").rglob("*.html"))
        self.pages = {str(p.relative_to(folder)): p.read_text() for p in pages if p.name != "index.html"}


@pytest.fixture(scope="module")
def quiet(faulty: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """The folder after nights that nobody disturbed, and how long they took."""
    folder = tmp_path_factory.mktemp("quiet")
    began = time.monotonic()
    nights.work(faulty, folder, BEGUN, NIGHTS)
    return folder, time.monotonic() - began


def keyless(ending: Ending) -> str:
    """The dump without the keys of intents, which hash the names of files."""
    lines = (json.loads(line) for line in ending.dump.splitlines())
    return "\n".join(json.dumps({k: v for k, v in line.items() if k != "key"}) for line in lines)


def same(one: Ending, other: Ending) -> None:
    """The same state, the same things asked for, each told and started once, the same pages."""
    assert keyless(one).splitlines() == keyless(other).splitlines()
    assert one.intents == other.intents
    assert one.states == other.states
    assert {state for *_, state in one.states} == {"done"}
    for ending in (one, other):
        assert len(ending.notified) == len(set(ending.notified)), "nobody hears twice"
    assert len(one.notified) == len(other.notified)
    assert len(one.started) == len(other.started)
    assert one.pages == other.pages


def run(server: ForkServerContext, url: str, folder: Path, seconds: float) -> int | None:
    """Work for so long at most, then be killed; the exit code."""
    process = server.Process(target=nights.work, args=(url, folder, BEGUN, NIGHTS))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode


def test_nights_that_nobody_disturbed_tell_once(quiet: tuple[Path, float], faulty: str) -> None:
    """What the other tests compare with is worth comparing with."""
    ending = Ending(faulty, quiet[0])
    asked = [(action, window) for action, window, _ in ending.intents if action != "deliver"]
    assert ("notify", day(UNIT).key) in asked
    assert ("notify", day(UNIT + 1).key) not in asked
    assert ("notify", day(46).key) in asked
    assert len(ending.pages) == 2 * len(NIGHTS) + 1, "the first night judges the labels of two days"


@pytest.mark.parametrize("number", range(2))
def test_killed_at_random_moments_and_run_again(
    server: ForkServerContext, quiet: tuple[Path, float], faulty: str, tmp_path: Path, number: int
) -> None:
    run(server, faulty, tmp_path / "warm", 0.01)  # the server has to import everything first
    killed(server, faulty, quiet, tmp_path / "cut", random.Random(number), KILLS)


def killed(
    server: ForkServerContext, url: str, quiet: tuple[Path, float], folder: Path, chance: random.Random, kills: int
) -> None:
    """A job that is cut off so often, and then let be, ends as the one that nobody disturbed."""
    cut = 0
    for _ in range(kills):
        # moments spread over the whole job: much of it is done already in the later tries
        cut += run(server, url, folder, chance.uniform(0.02, min(quiet[1] / 2, 1.0))) == -signal.SIGKILL
    assert run(server, url, folder, 240) == 0
    later(url, folder)
    same(Ending(url, folder), Ending(url, quiet[0]))
    assert cut >= kills // 2, "most tries must really have been cut off"


@pytest.mark.parametrize("stage", ["fresh", "begun"])
def test_one_window_by_four_at_once(
    server: ForkServerContext, quiet: tuple[Path, float], faulty: str, tmp_path: Path, stage: str
) -> None:
    """Fresh: no store at all yet, so they cut layouts and make tables at once too."""
    alone, crowd = tmp_path / "alone", tmp_path / "crowd"
    for folder in (alone, crowd):
        folder.mkdir()
        if stage == "begun":
            with open_pipeline(a_monitor(faulty, folder)) as pipeline:
                pipeline.backfill(BEGIN, day(UNIT).start)
    nights.one_night(faulty, alone, UNIT)
    at_once(server, faulty, crowd, [[UNIT]] * 4)
    one, other = (open_pipeline(a_monitor(faulty, folder)) for folder in (crowd, alone))
    with one as a, other as b:
        assert a.store.dump().splitlines() == b.store.dump().splitlines()
        assert intents(a.store.outbox.carried("shop")) == intents(b.store.outbox.carried("shop"))
    if stage == "begun":
        same(Ending(faulty, crowd), Ending(faulty, alone))
        assert len(Ending(faulty, crowd).notified) == 1


def test_four_windows_by_four_at_once(
    server: ForkServerContext, settled: tuple[Path, str], faulty: str, tmp_path: Path
) -> None:
    """Each its own nights, all mixed: whoever writes last has looked last, so the final state is that of all."""
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        pipeline.backfill(BEGIN, day(48).start)
    at_once(server, faulty, tmp_path, [list(range(48 + k, DAYS, 4)) for k in range(4)])
    with open_pipeline(a_monitor(faulty, tmp_path)) as pipeline:
        assert pipeline.decide() == [], "nothing was left on less evidence than there is"
        pipeline.run_due(LATER, live=False)
        assert pipeline.store.dump().splitlines() == settled[1].splitlines()


VERB_KILLS = 12


@pytest.mark.parametrize("verb", ["forget", "deliver"])
def test_killed_in_a_verb_by_hand_and_called_again(
    server: ForkServerContext, faulty: str, tmp_path: Path, verb: str
) -> None:
    """Forgetting a window, and delivering what could not be: cut off anywhere and called again, it ends in the same."""
    folder, kept = tmp_path / "work", tmp_path / "kept"
    folder.mkdir()
    notices = folder / "notices.jsonl"
    if verb == "deliver":
        notices.mkdir()  # no notice can be written there
    nights.work(faulty, folder, BEGUN, NIGHTS[:2])
    if verb == "deliver":
        notices.rmdir()
    shutil.copytree(folder, kept)
    work, args = (nights.forgets, (faulty, folder, UNIT)) if verb == "forget" else (nights.delivers, (faulty, folder))

    began = time.monotonic()
    work(*args)
    took = time.monotonic() - began
    expected = left(faulty, folder)
    assert expected[2], "somebody has heard"
    chance, cut = random.Random(12), 0
    for _ in range(VERB_KILLS):
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        for _ in range(2):
            process = server.Process(target=work, args=args)
            process.start()
            process.join(chance.uniform(0.02, took + 0.2))
            process.kill()
            process.join()
            cut += process.exitcode == -signal.SIGKILL
        work(*args)
        released(faulty, folder)
        work(*args)
        assert left(faulty, folder) == expected
    assert cut >= VERB_KILLS // 2, "many tries must really have been cut off"


def left(url: str, folder: Path) -> tuple[str, set[tuple[str, str, str]], list[str]]:
    """The state, what became of each intent, and the keys of all notices, each of which is told once."""
    with open_pipeline(a_monitor(url, folder)) as pipeline:
        dump = pipeline.store.dump(outbox=True)
        carried = pipeline.store.outbox.carried("shop")
    lines = (folder / "notices.jsonl").read_text().splitlines()
    keys = [json.loads(line)["key"] for line in lines]
    assert len(keys) == len(set(keys)), "nobody hears twice"
    return dump, {(c.intent.action, c.intent.window.key, c.state) for c in carried}, sorted(keys)


def later(url: str, folder: Path) -> None:
    """An hour goes by, so that the leases of killed workers run out, and the last night is run once more."""
    released(url, folder)
    nights.one_night(url, folder, NIGHTS[-1])


def released(url: str, folder: Path) -> None:
    """The leases of killed workers have run out."""
    with open_pipeline(a_monitor(url, folder)) as pipeline, pipeline.store.database.writing("later") as connection:
        past = "UPDATE outbox SET lease = taken, due = NULL WHERE state = 'claimed'"
        connection.execute(text(past))


def at_once(server: ForkServerContext, url: str, folder: Path, numbers: Sequence[Sequence[int]]) -> None:
    """One process for each list of nights, all let go together."""
    gate = folder / "gate"
    some = [server.Process(target=nights.together, args=(url, folder, each, gate)) for each in numbers]
    for process in some:
        process.start()
    time.sleep(0.5)
    gate.touch()
    for process in some:
        process.join(200)
    assert [process.exitcode for process in some] == [0] * len(some)


def intents(carried: Sequence[Carried]) -> list[tuple[str, str]]:
    """What was asked for, without keys."""
    return sorted((c.intent.action, c.intent.window.key) for c in carried)
