"""The outbox, the queue, runs and records: work that is handed out and noted."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from tests.store.samples import CLOCK, HOSTILE, LATER, day, decision, intent
from tidegauge.core.errors import StoreError
from tidegauge.core.retrying import ALONE, LEAST, LONGEST, Why
from tidegauge.store.runs import Run
from tidegauge.store.schema import outbox
from tidegauge.store.store import Store

INPUTS, LABELS = "inputs", "labels"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def key(store: Store) -> str:
    """The key of an intent in the outbox."""
    store.decisions.commit(decision(1), b"", [intent(1)], as_of=CLOCK)
    return intent(1).key


def test_an_intent_is_claimed_by_one(store: Store, key: str) -> None:
    assert store.outbox.claim(key, "one", 60, as_of=CLOCK)
    assert not store.outbox.claim(key, "two", 60, as_of=CLOCK)
    assert store.outbox.pending() == store.outbox.pending("m") == [intent(1)]
    assert store.outbox.pending("another") == []
    store.outbox.finish(key, ok=True, note=HOSTILE[6], as_of=LATER)
    assert not store.outbox.claim(key, "two", 60, as_of=LATER)
    assert store.outbox.pending() == []
    (carried,) = store.outbox.carried("m")
    assert (carried.intent, carried.state, carried.failures, carried.note) == (intent(1), "done", 0, HOSTILE[6])


def test_a_claim_ends_with_its_lease(store: Store, key: str) -> None:
    assert store.outbox.claim(key, "one", 60, as_of=CLOCK)
    assert not store.outbox.claim(key, "two", 60, as_of=CLOCK + MINUTE - timedelta(microseconds=1))
    assert store.outbox.claim(key, "two", 60, as_of=CLOCK + MINUTE)


def fail(store: Store, key: str, at: datetime, why: Why = Why.AWAY) -> str:
    """One try that fails, with a claim or without."""
    store.outbox.claim(key, "one", 60, as_of=at)
    return store.outbox.finish(key, ok=False, note="no answer", as_of=at, why=why)


def test_a_claim_of_a_clock_that_ran_ahead_ends_when_the_clock_is_right_again(store: Store, key: str) -> None:
    """It was kept as its end alone, and held the intent for a year."""
    ahead = CLOCK + timedelta(days=365)
    assert store.outbox.claim(key, "fast", 60, as_of=ahead)
    assert not store.outbox.claim(key, "two", 60, as_of=ahead)
    assert store.outbox.claim(key, "two", 60, as_of=CLOCK)


def test_a_failure_is_tried_again_later_and_later(store: Store, key: str) -> None:
    at, tries = CLOCK, []
    for _ in range(9):
        assert fail(store, key, at) == "pending"
        (carried,) = store.outbox.undelivered("m")
        assert carried.due is not None
        assert not store.outbox.due("m", carried.due - timedelta(seconds=1))
        assert not store.outbox.claim(key, "early", 60, as_of=carried.due - timedelta(seconds=1))
        assert store.outbox.due("m", carried.due) == [intent(1)]
        tries.append((carried.due - at) // MINUTE)
        at = carried.due
    assert tries == [1, 2, 4, 8, 16, 32, 50, 50, 50], "an hourly run always finds it due"


def test_a_receiver_that_stays_away_for_a_weekend_gets_it(store: Store, key: str) -> None:
    """Five hourly failures lost it for ever, and nobody was told."""
    for hour in range(72):
        assert fail(store, key, CLOCK + timedelta(hours=hour)) == "pending"
    store.outbox.claim(key, "one", 60, as_of=CLOCK + timedelta(hours=72))
    assert store.outbox.finish(key, ok=True, as_of=CLOCK + timedelta(hours=72)) == "done"
    assert store.outbox.undelivered("m") == []


@pytest.mark.parametrize(("why", "days"), [(Why.AWAY, 7), (Why.FAILED, 7), (Why.REFUSED, 2)])
def test_what_is_given_up_stands_until_somebody_says_so(store: Store, key: str, why: Why, days: int) -> None:
    hours = next(hour for hour in range(1000) if fail(store, key, CLOCK + timedelta(hours=hour), why) == "given up")
    assert hours == 24 * days
    later = CLOCK + timedelta(days=400)
    assert store.outbox.pending() == store.outbox.due("m", later) == []
    assert not store.outbox.claim(key, "one", 60, as_of=later)
    (carried,) = store.outbox.undelivered("m")
    assert (carried.state, carried.failures, carried.note) == ("given up", 24 * days + 1, "no answer")
    assert (carried.first_failed, carried.last_failed) == (CLOCK, CLOCK + timedelta(days=days))
    assert store.outbox.due("m", later, again=True) == [intent(1)]
    assert store.outbox.claim(key, "one", 60, as_of=later, again=True)
    assert store.outbox.finish(key, ok=False, note="still not", as_of=later, why=why) == "pending", (
        "asked again, patient again"
    )
    assert store.outbox.dismiss(key, "ana", as_of=LATER)
    assert not store.outbox.dismiss(key, "bob", as_of=LATER)
    assert store.outbox.undelivered("m") == []
    assert store.outbox.due("m", later, again=True) == []
    (kept,) = store.outbox.carried("m")
    assert (kept.state, kept.settled_by, kept.note) == ("dismissed", "ana", "still not"), "the row and its history stay"


def test_a_clock_that_jumps_neither_gives_up_nor_delays(store: Store, key: str) -> None:
    """A year ahead between two failures is a day of waiting at most; a year back is no year until the next try."""
    year = timedelta(days=365)
    for number in range(LEAST - 1):
        assert fail(store, key, CLOCK + year * number) == "pending"
    (carried,) = store.outbox.undelivered("m")
    assert carried.due is not None
    assert carried.due > CLOCK + LONGEST
    assert store.outbox.due("m", CLOCK) == [intent(1)]
    for number in range(50):
        assert fail(store, key, CLOCK - year * number) == "pending", "going back is no waiting"


def test_a_late_failure_of_a_lost_claim_changes_nothing(store: Store, key: str) -> None:
    """Else it would hand the intent to a third while the second is at it."""
    store.outbox.claim(key, "one", 60, as_of=CLOCK)
    store.outbox.claim(key, "two", 60, as_of=LATER)
    assert store.outbox.finish(key, ok=False, note="late", as_of=LATER, worker="one") == "claimed"
    assert not store.outbox.claim(key, "three", 60, as_of=LATER)
    assert store.outbox.finish(key, ok=True, as_of=LATER, worker="one") == "done", "but a delivery is one"


@pytest.mark.parametrize(
    ("column", "harm"),
    [
        *(("payload", text) for text in ("{", "", "[]", "null", '{"stage": 1}', "[" * 5000)),
        ("window", "day/half"),
        ("window", ""),
        ("due", "tomorrow"),
        ("lease", "2013"),
        ("taken", "half"),
        ("first_failed", "\x1a"),
        ("last_failed", "never"),
    ],
)
def test_a_row_that_cannot_be_read_keeps_back_no_other(store: Store, key: str, column: str, harm: str) -> None:
    """Whoever looks at the outbox; and it fails by itself, and is told."""
    store.decisions.commit(decision(2), b"", [intent(2)], as_of=CLOCK)
    if column in ("lease", "taken"):
        store.outbox.claim(key, "dead", 60, as_of=CLOCK)
    with store.database.writing("damage") as connection:
        connection.execute(update(outbox).where(outbox.c.key == key).values({column: harm}))
    later = CLOCK + timedelta(days=1)
    whole = [i for i in store.outbox.due("m", later) if i.payload]
    assert intent(2) in whole
    assert (len(store.outbox.due("m", later)), len(whole)) == (2, 1 if column in ("payload", "window") else 2)
    assert (
        [i.key for i in store.outbox.pending("m")]
        == [c.intent.key for c in store.outbox.carried("m")]
        == [key, intent(2).key]
    )
    assert [i.key for i in store.outbox.acted("m")] == [key, intent(2).key]
    assert store.outbox.former("m") == set()
    assert store.outbox.pass_over(key, "away", as_of=later) or column == "last_failed"
    fail(store, key, CLOCK + timedelta(days=2))
    assert [c.intent.key for c in store.outbox.undelivered("m")] == [key]
    assert store.tombstones.withdraw("m", INPUTS, day(1), as_of=later)
    assert store.outbox.finish(key, ok=True, as_of=later) == "done", "nobody knows whose it was"


def test_passed_over_is_told_and_is_no_failure(store: Store, key: str) -> None:
    """It would be given up untried: its receiver was away whenever another one was tried."""
    at = CLOCK
    assert store.outbox.pass_over(key, "nobody there", as_of=at)
    assert not store.outbox.pass_over(key, "nobody there", as_of=at), "it is not due"
    assert not store.outbox.due("m", at)
    (carried,) = store.outbox.undelivered("m")
    assert (carried.failures, carried.note, carried.first_failed) == (0, "nobody there", CLOCK)
    assert carried.due == at + MINUTE
    while store.outbox.pass_over(key, "nobody there", as_of=(at := at + timedelta(hours=1))):
        pass
    assert at - CLOCK == ALONE, "then it is tried by itself"
    assert fail(store, key, at) == "pending"
    assert store.outbox.pass_over(key, "nobody there", as_of=at + timedelta(hours=1))
    (carried,) = store.outbox.undelivered("m")
    assert (carried.failures, carried.first_failed, carried.last_failed) == (1, CLOCK, at)
    assert not store.outbox.pass_over(key, "nobody there", as_of=at - timedelta(days=365)), (
        "the clock was wrong before, or is now"
    )
    assert store.outbox.claim(key, "one", 60, as_of=at + timedelta(hours=2))
    assert not store.outbox.pass_over(key, "nobody there", as_of=at + timedelta(hours=2)), "somebody is at it"
    store.outbox.finish(key, ok=True, as_of=at + timedelta(hours=2))
    assert not store.outbox.pass_over(key, "nobody there", as_of=at + timedelta(hours=9), again=True)
    assert store.outbox.undelivered("m") == []


def test_what_was_given_up_may_be_asked_for_again_and_wait(store: Store, key: str) -> None:
    """For who can try it: a retraining needs a scheduler, which `tidegauge deliver` has not."""
    at = CLOCK
    while fail(store, key, at) != "given up":
        at += timedelta(hours=6)
    store.outbox.ask_again(key)
    (carried,) = store.outbox.undelivered("m")
    assert (carried.state, carried.failures > LEAST, carried.due) == ("pending", True, None)
    assert fail(store, key, at + timedelta(days=1)) == "pending", "asked again, patient again"
    store.outbox.finish(key, ok=True, as_of=at)
    store.outbox.ask_again(key)
    assert store.outbox.carried("m")[0].state == "done"


def test_what_was_tried_longest_ago_comes_first(store: Store, key: str) -> None:
    store.decisions.commit(decision(2), b"", [intent(2)], as_of=CLOCK)
    fail(store, key, CLOCK)
    assert store.outbox.due("m", LATER) == [intent(2), intent(1)], "what was never tried at the very first"
    fail(store, intent(2).key, CLOCK + MINUTE)
    assert store.outbox.due("m", LATER) == [intent(1), intent(2)]


def test_what_actions_did_is_asked_for_without_all_that_sinks_got(store: Store) -> None:
    """A year of hours has 8,760 deliveries a sink, and a live decision asks what incidents were told of."""
    shown = [intent(number, action) for number in (1, 2, 3) for action in ("deliver", "mend")]
    told = [intent(number, "notify") for number in (1, 2, 3)]
    for number in (1, 2, 3):
        mine = [i for i in shown + told if i.window == day(number)]
        store.decisions.commit(decision(number), b"", mine, as_of=CLOCK)
    store.outbox.finish(told[0].key, ok=True, as_of=CLOCK)
    with store.database.writing("forget") as connection:
        gone = outbox.c.key.in_([told[1].key, shown[2].key])
        connection.execute(update(outbox).where(gone).values(state="withdrawn"))
    assert store.outbox.acted("m") == [told[0], told[2]]
    assert store.outbox.former("m") == {told[1].key, shown[2].key}
    assert [c.intent.key for c in store.outbox.carried("m", [day(3), day(9)])] == sorted(
        i.key for i in (*shown[4:], told[2])
    )
    assert store.outbox.carried("m", []) == []


def test_done_is_done(store: Store, key: str) -> None:
    store.outbox.claim(key, "one", 60, as_of=CLOCK)
    store.outbox.claim(key, "two", 60, as_of=LATER)
    store.outbox.finish(key, ok=True, as_of=LATER)
    store.outbox.finish(key, ok=False, note="late", as_of=LATER)
    assert store.outbox.carried("m")[0].state == "done"


def test_an_unknown_intent(store: Store) -> None:
    assert not store.outbox.claim("nothing", "one", 60, as_of=CLOCK)
    with pytest.raises(StoreError, match='the outbox has no intent with the key "nothing"'):
        store.outbox.finish("nothing", ok=True, as_of=CLOCK)


def test_runs_are_noted(store: Store) -> None:
    one = store.runs.begin("m", day(0), INPUTS, CLOCK)
    two = store.runs.begin("m", day(1), LABELS, CLOCK)
    store.runs.end(one, LATER, "error", HOSTILE[6], rows=5_000_000_000)
    assert store.runs.newest("m") == [
        Run(two, LABELS, day(1), CLOCK, None, "", 0, ""),
        Run(one, INPUTS, day(0), CLOCK, LATER, "error", 5_000_000_000, HOSTILE[6]),
    ]
    assert len(store.runs.newest("m", limit=1)) == 1
    assert store.dump() == "", "no decision rests on runs"
