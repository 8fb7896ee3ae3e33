"""Tombstones: what is current no more, and what is still there; on both engines."""

from dataclasses import replace

from tests.store.looking_back import past_decisions, past_revisions
from tests.store.samples import CLOCK, LATER, day, decision, intent, revision, rows
from tidegauge.core.intent import MEND, Intent
from tidegauge.store.store import Store

INPUTS, LABELS = "inputs", "labels"


def of(number: int, key: str, stage: str = INPUTS, action: str = "notify") -> Intent:
    """An intent that a decision of a stage caused."""
    made = intent(number)
    return replace(made, key=key, action=action, payload={**made.payload, "stage": str(stage)})


def test_a_buried_profile_is_current_no_more_and_comes_back_when_it_is_counted_again(store: Store) -> None:
    entries = [(day(n), revision(n), rows(n)) for n in (1, 2)]
    store.put_profiles("s", INPUTS, entries)
    assert store.bury("s", INPUTS, day(1), at=CLOCK)
    assert not store.bury("s", INPUTS, day(1), at=LATER), "there is nothing any more"
    assert list(store.revisions("s", INPUTS)) == [day(2)]
    assert store.profiles("s", INPUTS, [day(1)]) == []
    assert past_revisions(store, "s", INPUTS, day(1)) == [revision(1)]
    assert [(t.window, t.stage, t.at) for t in store.tombstones("s")] == [(day(1), INPUTS, CLOCK)]
    assert store.tombstones("another") == []

    assert store.put_profiles("s", INPUTS, entries) == 1
    assert list(store.revisions("s", INPUTS)) == [day(1), day(2)]
    assert store.bury("s", INPUTS, day(1), at=LATER)
    assert [t.at for t in store.tombstones("s")] == [CLOCK, LATER]


def test_a_tombstone_without_a_profile_is_put_up_once_and_only_if_asked_for(store: Store) -> None:
    store.bury("s", LABELS, day(1), at=CLOCK)
    assert store.tombstones("s") == []
    for at in (CLOCK, LATER):
        assert not store.bury("s", LABELS, day(1), at=at, force=True)
    assert [t.at for t in store.tombstones("s")] == [CLOCK]


def test_a_withdrawn_decision_is_history_and_so_is_what_it_caused(store: Store) -> None:
    intents = [of(1, "done"), of(1, "waiting"), of(1, "held"), of(1, "labels", LABELS)]
    for number in (0, 1):
        store.commit_decision(decision(number), b"scores", intents if number else [of(0, "other")], as_of=LATER)
    store.claim("done", "one", 60, as_of=LATER)
    store.finish("done", ok=True, as_of=LATER)
    store.claim("held", "two", 60, as_of=LATER)
    mend = of(1, "mend", action=MEND)

    assert store.withdraw("m", INPUTS, day(1), [mend], as_of=CLOCK), "by a clock behind that of the decision"
    assert list(store.evidences("m", INPUTS)) == [day(0)]
    assert store.scored("m", INPUTS, None, 9) == [day(0)]
    ((taken, past),) = past_decisions(store, "m", INPUTS, day(1))
    assert (taken, past.sentence, past.evidence) == (LATER, decision(1).sentence, decision(1).evidence)
    states = {c.intent.key: c.state for c in store.carried("m")}
    assert states == {
        "done": "forgotten",
        "waiting": "withdrawn",
        "held": "withdrawn",
        "labels": "pending",
        "other": "pending",
        "mend": "pending",
    }
    assert not store.claim("waiting", "one", 60, as_of=LATER)
    store.finish("held", ok=False, note="too late", as_of=LATER)
    store.finish("waiting", ok=True, as_of=LATER)  # carried out in the very moment: it was told, and is forgotten
    store.finish("done", ok=False, as_of=LATER)
    states = {c.intent.key: c.state for c in store.carried("m")}
    assert [states[k] for k in ("done", "waiting", "held")] == ["forgotten", "forgotten", "withdrawn"]
    assert '"key": "done"' not in store.dump(outbox=True)

    store.claim("mend", "one", 60, as_of=LATER)
    store.finish("mend", ok=True, as_of=LATER)
    assert not store.withdraw("m", INPUTS, day(1), [mend], as_of=LATER)
    assert "mend" in {i.key for i in store.pending("m")}, "asked again, it is mended again"


def test_a_window_that_was_shown_to_nobody_needs_no_mending(store: Store) -> None:
    store.commit_decision(decision(1), b"", as_of=CLOCK)
    assert store.withdraw("m", INPUTS, day(1), [of(1, "mend", action=MEND)], as_of=LATER)
    assert store.carried("m") == []
