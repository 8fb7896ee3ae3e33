"""A process may die at any instant, and several may do the same work at once: the state comes out the same."""

import multiprocessing
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from tests.store.samples import CLOCK, day, decision, incident, intent, revision, rows
from tidegauge.store import schema
from tidegauge.store.store import Store

INPUTS = "inputs"
WINDOWS = 12
SEGMENTS = tuple("*ABCDEFGH")
KILLS = 20
fork = multiprocessing.get_context("fork")  # a fresh interpreter would take longer to start than the work takes


def work(url: str) -> None:
    """What a night does: profile (some windows twice, for late rows came), decide, all idempotent."""
    with Store.open(url) as store:
        for number in range(WINDOWS):
            for late in (False, True) if number % 3 == 0 else (True,):
                if store.profiles.revision("s", INPUTS, day(number)) != revision(number, "late"):
                    facts = revision(number, "late" if late else "early")
                    store.profiles.put("s", INPUTS, [(day(number), facts, rows(number, SEGMENTS))])
            causes = [intent(number), intent(number, "report")], [incident(number, id_=f"i{number}")]
            store.decisions.commit(decision(number), b"scores %d" % number, *causes, as_of=CLOCK)


def check(url: str) -> None:
    """Nothing is ever half there: each revision has all its profiles, each decision all that it causes."""
    with Store.open(url) as store:
        with store.database.reading() as connection:
            ids = list(connection.execute(select(schema.revisions.c.id)).scalars())
            of_revision = list(connection.execute(select(schema.profiles.c.revision)).scalars())
        assert {id_: of_revision.count(id_) for id_ in ids} == dict.fromkeys(ids, 2 * len(SEGMENTS))
        decided = [decision.window for decision in store.decisions.of("m")]
        assert store.decisions.scored("m", INPUTS, None, 100) == decided
        assert sorted(incident.last for incident in store.incidents.of("m")) == decided
        assert sorted(i.window for i in store.outbox.pending()) == sorted(decided * 2)


def undisturbed(tmp_path: Path) -> str:
    """The dump after one process did the work in peace (on SQLite: the engines agree)."""
    url = f"sqlite:///{tmp_path}/undisturbed.db"
    work(url)
    with Store.open(url) as store:
        return store.dump(outbox=True)


@contextmanager
def at_work(url: str) -> Iterator[multiprocessing.process.BaseProcess]:
    process = fork.Process(target=work, args=(url,))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def test_killed_at_random_moments_and_run_again(url: str, tmp_path: Path) -> None:
    began = time.monotonic()
    expected = undisturbed(tmp_path)
    whole = time.monotonic() - began
    chance = random.Random(7)
    killed = 0
    Store.open(url).close()
    for _ in range(KILLS):
        with at_work(url) as process:
            process.join(chance.uniform(0, whole / 2))
            process.kill()
            process.join()
            killed += process.exitcode == -signal.SIGKILL
        check(url)
    assert killed >= KILLS // 4, "most attempts must really have been cut off"
    work(url)
    with Store.open(url) as store:
        assert store.dump(outbox=True) == expected


def test_four_at_once_on_a_fresh_store(url: str, tmp_path: Path) -> None:
    expected = undisturbed(tmp_path)
    workers = [fork.Process(target=work, args=(url,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    check(url)
    with Store.open(url) as store:
        assert store.dump(outbox=True) == expected


def test_four_at_once_share_an_outbox(url: str) -> None:
    """Each intent is claimed by one."""
    with Store.open(url) as store:
        for number in range(WINDOWS):
            store.decisions.commit(decision(number), b"", [intent(number)], as_of=CLOCK)
    taken = fork.Queue()

    def worker(name: str) -> None:
        with Store.open(url) as store:
            for each in store.outbox.pending():
                if store.outbox.claim(each.key, name, 600, as_of=CLOCK):
                    taken.put(each.key)

    workers = [fork.Process(target=worker, args=(f"w{number}",)) for number in range(4)]
    for process in workers:
        process.start()
    found = sorted(taken.get(timeout=60) for _ in range(WINDOWS))
    for process in workers:
        process.join(60)
    assert [process.exitcode for process in workers] == [0] * 4
    assert taken.empty()
    assert found == sorted(intent(n).key for n in range(WINDOWS))
