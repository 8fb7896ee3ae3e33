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
    assert store.put_feedback(log) == 3
    assert store.put_feedback(log) == 0
    assert store.put_feedback([answered(0), answered(3)]) == 1
    assert store.feedback("m") == (answered(0), answered(1, stage="labels"), answered(2), answered(3))
    assert store.feedback("m", "labels") == (answered(1, stage="labels"),)
    assert store.feedback("n") == ()


def test_any_text_goes_there_and_back(store: Store) -> None:
    log = [answered(k, note=note) for k, note in enumerate(HOSTILE)]
    store.put_feedback(log)
    assert store.feedback("m") == tuple(log)
    lines = list(store.export_feedback("m"))
    assert all("\n" not in line and line.isascii() for line in lines)
    assert store.import_feedback("m", lines) == (0, len(log), 0)


def test_answers_are_part_of_the_final_state(store: Store) -> None:
    empty = store.dump()
    store.put_feedback([answered(0)])
    assert [line for line in store.dump().splitlines() if line not in empty] != []


def test_a_bad_line_takes_the_good_ones_along(store: Store) -> None:
    store.put_feedback([answered(0), answered(1)])
    first, second = store.export_feedback("m")
    with Store.open("sqlite://") as other:
        with pytest.raises(IncidentError, match="Line 3 of the log was changed after it was written: its id is"):
            other.import_feedback("m", [first, "\n", second.replace("ana", "bob")])
        assert other.feedback("m") == ()
        assert other.import_feedback("m", [first, "", second, first]) == (2, 1, 0)


def test_a_corrupt_answer_is_named(store: Store) -> None:
    store.put_feedback([answered(0)])
    with store._db.writing("harm") as connection:
        connection.execute(text("UPDATE feedback SET json = '{}'"))
    with pytest.raises(StoreError, match=f"table feedback holds a corrupt row at m, {answered(0).id}"):
        store.feedback("m")
