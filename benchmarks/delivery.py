"""The law of delivery over random failures: every intent ends delivered or visibly given up.

    python -m benchmarks.delivery                 # 10,000 runs; `tests/laws/test_delivery.py` has the first 200
    python -m benchmarks.delivery --runs 500 --from 3000

A run is a monitor's outbox with some intents, receivers that fail in every way that we know, and a clock. Hour after
hour, or day after day, the outbox is walked, by the code that the command line and Airflow walk it with. Receivers are
away for a while or for ever, say no, answer nonsense, take long, do the thing and lose the answer, or fail for one
delivery and never for another; disks are full or
cut a line in half; the store does not take a note; the process is killed before and after each of these; the clock
jumps by up to a year, either way, and back. The file of notices and the store are the real ones.

Held to, for every run:

- every intent ends done, or given up and then in `undelivered`, with its reason and after it was really tried `LEAST`
  times or more, which are no fewer than it says;
- what is done was received; by a receiver that honours the key exactly once, in the file as exactly one whole line;
- by any other at most once more for each kill (or unnoted delivery, or lost answer, which are the same to us);
- in a walk that nothing cut short, whatever was due to a healthy receiver is done, whoever failed before it: also where
  that was another delivery to the same receiver. One that finds nobody there, as only it does, costs the others one
  walk, and never a second;
- people are called and retrainings started before anything is drawn;
- what was given up is delivered when it is asked for again and the receiver is back.
"""

import argparse
import json
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import IncompleteRead
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from sqlalchemy import delete

from tidegauge.actions import notices
from tidegauge.actions.delivering import Outcome, walk
from tidegauge.actions.execution import receiver
from tidegauge.core.errors import NobodyThere, Refused, SinkError, StoreError
from tidegauge.core.intent import Intent
from tidegauge.core.retrying import LEAST
from tidegauge.core.window import Window
from tidegauge.store.intents import put_intents
from tidegauge.store.outbox import GIVEN_UP, Outbox
from tidegauge.store.schema import outbox
from tidegauge.store.store import Store

RUNS = 10_000
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
MOST = 900  # walks: what has not ended by then never does
ACTIONS = ("notify", "notify", "notify", "report", "deliver", "deliver", "deliver", "retrain", "unknown")
RANK = {"notify": 0, "retrain": 1, "report": 2}
FAILURES: tuple[Callable[[], BaseException], ...] = (
    lambda: NobodyThere("away"),
    lambda: NobodyThere("no answer in time"),
    lambda: SinkError("a trouble of its own"),  # from here on somebody was there
    lambda: Refused("no"),
    lambda: ValueError("nonsense"),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    lambda: KeyError("stage"),
    lambda: IncompleteRead(b"half"),
    lambda: OSError(28, "No space left on device"),
    lambda: RecursionError("deep"),
    MemoryError,
    lambda: TimeoutError("timed out"),
)
NOBODY = 2  # of these


class Killed(BaseException):
    """A process that ends here; no handler of Exception sees it."""


