"""The outbox, the queue, runs and records: work that is handed out and noted."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from tests.store.samples import CLOCK, HOSTILE, LATER, day, decision, intent
from tidegauge.errors import StoreError
from tidegauge.retrying import LEAST, LONGEST, Why
from tidegauge.store.runs import Run
from tidegauge.store.schema import outbox
from tidegauge.store.store import Store

INPUTS, LABELS = "inputs", "labels"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def key(store: Store) -> str:
    """The key of an intent in the outbox."""
    store.commit_decision(decision(1), b"", [intent(1)], as_of=CLOCK)
    return intent(1).key


def test_an_intent_is_claimed_by_one(store: Store, key: str) -> None:
    assert store.claim(key, "one", 60, as_of=CLOCK)
    assert not store.claim(key, "two", 60, as_of=CLOCK)
    assert store.pending() == store.pending("m") == [intent(1)]
    assert store.pending("another") == []
    store.finish(key, ok=True, note=HOSTILE[6], as_of=LATER)
    assert not store.claim(key, "two", 60, as_of=LATER)
    assert store.pending() == []
    (carried,) = store.carried("m")
    assert (carried.intent, carried.state, carried.failures, carried.note) == (intent(1), "done", 0, HOSTILE[6])


def test_a_claim_ends_with_its_lease(store: Store, key: str) -> None:
    assert store.claim(key, "one", 60, as_of=CLOCK)
    assert not store.claim(key, "two", 60, as_of=CLOCK + MINUTE - timedelta(microseconds=1))
    assert store.claim(key, "two", 60, as_of=CLOCK + MINUTE)


def fail(store: Store, key: str, at: datetime, why: Why = Why.AWAY) -> str:
    """One try that fails, with a claim or without."""
    store.claim(key, "one", 60, as_of=at)
    return store.finish(key, ok=False, note="no answer", as_of=at, why=why)


def test_a_claim_of_a_clock_that_ran_ahead_ends_when_the_clock_is_right_again(store: Store, key: str) -> None:
    """It was kept as its end alone, and held the intent for a year."""
    ahead = CLOCK + timedelta(days=365)
    assert store.claim(key, "fast", 60, as_of=ahead)
    assert not store.claim(key, "two", 60, as_of=ahead)
    assert store.claim(key, "two", 60, as_of=CLOCK)


def test_a_failure_is_tried_again_later_and_later(store: Store, key: str) -> None:
    at, tries = CLOCK, []
    for _ in range(9):
        assert fail(store, key, at) == "pending"
        (carried,) = store.undelivered("m")
        assert carried.due is not None
        assert not store.due("m", carried.due - timedelta(seconds=1))
        assert not store.claim(key, "early", 60, as_of=carried.due - timedelta(seconds=1))
        assert store.due("m", carried.due) == [intent(1)]
        tries.append((carried.due - at) // MINUTE)
        at = carried.due
    assert tries == [1, 2, 4, 8, 16, 32, 50, 50, 50], "an hourly run always finds it due"


def test_a_receiver_that_stays_away_for_a_weekend_gets_it(store: Store, key: str) -> None:
    """Five hourly failures lost it for ever, and nobody was told."""
    for hour in range(72):
        assert fail(store, key, CLOCK + timedelta(hours=hour)) == "pending"
    store.claim(key, "one", 60, as_of=CLOCK + timedelta(hours=72))
    assert store.finish(key, ok=True, as_of=CLOCK + timedelta(hours=72)) == "done"
    assert store.undelivered("m") == []


@pytest.mark.parametrize(("why", "days"), [(Why.AWAY, 7), (Why.REFUSED, 2)])
def test_what_is_given_up_stands_until_somebody_says_so(store: Store, key: str, why: Why, days: int) -> None:
    hours = next(hour for hour in range(1000) if fail(store, key, CLOCK + timedelta(hours=hour), why) == "given up")
    assert hours == 24 * days
    later = CLOCK + timedelta(days=400)
    assert store.pending() == store.due("m", later) == []
    assert not store.claim(key, "one", 60, as_of=later)
    (carried,) = store.undelivered("m")
    assert (carried.state, carried.failures, carried.note) == ("given up", 24 * days + 1, "no answer")
    assert (carried.first_failed, carried.last_failed) == (CLOCK, CLOCK + timedelta(days=days))
    assert store.due("m", later, again=True) == [intent(1)]
    assert store.claim(key, "one", 60, as_of=later, again=True)
    assert store.finish(key, ok=False, note="still not", as_of=later, why=why) == "pending", (
        "asked again, patient again"
    )
    assert store.dismiss(key, "ana", as_of=LATER)
    assert not store.dismiss(key, "bob", as_of=LATER)
    assert store.undelivered("m") == []
    assert store.due("m", later, again=True) == []
    (kept,) = store.carried("m")
    assert (kept.state, kept.settled_by, kept.note) == ("dismissed", "ana", "still not"), "the row and its history stay"


def test_a_clock_that_jumps_neither_gives_up_nor_delays(store: Store, key: str) -> None:
    """A year ahead between two failures is a day of waiting at most; a year back is no year until the next try."""
    year = timedelta(days=365)
    for number in range(LEAST - 1):
        assert fail(store, key, CLOCK + year * number) == "pending"
    (carried,) = store.undelivered("m")
    assert carried.due is not None
    assert carried.due > CLOCK + LONGEST
    assert store.due("m", CLOCK) == [intent(1)]
    for number in range(50):
        assert fail(store, key, CLOCK - year * number) == "pending", "going back is no waiting"


def test_a_late_failure_of_a_lost_claim_changes_nothing(store: Store, key: str) -> None:
    """Else it would hand the intent to a third while the second is at it."""
    store.claim(key, "one", 60, as_of=CLOCK)
    store.claim(key, "two", 60, as_of=LATER)
    assert store.finish(key, ok=False, note="late", as_of=LATER, worker="one") == "claimed"
    assert not store.claim(key, "three", 60, as_of=LATER)
    assert store.finish(key, ok=True, as_of=LATER, worker="one") == "done", "but a delivery is one"


def test_a_row_that_cannot_be_read_keeps_back_no_other(store: Store, key: str) -> None:
    store.commit_decision(decision(2), b"", [intent(2)], as_of=CLOCK)
    with store._db.writing("damage") as connection:
        connection.execute(update(outbox).where(outbox.c.key == key).values(payload="{"))
    assert [i.payload for i in store.due("m", CLOCK)] == [{}, intent(2).payload]
    fail(store, key, CLOCK)
    assert len(store.undelivered("m")) == 1


def test_done_is_done(store: Store, key: str) -> None:
    store.claim(key, "one", 60, as_of=CLOCK)
    store.claim(key, "two", 60, as_of=LATER)
    store.finish(key, ok=True, as_of=LATER)
    store.finish(key, ok=False, note="late", as_of=LATER)
    assert store.carried("m")[0].state == "done"


def test_an_unknown_intent(store: Store) -> None:
    assert not store.claim("nothing", "one", 60, as_of=CLOCK)
    with pytest.raises(StoreError, match='the outbox has no intent with the key "nothing"'):
        store.finish("nothing", ok=True, as_of=CLOCK)


def test_runs_are_noted(store: Store) -> None:
    one = store.begin_run("m", day(0), INPUTS, CLOCK)
    two = store.begin_run("m", day(1), LABELS, CLOCK)
    store.end_run(one, LATER, "error", HOSTILE[6], rows=5_000_000_000)
    assert store.runs("m") == [
        Run(two, LABELS, day(1), CLOCK, None, "", 0, ""),
        Run(one, INPUTS, day(0), CLOCK, LATER, "error", 5_000_000_000, HOSTILE[6]),
    ]
    assert len(store.runs("m", limit=1)) == 1
    assert store.dump() == "", "no decision rests on runs"
