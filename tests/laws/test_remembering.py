"""What a process remembers changes nothing: whatever came before, the answer is that of one that remembers nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.decision import Decision, Finding, Verdict
from tidegauge.core.window import Window
from tidegauge.decisions.chain import MARK, Chain, first_other
from tidegauge.decisions.feedback import Answer, Feedback
from tidegauge.decisions.incidents import IncidentBuilder, incidents_of
from tidegauge.references.calendar import Calendar, Season
from tidegauge.references.candidates import Candidates, KeptCandidates
from tidegauge.replay.remembering import LastObservation
from tidegauge.stages.base import Observer
from tidegauge.store.profiles import Revision

BEGIN, HOUR = datetime(2024, 3, 1, tzinfo=UTC), timedelta(hours=1)
HOURS = [Window(BEGIN + HOUR * k, BEGIN + HOUR * (k + 1), "hour") for k in range(3 * MARK)]
CALENDAR = Calendar("UTC")
SAID = tuple(
    Feedback("", "m", "inputs", f"{k}", answer, (HOURS[k],), ("x",), HOURS[k].end, "ana", "")
    for k, answer in ((5, Answer.DISMISS), (MARK + 3, Answer.ACCEPT), (2 * MARK, Answer.CONFIRM))
)
changes = st.lists(
    st.tuples(st.integers(0, len(HOURS)), st.sets(st.integers(0, len(HOURS) - 1), max_size=3)), max_size=6
)


@given(changes, st.lists(st.sampled_from([(), SAID[:1], SAID]), min_size=6, max_size=6))
def test_evidence_is_that_of_a_new_chain(changes: list[tuple[int, set[int]]], said: list[tuple[Feedback, ...]]) -> None:
    chain = Chain()
    for (until, late), answers in zip(changes, said, strict=False):
        revisions = {w: Revision(k, "late" if k in late else "", "c") for k, w in enumerate(HOURS[:until])}
        shuffled = dict(reversed(revisions.items())) if late else revisions
        silences = {HOURS[min(late)]: "a deploy"} if len(late) > 2 else {}
        found = chain.evidence(("settings", len(late) > 1), answers, silences, shuffled)
        assert found == Chain().evidence(("settings", len(late) > 1), answers, silences, revisions)
        assert list(found) == list(revisions)


@given(st.dictionaries(st.sampled_from(HOURS[:9]), st.sampled_from("ab")), st.permutations(HOURS[:9]))
def test_the_first_that_differs(known: Mapping[Window, str], order: list[Window]) -> None:
    evidence = dict.fromkeys(HOURS[:6], "a")
    known = {w: known[w] for w in order if w in known}
    assert first_other(evidence, known) == next((k for k, w in enumerate(evidence) if known.get(w) != "a"), 6)


@given(changes)
def test_shelves_hold_what_new_ones_would(changes: list[tuple[int, set[int]]]) -> None:
    kept = KeptCandidates()
    for until, excluded in changes:
        windows, out = HOURS[max(0, until - 40) : until], frozenset(HOURS[k] for k in excluded)
        found = kept.candidates(windows, out, CALENDAR)
        anew = Candidates([w for w in windows if w not in out], CALENDAR)
        assert list(found) == list(anew)
        assert len(found) == len(anew)
        span = (HOURS[0].start, HOURS[-1].end)
        for hour in (0, 7):
            assert found.newest(_hour, hour, span, 3) == anew.newest(_hour, hour, span, 3)
            assert found.newest_ordinary(_hour, hour, span, 3) == anew.newest_ordinary(_hour, hour, span, 3)
        assert found.within(span) == anew.within(span)


def _hour(season: Season) -> int:
    return season.hour


def _decided(k: int, column: str) -> Decision:
    verdict = Verdict.ALERT if column else Verdict.FINE
    found = (Finding(column, "*", 2.0, ()),) if column else ()
    return Decision("m", HOURS[k], "inputs", verdict, "", f"{k}{column}", findings=found)


@given(st.lists(st.sampled_from(["", "", "x", "y"]), max_size=40), changes)
def test_incidents_are_those_of_a_first_reading(columns: list[str], changes: list[tuple[int, set[int]]]) -> None:
    builder, stored = IncidentBuilder(), [_decided(k, column) for k, column in enumerate(columns)]
    for until, again in changes:
        for k in again & set(range(len(stored))):
            stored[k] = replace(stored[k], evidence=f"{until}")
        answers = SAID if until % 2 else ()
        assert builder.incidents(stored[:until], answers) == incidents_of(stored[:until], answers)


def test_nothing_is_answered_in_the_place_of_the_observer_beneath() -> None:
    """A default of the base, where the observer beneath has an answer of its own, would be another decision."""
    asked = {name for name, of in vars(Observer).items() if not name.startswith("_") and _answers(of)}
    assert asked - set(vars(LastObservation)) == set()


def _answers(of: object) -> bool:
    """Whether a member answers of an observer: a static one knows none."""
    return not isinstance(of, staticmethod) and (callable(of) or isinstance(of, property | cached_property))