class World:
    """One run: its receivers, its clock, and what came of everything."""

    def __init__(self, seed: int, folder: Path, store: Store) -> None:
        self.chance = random.Random(seed)
        self.store, self.log = store, folder / f"{seed}.jsonl"
        self.now, self.ahead = BEGIN, timedelta(0)
        self.every = timedelta(hours=self.chance.choice([1, 6, 24, 24, 24]))
        self.jumpy = self.chance.random() < 0.3
        self.cut = False  # whether this walk was cut short
        self.kills = self.lost = self.jumps = 0
        self.got: Counter[str] = Counter()  # key → times that the receiver took it
        self.repeats: Counter[str] = Counter()  # key → times that it may have been taken without our knowing
        self.tries: Counter[str] = Counter()  # key → times that the receiver was asked
        self.passed: Counter[str] = Counter()  # key → whole walks in which it waited for another's sake
        self.order: list[int] = []
        self.alike = self.chance.random() < 0.3  # all to one receiver, as the windows of a weekend are
        self.intents = [self._intent(number) for number in range(self.chance.randint(1, 5))]
        ends = (0, 0, 0, 0, 0, self.chance.randint(1, 60), self.chance.randint(1, 10), MOST * 10)
        self.back = {receiver(i): self.every * self.chance.choice(ends) for i in self.intents}  # away until then
        self.flaky = {name: self.chance.choice([0.0, 0.0, 0.2, 0.6]) for name in self.back}
        self.kind = {name: self.chance.choice(FAILURES) for name in self.back}
        odd = [i for i in self.intents if self.chance.random() < (0.3 if self.alike else 0.15)]
        ways = FAILURES[: self.chance.choice([NOBODY, len(FAILURES)])]
        self.odd = {i.key: self.chance.choice(ways) for i in odd}  # what no receiver of theirs ever takes

    def _intent(self, number: int) -> Intent:
        action = "deliver" if self.alike else self.chance.choice(ACTIONS)
        start = BEGIN - timedelta(days=number + 1)
        target = (
            self.chance.choice(["file", "keyed", "plain"])
            if action == "notify"
            else f"keyed {0 if self.alike else number % 2}"
        )
        payload = {"target": target, "sink": target} if action == "deliver" else {"target": target}
        return Intent(f"{number:04}{action}", action, "m", Window(start, start + timedelta(days=1), "day"), payload)

    def clock(self) -> datetime:
        """What the host believes."""
        return self.now + self.ahead

    def maybe_killed(self, key: str | None = None, share: float = 0.02) -> None:
        """Perhaps the end of this process; with `key`, of one that had just delivered that."""
        if self.chance.random() < share:
            self.kills += 1
            if key:
                self.repeats[key] += 1
            raise Killed

    def is_healthy(self, intent: Intent) -> bool:
        """Whether its receiver takes it whenever it comes."""
        name = receiver(intent)
        there = self.now - BEGIN >= self.back[name] and self.flaky[name] == 0
        return there and intent.key not in self.odd and intent.action not in ("unknown", "retrain")

    def delayed(self, intent: Intent) -> int:
        """Of how many others to the same receiver it looks as if nobody were there."""
        seem = [i for i in self.intents if i.key in self.odd and isinstance(self.odd[i.key](), NobodyThere)]
        return sum(receiver(i) == receiver(intent) for i in seem)

    def carry(self, intent: Intent) -> str:
        """A receiver."""
        name = receiver(intent)
        self.order.append(RANK.get(intent.action, 3))
        self.tries[intent.key] += 1
        self.maybe_killed()
        self.now += timedelta(seconds=self.chance.choice([0, 0, 1, 10, 300]))
        if intent.action == "unknown":
            raise Refused("nobody knows it")
        if self.now - BEGIN < self.back[name]:
            error = self.kind[name]()
            raise error
        if intent.key in self.odd:
            error = self.odd[intent.key]()
            raise error
        if self.chance.random() < self.flaky[name]:
            if self.chance.random() < 0.2:  # it took the thing, and the answer was lost
                self._take(intent)
                self.lost += 1
                self.repeats[intent.key] += 1
                error = self.chance.choice((NobodyThere("no answer in time"), SinkError("half an answer")))
                raise error
            error = self.chance.choice(FAILURES)()
            raise error
        self._take(intent)
        self.maybe_killed(intent.key)
        return ""

    def _take(self, intent: Intent) -> None:
        if intent.payload["target"] == "file":
            notices.append(self.log, intent.key, json.dumps({"key": intent.key, "sentence": "x" * 200}))
        else:
            self.got[intent.key] += 1

    def start(self, intent: Intent) -> bool:
        """A scheduler that knows its keys."""
        self.order.append(RANK[intent.action])
        self.tries[intent.key] += 1
        self.maybe_killed()
        if intent.key in self.odd:
            error = self.odd[intent.key]()
            raise error
        if self.chance.random() < 0.1:
            error = self.chance.choice(FAILURES)()
            raise error
        known = self.got[intent.key] > 0
        self.got[intent.key] = 1
        return known

    def write(self, file: int, data: bytes) -> int:
        """A disk: full at times, and at times cut off in the middle of a line."""
        luck = self.chance.random()
        if luck < 0.15:
            os.write(file, data[: self.chance.randint(0, len(data) - 1)])
            if luck < 0.05:
                self.kills += 1
                raise Killed  # by the power: nobody takes the half line back
            raise OSError(28, "No space left on device")
        if luck < 0.25:
            return os.write(file, data[: self.chance.randint(0, len(data) - 1)])
        return os.write(file, data)


