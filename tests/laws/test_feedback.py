"""Laws of answers: when they count, which one stands, what taking one back leaves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.errors import IncidentError
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Accepted, Answer, Dismissed, Feedback, Rulings, current, rulings

START = datetime(2024, 1, 1, tzinfo=UTC)
CONFIRM, DISMISS, ACCEPT, RETRACT = Answer


def day(number: int) -> Window:
    """The n-th day."""
    return Window(START + timedelta(days=number), START + timedelta(days=number + 1), "day")


def answered(answer: Answer, days: list[int], at: float, incident: str = "1f", retracts: str = "") -> Feedback:
    """An answer about some days, given so many days after the start."""
    windows = tuple(day(n) for n in days)
    when = START + timedelta(days=at)
    return Feedback("", "m", "inputs", incident, answer, windows, ("a",), when, "ana", "", retracts)


@st.composite
def logs(draw: st.DrawFn) -> list[Feedback]:
    """What people may have said of three incidents, each answer taken back at most once, in any order of reading."""
    made: list[Feedback] = []
    clock = 0.0
    for _ in range(draw(st.integers(0, 8))):
        clock += draw(st.sampled_from([0.25, 1.0, 1.5]))
        open_ones = [f for f in made if f.answer is not RETRACT and all(f.id != g.retracts for g in made)]
        taking_back: bool = draw(st.booleans())
        if open_ones and taking_back:
            back = draw(st.sampled_from(open_ones))
            made.append(answered(RETRACT, [], clock, back.incident, back.id))
        else:
            of = draw(st.sampled_from(["1f", "2e", "3d"]))
            made.append(answered(draw(st.sampled_from([CONFIRM, DISMISS, ACCEPT])), [0, 1], clock, of))
    return made


@given(logs(), st.integers(0, 14), st.randoms(use_true_random=False))
def test_the_order_of_reading_and_reading_twice_change_nothing(log: list[Feedback], n: int, random: object) -> None:
    shuffled = [*log, *log]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    assert rulings(shuffled, day(n)) == rulings(log, day(n))


@given(logs(), st.integers(0, 14))
def test_an_answer_counts_for_windows_that_end_later_and_for_no_earlier_one(log: list[Feedback], n: int) -> None:
    before = [f for f in log if f.at < day(n).end]
    assert rulings(log, day(n)) == rulings(before, day(n))


@given(logs())
def test_everything_taken_back_is_as_if_nothing_had_been_said(log: list[Feedback]) -> None:
    backs = [
        answered(RETRACT, [], 50 + k, f.incident, f.id) for k, f in enumerate(sorted(current(log).values(), key=repr))
    ]
    assert rulings([*log, *backs], day(80)) == Rulings()
    assert rulings([*log, *backs], day(40)) == rulings(log, day(40)), "and before that nothing has changed"


@given(logs())
def test_of_each_incident_the_latest_answer_stands_alone(log: list[Feedback]) -> None:
    stands = current(log)
    for incident, one in stands.items():
        assert one.incident == incident
        assert not [f for f in log if f.incident == incident and f.answer is not RETRACT and f.at > one.at]


def test_what_each_answer_asks_for() -> None:
    confirmed, accepted, dismissed = (
        answered(a, [3, 4], 5, i) for a, i in ((CONFIRM, "1f"), (ACCEPT, "2e"), (DISMISS, "3d"))
    )
    assert rulings([confirmed], day(5)) == Rulings(excluded=frozenset((day(3), day(4))))
    assert rulings([accepted], day(5)) == Rulings(accepted=(Accepted(("a",), day(3), (day(3), day(4))),))
    expected = (Dismissed(day(3), ("a",)), Dismissed(day(4), ("a",)))
    assert rulings([dismissed], day(5)) == Rulings(dismissed=expected)
    every = rulings([confirmed, accepted, dismissed], day(5))
    assert every == Rulings(frozenset((day(3), day(4))), (Accepted(("a",), day(3), (day(3), day(4))),), expected)


def test_given_at_the_end_of_a_window_it_counts_from_the_next_on() -> None:
    at_the_end = answered(CONFIRM, [3], 6)  # day 5 ends here
    assert rulings([at_the_end], day(5)) == Rulings()
    assert rulings([at_the_end], day(6)).excluded == {day(3)}


def test_confirmed_and_then_dismissed_is_dismissed_and_taken_back_is_neither() -> None:
    first, then = answered(CONFIRM, [3], 5), answered(DISMISS, [3], 7)
    assert rulings([first, then], day(6)).excluded == {day(3)}
    assert rulings([first, then], day(7)) == Rulings(dismissed=(Dismissed(day(3), ("a",)),))
    back = answered(RETRACT, [3], 9, retracts=then.id)
    assert rulings([first, then, back], day(9)) == Rulings()
    stale = answered(RETRACT, [3], 9, retracts=first.id)
    assert rulings([first, then, stale], day(9)) == rulings([first, then], day(9)), "that one stood no more"


def test_silences_leave_references_and_say_why() -> None:
    silences = {day(3): "a deploy", day(4): "a deploy", day(9): "later"}
    assert rulings([], day(2), silences) == Rulings()
    assert rulings([], day(3), silences) == Rulings(silenced="a deploy")
    assert rulings([], day(4), silences) == Rulings(frozenset({day(3)}), silenced="a deploy")
    assert rulings([], day(6), silences) == Rulings(frozenset({day(3), day(4)}))


def test_an_answers_id_is_what_it_says() -> None:
    one = answered(CONFIRM, [3], 5)
    assert answered(CONFIRM, [3], 5) == one
    others = [replace(one, id="", **{k: v}) for k, v in (("note", "x"), ("by", "bob"), ("columns", ("b",)))]  # type: ignore[arg-type]  # fields of Feedback
    assert len({one.id, answered(CONFIRM, [4], 5).id, answered(CONFIRM, [3], 5.5).id, *(f.id for f in others)}) == 6
    with pytest.raises(IncidentError, match="needs an instant with a time zone"):
        replace(one, at=datetime(2024, 1, 1))  # noqa: DTZ001 - that is the point
