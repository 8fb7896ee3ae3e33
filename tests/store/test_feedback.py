"""Answers to incidents: appended, never changed, read back as they were, carried as lines."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.store.samples import CLOCK, HOSTILE, day
from tidegauge.core.errors import IncidentError, StoreError
from tidegauge.decisions.feedback import Answer, Feedback
from tidegauge.store.store import Store


def answered(hours: int, *, monitor: str = "m", stage: str = "inputs", note: str = "") -> Feedback:
    """An answer of some hour."""
    at = CLOCK + timedelta(hours=hours)
    return Feedback("", monitor, stage, "1f", Answer.CONFIRM, (day(1), day(2)), ("a", "b"), at, "ana", note)


def test_answers_are_kept_in_time_and_once(store: Store) -> None:
    log = [answered(2), answered(0), answered(1, stage="labels")]
    assert store.feedback.put(log) == 3
    assert store.feedback.put(log) == 0
    assert store.feedback.put([answered(0), answered(3)]) == 1
    assert store.feedback.of("m") == (answered(0), answered(1, stage="labels"), answered(2), answered(3))
    assert store.feedback.of("m", "labels") == (answered(1, stage="labels"),)
    assert store.feedback.of("n") == ()


def test_any_text_goes_there_and_back(store: Store) -> None:
    log = [answered(k, note=note) for k, note in enumerate(HOSTILE)]
    store.feedback.put(log)
    assert store.feedback.of("m") == tuple(log)
    lines = list(store.feedback.export_log("m"))
    assert all("\n" not in line and line.isascii() for line in lines)
    assert store.feedback.import_log("m", lines) == (0, len(log), 0)


def test_answers_are_part_of_the_final_state(store: Store) -> None:
    empty = store.dump()
    store.feedback.put([answered(0)])
    assert [line for line in store.dump().splitlines() if line not in empty] != []


def test_a_bad_line_takes_the_good_ones_along(store: Store) -> None:
    store.feedback.put([answered(0), answered(1)])
    first, second = store.feedback.export_log("m")
    with Store.open("sqlite://") as other:
        with pytest.raises(IncidentError, match="Line 3 of the log was changed after it was written: its id is"):
            other.feedback.import_log("m", [first, "\n", second.replace("ana", "bob")])
        assert other.feedback.of("m") == ()
        assert other.feedback.import_log("m", [first, "", second, first]) == (2, 1, 0)


def test_a_corrupt_answer_is_named(store: Store) -> None:
    store.feedback.put([answered(0)])
    with store.database.writing("harm") as connection:
        connection.execute(text("UPDATE feedback SET json = '{}'"))
    with pytest.raises(StoreError, match=f"table feedback holds a corrupt row at m, {answered(0).id}"):
        store.feedback.of("m")