class Noting:
    """The outbox of a run, which may be killed, or have a full disk, around each of its writes."""

    def __init__(self, world: World) -> None:
        self.world, self.outbox = world, world.store.outbox

    def claim(self, key: str, *args: object, **how: object) -> bool:
        """Before and after the claim."""
        self.world.maybe_killed(share=0.01)
        made = self.outbox.claim(key, *args, **how)  # type: ignore[arg-type]  # handed on as they came
        self.world.maybe_killed(share=0.01)
        return made

    def pass_over(self, key: str, *args: object, **how: object) -> bool:
        """Before and after the note that it was not tried."""
        self.world.maybe_killed(share=0.01)
        made = self.outbox.pass_over(key, *args, **how)  # type: ignore[arg-type]  # handed on as they came
        self.world.maybe_killed(share=0.01)
        return made

    def ask_again(self, key: str) -> None:
        """Before and after it is."""
        self.world.maybe_killed(share=0.01)
        self.outbox.ask_again(key)
        self.world.maybe_killed(share=0.01)

    def finish(self, key: str, ok: bool, *args: object, **how: object) -> str:  # noqa: FBT001 - as the store's own
        """Before and after the note; at times it is refused."""
        taken = key if ok else None
        self.world.maybe_killed(taken, share=0.01)
        if self.world.chance.random() < 0.01:
            if taken:
                self.world.repeats[taken] += 1
            raise StoreError("database or disk is full")
        state = self.outbox.finish(key, ok, *args, **how)  # type: ignore[arg-type]  # handed on as they came
        self.world.maybe_killed(share=0.01)
        return state


@contextmanager
def disk_of(world: World) -> Iterator[None]:
    """The file of notices lies on this run's disk."""
    fake = SimpleNamespace(**{name: getattr(os, name) for name in dir(os) if not name.startswith("__")})
    fake.write = world.write
    fake.fsync = lambda _: None if world.chance.random() > 0.05 else _io()
    with mock.patch.object(notices, "os", fake):
        yield


def _io() -> None:
    raise OSError(5, "Input/output error")


def one_walk(world: World, *, again: bool = False) -> list[Outcome]:
    """A run of the monitor, as far as it comes."""
    world.order.clear()
    noting: Outbox = Noting(world)  # type: ignore[assignment]  # all that a walk asks of it
    due = world.store.outbox.due("m", world.clock(), again=again)
    healthy = [i for i in due if world.is_healthy(i) and "file" not in receiver(i)]
    outcomes = []
    with suppress(Killed, StoreError):
        outcomes = walk(noting, due, world.carry, start=world.start, again=again, clock=world.clock)
        done = {o.intent.key for o in outcomes if o.state == "done"}
        for late in (i for i in healthy if i.key not in done):
            world.passed[late.key] += 1
            assert world.passed[late.key] <= world.delayed(late), f"{late.key}, whoever failed before it"
    assert world.order == sorted(world.order), "pages before pictures"
    return outcomes


def time_goes_by(world: World) -> None:
    """To the next run; the clock may have been set wrong, or right again."""
    world.now += world.every * world.chance.uniform(0.95, 1.1)
    if world.jumpy and world.chance.random() < 0.1:
        world.jumps += 1
        world.ahead = world.chance.choice([timedelta(0), YEAR * world.chance.uniform(-1, 1)])


