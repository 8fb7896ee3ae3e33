"""Laws of answers: when they count, which one stands, what taking one back leaves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.errors import IncidentError
from tidegauge.core.window import Window
from tidegauge.decisions.feedback import Accepted, Answer, Dismissed, Feedback, Standing, current, standing

START = datetime(2024, 1, 1, tzinfo=UTC)
CONFIRM, DISMISS, ACCEPT, RETRACT = Answer


def day(number: int) -> Window:
    """The n-th day."""
    return Window(START + timedelta(days=number), START + timedelta(days=number + 1), "day")


def said(answer: Answer, days: list[int], at: float, incident: str = "1f", retracts: str = "") -> Feedback:
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
            made.append(said(RETRACT, [], clock, back.incident, back.id))
        else:
            of = draw(st.sampled_from(["1f", "2e", "3d"]))
            made.append(said(draw(st.sampled_from([CONFIRM, DISMISS, ACCEPT])), [0, 1], clock, of))
    return made


@given(logs(), st.integers(0, 14), st.randoms(use_true_random=False))
def test_the_order_of_reading_and_reading_twice_change_nothing(log: list[Feedback], n: int, random: object) -> None:
    shuffled = [*log, *log]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    assert standing(shuffled, day(n)) == standing(log, day(n))


@given(logs(), st.integers(0, 14))
def test_an_answer_counts_for_windows_that_end_later_and_for_no_earlier_one(log: list[Feedback], n: int) -> None:
    before = [f for f in log if f.at < day(n).end]
    assert standing(log, day(n)) == standing(before, day(n))


@given(logs())
def test_everything_taken_back_is_as_if_nothing_had_been_said(log: list[Feedback]) -> None:
    backs = [said(RETRACT, [], 50 + k, f.incident, f.id) for k, f in enumerate(sorted(current(log).values(), key=repr))]
    assert standing([*log, *backs], day(80)) == Standing()
    assert standing([*log, *backs], day(40)) == standing(log, day(40)), "and before that nothing has changed"


@given(logs())
def test_of_each_incident_the_latest_answer_stands_alone(log: list[Feedback]) -> None:
    stands = current(log)
    for incident, one in stands.items():
        assert one.incident == incident
        assert not [f for f in log if f.incident == incident and f.answer is not RETRACT and f.at > one.at]


def test_what_each_answer_asks_for() -> None:
    confirmed, accepted, dismissed = (
        said(a, [3, 4], 5, i) for a, i in ((CONFIRM, "1f"), (ACCEPT, "2e"), (DISMISS, "3d"))
    )
    assert standing([confirmed], day(5)) == Standing(excluded=frozenset((day(3), day(4))))
    assert standing([accepted], day(5)) == Standing(accepted=(Accepted(("a",), day(3), (day(3), day(4))),))
    expected = (Dismissed(day(3), ("a",)), Dismissed(day(4), ("a",)))
    assert standing([dismissed], day(5)) == Standing(dismissed=expected)
    every = standing([confirmed, accepted, dismissed], day(5))
    assert every == Standing(frozenset((day(3), day(4))), (Accepted(("a",), day(3), (day(3), day(4))),), expected)


def test_given_at_the_end_of_a_window_it_counts_from_the_next_on() -> None:
    at_the_end = said(CONFIRM, [3], 6)  # day 5 ends here
    assert standing([at_the_end], day(5)) == Standing()
    assert standing([at_the_end], day(6)).excluded == {day(3)}


def test_confirmed_and_then_dismissed_is_dismissed_and_taken_back_is_neither() -> None:
    first, then = said(CONFIRM, [3], 5), said(DISMISS, [3], 7)
    assert standing([first, then], day(6)).excluded == {day(3)}
    assert standing([first, then], day(7)) == Standing(dismissed=(Dismissed(day(3), ("a",)),))
    back = said(RETRACT, [3], 9, retracts=then.id)
    assert standing([first, then, back], day(9)) == Standing()
    stale = said(RETRACT, [3], 9, retracts=first.id)
    assert standing([first, then, stale], day(9)) == standing([first, then], day(9)), "that one stood no more"


def test_silences_leave_references_and_say_why() -> None:
    silences = {day(3): "a deploy", day(4): "a deploy", day(9): "later"}
    assert standing([], day(2), silences) == Standing()
    assert standing([], day(3), silences) == Standing(silenced="a deploy")
    assert standing([], day(4), silences) == Standing(frozenset({day(3)}), silenced="a deploy")
    assert standing([], day(6), silences) == Standing(frozenset({day(3), day(4)}))


def test_an_answers_id_is_what_it_says() -> None:
    one = said(CONFIRM, [3], 5)
    assert said(CONFIRM, [3], 5) == one
    others = [replace(one, id="", **{k: v}) for k, v in (("note", "x"), ("by", "bob"), ("columns", ("b",)))]  # type: ignore[arg-type]  # fields of Feedback
    assert len({one.id, said(CONFIRM, [4], 5).id, said(CONFIRM, [3], 5.5).id, *(f.id for f in others)}) == 6
    with pytest.raises(IncidentError, match="needs an instant with a time zone"):
        replace(one, at=datetime(2024, 1, 1))  # noqa: DTZ001 - that is the point
