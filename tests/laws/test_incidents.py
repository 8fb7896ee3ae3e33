"""Laws of incidents: what makes alerts one event, and how much it asks for."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.decision import Decision, Finding, Score, Verdict
from tidegauge.core.incident import Incident, IncidentStatus, Severity, Turn
from tidegauge.core.window import VOLUME, Window
from tidegauge.decisions.feedback import Answer, Feedback
from tidegauge.decisions.incidents import incidents_of
from tidegauge.decisions.unfinished import severity_of
from tidegauge.tuning.tuning import SHIPPED

TUNING = SHIPPED.decisions.incidents

OPENED, CONTINUED, RESOLVED, SETTLED, REOPENED = IncidentStatus


def day(number: int, kind: str = "day") -> Window:
    """A window of a day, whatever it is called."""
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Window(start, start + timedelta(days=1), kind)


def decision(number: int, columns: str | None, *, strength: float = 1.5, kind: str = "day") -> Decision:
    """An alert about columns of one letter each; None: a fine window. A trace of another column ties nothing."""
    found = [*(Finding(c, "*", 2.0 - 0.1 * k, ()) for k, c in enumerate(columns or ""))]
    found += [Finding("trace", "*", 0.1, ())] if columns else []
    verdict = Verdict.FINE if columns is None else Verdict.ALERT
    return Decision(
        "m", day(number, kind), "inputs", verdict, "", f"e{number}", strength=strength, findings=tuple(found)
    )


def tell(days: list[str | None]) -> list[Incident]:
    """The incidents of days."""
    return incidents_of([decision(k, c) for k, c in enumerate(days)])


def brief(incidents: list[Incident]) -> list[tuple[str, int, IncidentStatus]]:
    """First column, number of alerts, status."""
    return [(i.columns[0], i.alerts, i.status) for i in incidents]


@given(st.lists(st.sampled_from([None, None, "a", "b", "ab", "cab"]), max_size=30))
def test_every_alert_is_in_one_incident(days: list[str | None]) -> None:
    found = tell(days)
    alerts = Counter(day(k) for k, c in enumerate(days) if c is not None)
    assert Counter(w for i in found for w in i.windows) == alerts
    assert len({i.id for i in found}) == len(found)
    for i in found:
        assert (i.windows[0], i.windows[-1], len(i.windows)) == (i.first, i.last, i.alerts)
        assert len(i.strengths) == len(i.columns)
        assert i.turns[0] == Turn(OPENED, i.first)
        assert [t.window for t in i.turns] == sorted(t.window for t in i.turns)
        kinds = [t.status for t in i.turns[1:]]
        assert kinds == [RESOLVED if k % 2 == 0 else REOPENED for k in range(len(kinds))], "in turns"
        assert i.is_open == (i.status is not RESOLVED)


@given(st.lists(st.sampled_from([None, None, "a", "b", "ab"]), max_size=30), st.integers(0, 30))
def test_what_comes_later_opens_and_closes_but_never_rewrites(days: list[str | None], cut: int) -> None:
    """An incident once opened keeps its id, its first window and what it has: later days only add."""
    before, after = tell(days[:cut]), {i.id: i for i in tell(days)}
    for i in before:
        now = after[i.id]
        assert now.windows[: i.alerts] == i.windows
        assert now.columns[: len(i.columns)] == i.columns
        assert now.turns[: len(i.turns)] == i.turns
        assert list(Severity).index(now.severity) >= list(Severity).index(i.severity)


def test_a_fault_of_five_days_is_one_incident() -> None:
    assert TUNING.quiet == 2
    assert brief(tell(["a"])) == [("a", 1, OPENED)]
    assert brief(tell(["a"] * 5)) == [("a", 5, CONTINUED)]
    assert brief(tell(["a"] * 5 + [None])) == [("a", 5, CONTINUED)]
    assert brief(tell(["a"] * 5 + [None, None])) == [("a", 5, RESOLVED)]
    assert brief(tell(["a", "a", None, "a", None, "a"])) == [("a", 4, CONTINUED)], "a quiet day in between"


def test_another_column_is_another_incident() -> None:
    assert brief(tell(["a", "a", "b", "a"])) == [("a", 3, CONTINUED), ("b", 1, OPENED)]


def test_the_leading_column_may_change_while_one_goes_on() -> None:
    """Each day shares a leading column with the first or the day before."""
    assert brief(tell(["ab", "bc", "cd"])) == [("a", 3, CONTINUED)]
    assert len(tell(["ab", "bc", "de"])) == 2


@pytest.mark.parametrize("kind", ["hour", "day", "week"])
def test_what_comes_back_soon_is_the_same_incident_reopened(kind: str) -> None:
    back = TUNING.back[kind]

    def after(quiet: int, *more: str | None) -> list[Incident]:
        days = ["a", *[None] * quiet, *more]
        return incidents_of([decision(k, c, kind=kind) for k, c in enumerate(days)])

    assert brief(after(back - 1, "a")) == [("a", 2, REOPENED)]
    assert brief(after(back - 1, "a", "a")) == [("a", 3, REOPENED)], "for as long as it is open"
    assert brief(after(back - 1, "a", None, None)) == [("a", 2, RESOLVED)]
    assert brief(after(back, "a")) == [("a", 1, RESOLVED), ("a", 1, OPENED)], "too long ago: another one"
    assert brief(after(back - 1, "b")) == [("a", 1, RESOLVED), ("b", 1, OPENED)]
    turns = after(back - 1, "a")[0].turns
    assert [t.status for t in turns] == [OPENED, RESOLVED, REOPENED]
    assert [t.window for t in turns] == [day(0, kind), day(TUNING.quiet, kind), day(back, kind)]


def test_evidence_is_gathered() -> None:
    found = [decision(0, "a", strength=1.2), decision(1, "ba", strength=3.0), decision(2, "a", strength=1.1)]
    (incident,) = incidents_of(found)
    assert (incident.columns, incident.strengths) == (("a", "b"), (2.0, 2.0))
    assert incident.strength == 3.0
    assert incident.windows == (day(0), day(1), day(2))


@pytest.mark.parametrize("said", [Answer.DISMISS, Answer.ACCEPT])
def test_an_alert_after_it_was_said_to_be_nothing_is_news(said: Answer) -> None:
    """Dismissed or accepted, an incident is continued no more by windows that end later; confirmed, it is."""
    days = [decision(k, "a") for k in range(4)]
    name = incidents_of(days)[0].id

    def answered(answer: Answer, *more: Feedback) -> list[Incident]:
        at = day(1).end + timedelta(hours=1)
        return incidents_of(days, [Feedback("", "m", "inputs", name, answer, (), (), at, "ana", ""), *more])

    assert [(i.first, i.alerts) for i in answered(said)] == [(day(0), 2), (day(2), 2)]
    assert answered(said)[0].id == name
    assert [i.alerts for i in answered(Answer.CONFIRM)] == [4]
    given = Feedback("", "m", "inputs", name, said, (), (), day(1).end + timedelta(hours=1), "ana", "")
    back = Feedback("", "m", "inputs", name, Answer.RETRACT, (), (), day(2).end, "ana", "", given.id)
    assert [(i.first, i.alerts) for i in answered(said, back)] == [(day(0), 2), (day(2), 2)], "there by then"


def test_what_is_silenced_is_part_of_no_incident() -> None:
    from dataclasses import replace

    quiet = [replace(decision(k, "a"), silenced="a deploy") for k in (1, 2)]
    found = incidents_of([decision(0, "a"), *quiet, decision(3, "a")])
    assert brief(found) == [("a", 2, CONTINUED)]
    assert found[0].windows == (day(0), day(3))
    assert incidents_of(quiet) == []


@pytest.mark.parametrize(
    ("strength", "columns", "alerts", "broken", "severity"),
    [
        (1.0, 1, 1, False, Severity.LOW),
        (1.49, 2, 2, False, Severity.LOW),
        (1.5, 1, 1, False, Severity.MEDIUM),
        (1.0, 3, 1, False, Severity.MEDIUM),
        (1.0, 1, 3, False, Severity.MEDIUM),
        (3.0, 1, 1, False, Severity.HIGH),
        (1.5, 1, 3, False, Severity.HIGH),
        (0.0, 1, 1, True, Severity.HIGH),
    ],
)
def test_severity_is_points(strength: float, columns: int, alerts: int, broken: bool, severity: Severity) -> None:
    assert severity_of(strength, columns, alerts, broken=broken) is severity


def test_the_rows_themselves_are_every_column() -> None:
    volume = Decision("m", day(0), "inputs", Verdict.ALERT, "", "e", strength=2.0, findings=(
        Finding(VOLUME, "*", 2.0, ()),))  # fmt: skip
    assert incidents_of([volume])[0].severity is Severity.HIGH


def still(number: int, columns: str) -> Decision:
    """A fine window in which columns of one letter each are where an alert found them."""
    found = tuple(
        Finding(c, "*", 0.0, (replace(number_of(c), least=0.0, most=1.0, like="8 past Mondays before 1 January"),))
        for c in columns
    )
    return replace(decision(number, None), findings=found)


def number_of(column: str, statistic: str = "mean", *, value: float = 2.0, over: int = 0) -> Score:
    """A number that was expected to be 0.5."""
    return Score(column, statistic, "*", value, 0.5, nan, nan, nan, nan, "", 9, over=over)


def alert(number: int, *found: Score) -> Decision:
    """An alert about numbers, the first one first."""
    findings = tuple(Finding(s.column, "*", 2.0 - 0.1 * k, (s,)) for k, s in enumerate(found))
    return replace(decision(number, "a"), findings=findings)


def test_what_stands_keeps_its_incident_open_and_opens_none() -> None:
    days = [alert(0, number_of("a")), *(still(k, "a") for k in range(1, 20))]
    assert brief(incidents_of(days)) == [("a", 1, OPENED)]
    back = [*days, decision(20, None), decision(21, None)]
    assert brief(incidents_of(back)) == [("a", 1, RESOLVED)], "it went back"
    assert brief(incidents_of([*back, still(22, "a")])) == [("a", 1, RESOLVED)], "standing reopens nothing"
    assert incidents_of([still(k, "a") for k in range(5)]) == []


def test_what_stands_is_settled_after_the_stated_time_and_not_before() -> None:
    assert TUNING.stands.day >= 28
    days = [alert(0, number_of("a")), *(still(k, "a") for k in range(1, TUNING.stands.day))]
    assert brief(incidents_of(days)) == [("a", 1, OPENED)]
    longer = [*days, still(len(days), "a")]
    (one,) = incidents_of(longer)
    assert one.turns == (Turn(OPENED, day(0)), Turn(SETTLED, day(len(days))))
    assert not one.is_open
    later = [*longer, *(still(k, "a") for k in range(len(longer), len(longer) + 5))]
    assert incidents_of(later) == [one], "once"
    assert brief(incidents_of([*later, alert(len(later), number_of("a"))])) == [("a", 2, REOPENED)], "as itself"
    assert brief(incidents_of([*later, alert(len(later), number_of("a", value=-2.0))]))[1:] == [("a", 1, OPENED)]
    echo = [*later, alert(len(later), number_of("a", over=28)), *(decision(len(later) + k, None) for k in (1, 2, 3))]
    assert brief(incidents_of(echo)) == [("a", 2, SETTLED)], "slow drift looks weeks back: it is not open again"


def test_an_alert_begins_the_stated_time_anew() -> None:
    days = [alert(0, number_of("a")), *(still(k, "a") for k in range(1, 20)), alert(20, number_of("a"))]
    days += [still(k, "a") for k in range(21, 20 + TUNING.stands.day)]
    assert brief(incidents_of(days)) == [("a", 2, CONTINUED)]
    assert brief(incidents_of([*days, still(len(days), "a")])) == [("a", 2, SETTLED)]


def test_an_answer_ends_what_stands_with_the_next_window() -> None:
    days = [alert(0, number_of("a")), *(still(k, "a") for k in range(1, 9))]
    for answer in (Answer.ACCEPT, Answer.DISMISS, Answer.CONFIRM):
        said = Feedback("", "m", "inputs", incidents_of(days)[0].id, answer, (day(0),), ("a",), day(4).end, "ana", "")
        (one,) = incidents_of(days, [said])
        ended = () if answer is Answer.CONFIRM else (Turn(RESOLVED, day(5)),)  # what is bad is open until it is back
        assert one.turns == (Turn(OPENED, day(0)), *ended), answer


def test_what_is_new_while_something_stands_is_an_incident_of_its_own() -> None:
    stood = [alert(0, number_of("a")), *(still(k, "a") for k in range(1, 12))]
    other = [*stood, alert(12, number_of("b"), number_of("a"))]
    assert brief(incidents_of(other)) == [("a", 1, OPENED), ("b", 1, OPENED)], "another column leads"
    for new in (number_of("a", value=-2.0), number_of("a", "missing")):
        assert brief(incidents_of([*stood, alert(12, new)])) == [("a", 1, OPENED), ("a", 1, OPENED)]


def test_what_stands_is_told_once() -> None:
    stood = [alert(0, number_of("a")), *(still(k, "a") for k in range(1, 12))]
    for same in (number_of("a"), number_of("a", "missing", over=3)):
        assert brief(incidents_of([*stood, *(alert(k, same) for k in range(12, 20))])) == [("a", 9, CONTINUED)]


def test_a_prediction_ties_no_other_column_to_what_it_moved_with_before() -> None:
    """It follows from the columns: a second total fault days after a first, in another column, is told by itself."""

    def by_days(*days: str | None) -> list[tuple[str, int, IncidentStatus]]:
        return brief(incidents_of([decision(k, c) for k, c in enumerate(days)], prediction="p"))

    for first in ("ap", "pa"):
        for second in ("bp", "pb"):
            assert len(by_days(first, None, None, second)) == 2, (first, second)
            assert len(by_days(first, second)) == 2, "nor on the next day"
        assert len(by_days(first, None, None, "p")) == 1, "alone it names nothing else"
        assert len(by_days(first, "ap", "pa", "ap")) == 1, "by the same column"
    assert len(by_days("p", "pa", "pb")) == 2, "of the prediction's own, until another column is named"
    assert len(by_days("p", "ap")) == 2, "what comes first is another"
    assert len(by_days("p", "p")) == 1
    assert len(tell(["ap", None, None, "bp"])) == 1, "any other column that they share ties them"
