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
    store.profiles.put("s", INPUTS, entries)
    assert store.tombstones.bury("s", INPUTS, day(1), at=CLOCK)
    assert not store.tombstones.bury("s", INPUTS, day(1), at=LATER), "there is nothing any more"
    assert list(store.profiles.revisions("s", INPUTS)) == [day(2)]
    assert store.profiles.of("s", INPUTS, [day(1)]) == []
    assert past_revisions(store, "s", INPUTS, day(1)) == [revision(1)]
    assert [(t.window, t.stage, t.at) for t in store.tombstones.of("s")] == [(day(1), INPUTS, CLOCK)]
    assert store.tombstones.of("another") == []

    assert store.profiles.put("s", INPUTS, entries) == 1
    assert list(store.profiles.revisions("s", INPUTS)) == [day(1), day(2)]
    assert store.tombstones.bury("s", INPUTS, day(1), at=LATER)
    assert [t.at for t in store.tombstones.of("s")] == [CLOCK, LATER]


def test_a_tombstone_without_a_profile_is_put_up_once_and_only_if_asked_for(store: Store) -> None:
    store.tombstones.bury("s", LABELS, day(1), at=CLOCK)
    assert store.tombstones.of("s") == []
    for at in (CLOCK, LATER):
        assert not store.tombstones.bury("s", LABELS, day(1), at=at, force=True)
    assert [t.at for t in store.tombstones.of("s")] == [CLOCK]


def test_a_withdrawn_decision_is_history_and_so_is_what_it_caused(store: Store) -> None:
    intents = [of(1, "done"), of(1, "waiting"), of(1, "held"), of(1, "labels", LABELS)]
    for number in (0, 1):
        store.decisions.commit(decision(number), b"scores", intents if number else [of(0, "other")], as_of=LATER)
    store.outbox.claim("done", "one", 60, as_of=LATER)
    store.outbox.finish("done", ok=True, as_of=LATER)
    store.outbox.claim("held", "two", 60, as_of=LATER)
    mend = of(1, "mend", action=MEND)

    assert store.tombstones.withdraw("m", INPUTS, day(1), [mend], as_of=CLOCK), "by a clock behind that of the decision"
    assert list(store.decisions.evidences("m", INPUTS)) == [day(0)]
    assert store.decisions.scored("m", INPUTS, None, 9) == [day(0)]
    ((taken, past),) = past_decisions(store, "m", INPUTS, day(1))
    assert (taken, past.sentence, past.evidence) == (LATER, decision(1).sentence, decision(1).evidence)
    states = {c.intent.key: c.state for c in store.outbox.carried("m")}
    assert states == {
        "done": "forgotten",
        "waiting": "withdrawn",
        "held": "withdrawn",
        "labels": "pending",
        "other": "pending",
        "mend": "pending",
    }
    assert not store.outbox.claim("waiting", "one", 60, as_of=LATER)
    store.outbox.finish("held", ok=False, note="too late", as_of=LATER)
    store.outbox.finish(
        "waiting", ok=True, as_of=LATER
    )  # carried out in the very moment: it was told, and is forgotten
    store.outbox.finish("done", ok=False, as_of=LATER)
    states = {c.intent.key: c.state for c in store.outbox.carried("m")}
    assert [states[k] for k in ("done", "waiting", "held")] == ["forgotten", "forgotten", "withdrawn"]
    assert '"key": "done"' not in store.dump(outbox=True)

    store.outbox.claim("mend", "one", 60, as_of=LATER)
    store.outbox.finish("mend", ok=True, as_of=LATER)
    assert not store.tombstones.withdraw("m", INPUTS, day(1), [mend], as_of=LATER)
    assert "mend" in {i.key for i in store.outbox.pending("m")}, "asked again, it is mended again"


def test_a_window_that_was_shown_to_nobody_needs_no_mending(store: Store) -> None:
    store.decisions.commit(decision(1), b"", as_of=CLOCK)
    assert store.tombstones.withdraw("m", INPUTS, day(1), [of(1, "mend", action=MEND)], as_of=LATER)
    assert store.outbox.carried("m") == []
