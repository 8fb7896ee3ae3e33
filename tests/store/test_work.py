"""The outbox, the queue, runs and records: work that is handed out and noted."""

from datetime import timedelta

import pytest

from tests.store.samples import CLOCK, HOSTILE, LATER, day, decision, intent
from tidegauge.errors import StoreError
from tidegauge.nouns import Stage
from tidegauge.store.outbox import TRIES
from tidegauge.store.runs import Run
from tidegauge.store.store import Store

INPUTS, LABELS = Stage.INPUTS, Stage.LABELS
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
    assert carried == (intent(1), "done", 0, HOSTILE[6])


def test_a_claim_ends_with_its_lease(store: Store, key: str) -> None:
    assert store.claim(key, "one", 60, as_of=CLOCK)
    assert not store.claim(key, "two", 60, as_of=CLOCK + MINUTE - timedelta(microseconds=1))
    assert store.claim(key, "two", 60, as_of=CLOCK + MINUTE)


def test_a_failure_is_tried_again_until_it_is_given_up(store: Store, key: str) -> None:
    for _ in range(TRIES):
        assert store.claim(key, "one", 60, as_of=CLOCK)
        store.finish(key, ok=False, note="no answer", as_of=CLOCK)
    assert not store.claim(key, "one", 60, as_of=LATER)
    assert store.pending() == []
    assert store.carried("m")[0][1:] == ("failed", TRIES, "no answer")


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


def test_a_window_is_queued_once_and_taken_in_time_order(store: Store) -> None:
    assert store.enqueue("m", LABELS, day(1), "cron")
    assert store.enqueue("m", INPUTS, day(1), "cron")
    assert store.enqueue("m", INPUTS, day(0), "event")
    assert not store.enqueue("m", INPUTS, day(1), "person")
    assert store.enqueue("n", INPUTS, day(0), HOSTILE[6])
    assert store.queued("n") == [(day(0), INPUTS, HOSTILE[6], 0, None)]
    taken = [store.claim_window("m", "w", 60, CLOCK) for _ in range(4)]
    assert taken == [(day(0), INPUTS), (day(1), INPUTS), (day(1), LABELS), None]


def test_a_finished_window_is_gone_and_can_be_asked_for_again(store: Store) -> None:
    store.enqueue("m", INPUTS, day(0), "cron")
    store.claim_window("m", "w", 60, CLOCK)
    assert store.finish_window("m", INPUTS, day(0), "w")
    assert store.queued("m") == []
    assert store.enqueue("m", INPUTS, day(0), "more rows")


def test_a_window_that_is_asked_for_while_it_is_worked_on_runs_again(store: Store) -> None:
    store.enqueue("m", INPUTS, day(0), "cron")
    store.claim_window("m", "w", 60, CLOCK)
    assert store.enqueue("m", INPUTS, day(0), "rows landed meanwhile")
    assert not store.enqueue("m", INPUTS, day(0), "and again")
    assert store.claim_window("m", "v", 60, CLOCK) is None
    assert store.finish_window("m", INPUTS, day(0), "w")
    assert store.claim_window("m", "v", 60, CLOCK) == (day(0), INPUTS)
    assert store.finish_window("m", INPUTS, day(0), "v")
    assert store.queued("m") == []


def test_a_dead_worker_loses_its_window(store: Store) -> None:
    store.enqueue("m", INPUTS, day(0), "cron")
    store.claim_window("m", "dead", 60, CLOCK)
    assert store.claim_window("m", "alive", 60, CLOCK + MINUTE) == (day(0), INPUTS)
    assert not store.finish_window("m", INPUTS, day(0), "dead")
    assert not store.release("m", INPUTS, day(0), "dead")
    assert store.queued("m") == [(day(0), INPUTS, "cron", 2, "alive")]
    assert store.release("m", INPUTS, day(0), "alive")
    assert store.claim_window("m", "third", 60, CLOCK) == (day(0), INPUTS)


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


def test_candidates_and_notices_are_recorded_once(store: Store) -> None:
    assert store.put_candidate("k2", "m", day(1), "{}")
    assert store.put_candidate("k1", "m", day(0), '{"auc":0.7}')
    assert not store.put_candidate("k1", "m", day(0), '{"auc":0.1}')
    assert store.candidates("m") == [("k1", day(0), '{"auc":0.7}'), ("k2", day(1), "{}")]
    assert store.put_notice("k", "m", day(0), HOSTILE[6], as_of=CLOCK)
    assert not store.put_notice("k", "m", day(0), "other", as_of=LATER)
    assert store.notices("m") == [("k", day(0), CLOCK, HOSTILE[6])]
