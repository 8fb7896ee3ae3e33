"""Decisions: appended with all they cause, or not at all."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests.store.looking_back import past_decisions
from tests.store.samples import CLOCK, LATER, day, decision, incident, intent
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.errors import StoreError
from tidegauge.core.incident import IncidentStatus
from tidegauge.store.store import Store

INPUTS, LABELS = "inputs", "labels"


def test_a_decision_and_all_it_causes_are_one_write(store: Store) -> None:
    assert store.decisions.commit(decision(1), b"scores", [intent(1)], [incident(1)], as_of=CLOCK)
    found = store.decisions.get("m", INPUTS, day(1))
    assert repr(found) == repr(decision(1))  # by repr, for NaN equals nothing
    assert store.decisions.scored("m", INPUTS, None, 5) == [day(1)]
    assert store.decisions.score_blobs("m", INPUTS, [day(1), day(2)]) == {day(1): b"scores"}
    assert store.incidents.of("m") == [incident(1)]
    assert store.outbox.pending("m") == [intent(1)]
    assert store.decisions.get("m", LABELS, day(1)) is None
    assert store.decisions.get("n", INPUTS, day(1)) is None


def test_the_same_evidence_again_writes_nothing(store: Store) -> None:
    store.decisions.commit(decision(1), b"scores", as_of=CLOCK)
    before = store.dump(outbox=True)
    assert not store.decisions.commit(decision(1), b"other", [intent(1)], [incident(1)], as_of=LATER)
    assert store.dump(outbox=True) == before
    assert [clock for clock, _ in past_decisions(store, "m", INPUTS, day(1))] == [CLOCK]


def test_new_evidence_supersedes_and_the_past_stays(store: Store) -> None:
    store.decisions.commit(decision(1, "one"), b"1", [intent(1)], [incident(1)], as_of=CLOCK)
    resolved = incident(2, IncidentStatus.RESOLVED)
    assert store.decisions.commit(decision(1, "two"), b"2", [intent(1)], [resolved], as_of=LATER)
    assert [(clock, d.evidence) for clock, d in past_decisions(store, "m", INPUTS, day(1))] == [
        (CLOCK, "one"),
        (LATER, "two"),
    ]
    assert [d.evidence for d in store.decisions.of("m")] == ["two"]
    assert store.decisions.score_blobs("m", INPUTS, [day(1)]) == {day(1): b"2"}
    assert store.incidents.of("m") == [resolved]
    assert store.decisions.commit(decision(1, "one"), b"1", as_of=LATER), "back to the first evidence is a new decision"
    assert len(past_decisions(store, "m", INPUTS, day(1))) == 3


def test_an_intent_is_never_stored_twice(store: Store) -> None:
    store.decisions.commit(decision(1, "one"), b"", [intent(1)], as_of=CLOCK)
    assert store.outbox.claim(intent(1).key, "w", 60, as_of=CLOCK)
    store.outbox.finish(intent(1).key, ok=True, as_of=CLOCK)
    store.decisions.commit(decision(1, "two"), b"", [intent(1)], as_of=LATER)
    assert store.outbox.pending() == []


def test_decisions_are_found_in_time_order(store: Store) -> None:
    batch = [(decision(n, stage=stage), b"", (), ()) for stage in (LABELS, INPUTS) for n in (3, 0, 2, 1)]
    assert store.decisions.commit_batch(iter(batch), as_of=CLOCK) == 8
    assert store.decisions.commit_batch(batch, as_of=LATER) == 0
    assert [d.window for d in store.decisions.of("m", INPUTS)] == [day(n) for n in range(4)]
    assert [(d.window, d.stage) for d in store.decisions.of("m")][:3] == [
        (day(0), INPUTS),
        (day(0), LABELS),
        (day(1), INPUTS),
    ]
    between = store.decisions.of("m", LABELS, day(1).start, day(3).start)
    assert [d.window for d in between] == [day(1), day(2)]


def test_a_batch_may_hold_several_monitors(store: Store) -> None:
    batch = [(decision(0, monitor=monitor), b"", (), ()) for monitor in ("b", "a", "b")]
    assert store.decisions.commit_batch(batch, as_of=CLOCK) == 2


def test_history_is_what_was_before(store: Store) -> None:
    store.decisions.commit_batch([(decision(n), b"%d" % n, (), ()) for n in range(6)], as_of=CLOCK)
    assert store.decisions.scored("m", INPUTS, day(4), 3) == [day(1), day(2), day(3)]
    assert store.decisions.scored("m", INPUTS, None, 2) == [day(4), day(5)]
    assert store.decisions.scored("m", INPUTS, day(0), 3) == []
    assert store.decisions.scored("m", INPUTS, day(4, kind="hour"), 3) == [], "windows of another kind say nothing"


def test_evidences_are_those_of_the_current_decisions(store: Store) -> None:
    for number, evidence in ((2, "a"), (1, "a"), (2, "b")):
        store.decisions.commit(decision(number, evidence), b"", as_of=CLOCK)
    store.decisions.commit(decision(3, stage=LABELS), b"", as_of=CLOCK)
    assert list(store.decisions.evidences("m", INPUTS).items()) == [(day(1), "a"), (day(2), "b")]
    assert store.decisions.evidences("n", INPUTS) == {}


def test_outlines_leave_out_what_found_nothing(store: Store) -> None:
    fine = replace(decision(1, "f"), verdict=Verdict.FINE)
    store.decisions.commit_batch([(fine, b"", (), ()), (decision(2), b"", (), ())], as_of=CLOCK)
    found = store.decisions.outlines("m", INPUTS)
    assert repr(found) == repr(
        [
            Decision("m", day(1), INPUTS, Verdict.FINE, "", "f"),
            decision(2),
        ]
    )  # by repr, for NaN equals nothing


def test_damaged_scores_are_mended(store: Store) -> None:
    store.decisions.commit(decision(1), b"right", as_of=CLOCK)
    with store.database.writing("harm") as connection:
        connection.execute(text("UPDATE scores SET blob = :harm"), {"harm": b"wrong"})
    assert store.decisions.mend_scores(decision(1), b"right")
    assert not store.decisions.mend_scores(decision(1), b"right")
    assert not store.decisions.mend_scores(decision(1, "another"), b"other"), "of another evidence nothing is known"
    assert store.decisions.score_blobs("m", INPUTS, [day(1)]) == {day(1): b"right"}


def test_incidents_are_replaced_by_stage(store: Store) -> None:
    store.decisions.commit(decision(1), b"", (), [incident(1), incident(2, id_="i2")], as_of=CLOCK)
    store.incidents.replace("m", LABELS, [])
    assert store.incidents.of("m") == [incident(1), incident(2, id_="i2")]
    store.incidents.replace("m", INPUTS, [incident(3)])
    assert store.incidents.of("m", INPUTS) == [incident(3)]
    assert store.incidents.of("m", LABELS) == []


@pytest.mark.parametrize("harm", ["{", "[]", '{"monitor":1}', "null", '{"monitor":["m"]}', "[" * 5000])
def test_a_corrupt_row_is_named(store: Store, harm: str) -> None:
    store.decisions.commit(decision(1), b"", [intent(1)], [incident(1)], as_of=CLOCK)
    with store.database.writing("harm") as connection:
        for column in ("decisions.json", "incidents.json", "outbox.payload"):
            table, name = column.split(".")
            connection.execute(text(f"UPDATE {table} SET {name} = :harm"), {"harm": harm})
    with pytest.raises(
        StoreError, match=f"table decisions holds a corrupt row at m, inputs, {day(1)}: .* run the window again"
    ):
        store.decisions.get("m", INPUTS, day(1))
    with pytest.raises(StoreError, match="table decisions holds a corrupt row at m, inputs"):
        store.decisions.of("m")
    with pytest.raises(StoreError, match="table incidents holds a corrupt row at m, i1"):
        store.incidents.of("m")
    assert store.outbox.pending() == [replace(intent(1), payload={})], "of the outbox none stops the others"


def test_a_clock_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="the store needs instants with a time zone, got 2013-12-01"):
        store.decisions.commit(decision(1), b"", as_of=CLOCK.replace(tzinfo=None))


def test_clocks_of_any_zone_are_kept_as_instants(store: Store) -> None:
    store.decisions.commit(decision(1), b"", as_of=CLOCK.astimezone(ZoneInfo("America/New_York")))
    ((clock, _),) = past_decisions(store, "m", INPUTS, day(1))
    assert clock == CLOCK
    assert clock.utcoffset() == timedelta(0)