def is_open(world: World) -> bool:
    """Whether anything is to be done still; by hand, as it is asked so often."""
    with world.store.database.reading() as connection:
        asked = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'claimed')"
        return bool(connection.exec_driver_sql(asked).scalar())


def run(seed: int, folder: Path, store: Store) -> Counter[str]:
    """One run of the law; what happened, counted."""
    with store.database.writing("anew") as connection:  # making one store a run would take longer than the run
        connection.execute(delete(outbox))
    world = World(seed, folder, store)
    with store.database.writing("asked") as connection:  # as the store does beside a decision
        put_intents(store.database, connection, world.intents)
    walks = 0
    with disk_of(world):
        while is_open(world):
            assert walks < MOST, f"{seed}: {store.outbox.undelivered('m', fresh=True)} never ends"
            one_walk(world)
            time_goes_by(world)
            walks += 1
    states = hold(world)
    heal(world)
    counts = Counter(walks=walks, kills=world.kills, lost=world.lost, jumps=world.jumps, intents=len(world.intents))
    return counts + states + Counter(delayed=sum(world.passed.values()))


def hold(world: World) -> Counter[str]:
    """What must be true at the end; how the intents ended."""
    given_up = {c.intent.key: c for c in world.store.outbox.undelivered("m")}
    carried = world.store.outbox.carried("m")
    lines = whole_lines(world.log)
    repeated = 0
    for one in carried:
        key = one.intent.key
        assert one.state == "done" or key in given_up, one
        if one.state == GIVEN_UP:
            assert LEAST <= one.failures <= world.tries[key], (one, world.tries[key])
            assert one.note, one
            continue
        if one.intent.payload["target"] == "file":
            assert lines[key] == 1, (one, lines)
        else:
            assert world.got[key] >= 1, one
            times = 1 + world.repeats[key] if "plain" in one.intent.payload["target"] else world.got[key]
            assert world.got[key] <= times, one
            repeated += world.got[key] - 1 if "plain" in one.intent.payload["target"] else 0
    assert all(count == 1 for count in lines.values()), "a whole line a key"
    return Counter(done=len(carried) - len(given_up), given_up=len(given_up), repeated=repeated)


def heal(world: World) -> None:
    """Every receiver is back, and what was given up is asked for again: all that anybody knows is delivered."""
    world.back = dict.fromkeys(world.back, timedelta(0))
    world.flaky = dict.fromkeys(world.flaky, 0.0)
    world.odd = {}
    for _ in range(60):
        if all(c.intent.action == "unknown" for c in world.store.outbox.undelivered("m")):
            break
        with disk_of(world):
            one_walk(world, again=True)
        world.now += timedelta(minutes=3)
    left = world.store.outbox.undelivered("m")
    assert all(c.intent.action == "unknown" for c in left), left


def whole_lines(place: Path) -> Counter[str]:
    """Key → whole lines in the file of notices; half ones stand on lines of their own, and are none."""
    found: Counter[str] = Counter()
    for line in place.read_bytes().split(b"\n") if place.exists() else []:
        with suppress(ValueError):
            found[json.loads(line)["key"]] += 1
    return found


def runs(seeds: Sequence[int]) -> Counter[str]:
    """Many runs; everything that happened, added up."""
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, Store.open("sqlite://") as store:
        for seed in seeds:
            try:
                total += run(seed, Path(folder), store)
            except AssertionError as error:
                raise AssertionError(f"run {seed}: {error}") from error
    return total


def main() -> None:
    """Run them and print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--from", dest="first", type=int, default=0)
    given = parser.parse_args()
    total = runs(range(given.first, given.first + given.runs))
    print(f"{given.runs:,} runs, all of them lawful: " + ", ".join(f"{n:,} {what}" for what, n in total.items()))


if __name__ == "__main__":
    main()
