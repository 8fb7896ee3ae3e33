"""Laws of what is held: never asked for beside a fault, once an incident, the same however often it is looked at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.test_incidents import day, decision
from tests.pipeline.world import a_monitor
from tidegauge.actions.asking import caused
from tidegauge.actions.grounds import Grounds, fault_of
from tidegauge.causes import CAUSES
from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.intent import DELIVER, HELD, RETRAINING, Intent
from tidegauge.core.likely_cause import LikelyCause
from tidegauge.decisions.feedback import Answer, Feedback
from tidegauge.decisions.incidents import incidents_of
from tidegauge.tuning.tuning import SHIPPED

if TYPE_CHECKING:
    from tidegauge.core.window import Window

NEAR = SHIPPED.retraining.near["day"]
STUCK = LikelyCause("stuck", ("wait",), '"wait" is stuck: every row is 7', 1.0, 0.0, 1.0)


def inputs(number: int, *, fault: bool, verdict: Verdict = Verdict.ALERT) -> Decision:
    """An inputs' decision; with a fault of the data, or fine."""
    made = decision(number, "w" if fault else None)
    causes = (STUCK,) if fault and verdict is Verdict.ALERT else ()
    return replace(made, causes=causes, verdict=verdict if fault else made.verdict)


def nights(
    alerts: Sequence[bool],
    faults: Sequence[Decision],
    feedback: Sequence[Feedback] = (),
    option: str = "",
    twice: bool = False,  # noqa: FBT002 - each night is looked at again
) -> dict[str, Intent]:
    """What labels that alert on some days ask for, night by night, by its key, as a store keeps it."""
    monitor = a_monitor(
        "duckdb:///none", Path("/nowhere"), **{"{dag: refit, hold: false}": f"{{dag: refit, stage: labels{option}}}"}
    )
    outlines = SimpleNamespace(outlines=lambda _name, stage: list(faults) if stage == "inputs" else [])
    store = cast("Any", SimpleNamespace(decisions=outlines, feedback=SimpleNamespace(of=lambda *_: list(feedback))))
    decided: dict[Window, Decision] = {}
    kept: dict[str, Intent] = {}
    for number, bad in enumerate(alerts):
        d = replace(decision(number, "y" if bad else None), stage="labels")
        decided[d.window] = d
        grounds = Grounds(monitor, store, SHIPPED, "labels", decided)
        for _ in range(1 + twice):
            for intent in caused(grounds, d, sorted(kept.values(), key=lambda i: (i.window, i.key))):
                kept.setdefault(intent.key, intent)
    return kept


def split(kept: dict[str, Intent]) -> tuple[list[int], list[int]]:
    """The days that asked for a retraining, and those on which one is held."""
    mine = [i for i in kept.values() if i.action == "retrain"]
    found = sorted(((i.window.start - day(0).start).days, HELD in i.payload) for i in mine)
    return [n for n, held in found if not held], [n for n, held in found if held]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([False, False, False, True])), max_size=14))
def test_nothing_is_asked_for_beside_a_fault_and_once_an_incident(days: list[tuple[bool, bool]]) -> None:
    faults = [inputs(n, fault=fault) for n, (_, fault) in enumerate(days)]
    kept = nights([bad for bad, _ in days], faults)
    asked, held = split(kept)
    for n in range(len(days)):
        near = any(fault for _, fault in days[max(0, n - NEAR + 1) : n + 1])
        assert n not in (asked if near else held)
    labels = [replace(decision(n, "y" if bad else None), stage="labels") for n, (bad, _) in enumerate(days)]
    for incident in incidents_of(labels):
        mine = [i for i in kept.values() if i.action == "retrain" and i.payload["incident"] == incident.id]
        assert sum(HELD not in i.payload for i in mine) <= 1
        assert mine, "asked for or held: never nothing"
    again = nights([bad for bad, _ in days], faults, twice=True)
    acts = [{k: i for k, i in some.items() if i.action != DELIVER} for some in (kept, again)]
    assert acts[0] == acts[1], "a night that is looked at again"


def test_it_is_asked_for_once_the_fault_is_over_by_an_alert_or_without_one() -> None:
    faults = [inputs(n, fault=n == 3) for n in range(10)]
    alerting = [n >= 3 for n in range(10)]
    assert split(nights(alerting, faults)) == ([3 + NEAR], [3, 4, 5])
    assert split(nights([3 <= n <= 5 for n in range(10)], faults)) == ([3 + NEAR], [3, 4, 5]), "it still stands"
    assert split(nights([n == 3 for n in range(10)], faults)) == ([], [3]), "it is over before the fault is"
    assert split(nights(alerting, faults, option=", hold: false")) == ([3], [])
    broken = [inputs(n, fault=n == 3, verdict=Verdict.BROKEN) for n in range(10)]
    assert split(nights(alerting, broken)) == ([3 + NEAR], [3, 4, 5])


def test_a_fault_that_somebody_said_to_be_nothing_holds_nothing() -> None:
    faults = [inputs(n, fault=n == 3) for n in range(10)]
    [incident] = incidents_of(faults)
    at = datetime(2024, 1, 4, tzinfo=UTC)
    said = Feedback("", "m", "inputs", incident.id, Answer.DISMISS, (day(3),), ("w",), at, "me", "")
    assert split(nights([n >= 3 for n in range(10)], faults, [said])) == ([3], [])
    bad = replace(said, id="", answer=Answer.CONFIRM)
    assert split(nights([n >= 3 for n in range(10)], faults, [bad])) == ([3 + NEAR], [3, 4, 5])


def test_the_notice_of_the_incident_says_that_it_is_held() -> None:
    kept = nights([n >= 3 for n in range(5)], [inputs(n, fault=n == 3) for n in range(5)])
    [notice] = [i for i in kept.values() if i.action == "notify"]
    assert notice.payload[RETRAINING].startswith('held: "wait" is stuck: every row is 7 (inputs of ')
    [free] = [i for i in nights([False, True], []).values() if i.action == "notify"]
    assert RETRAINING not in free.payload


def test_a_retraining_waits_for_windows_and_for_the_next_month() -> None:
    assert split(nights([n >= 3 for n in range(9)], [], option=", persist: 3")) == ([5], [3, 4])
    first = [n in (1, 10, 20, 33) for n in range(36)]  # four incidents, the last one in February
    assert split(nights(first, [])) == ([1, 10, 20, 33], [])
    assert split(nights(first, [], option=", per_month: 2")) == ([1, 10, 33], [20])


@pytest.mark.parametrize("name", CAUSES)
def test_each_cause_says_whether_it_is_a_fault_of_the_data(name: str) -> None:
    assert isinstance(vars(type(CAUSES[name]))["is_fault"], bool), "of itself, not by a default"
    alert = replace(inputs(0, fault=True), causes=(replace(STUCK, name=name),))
    assert (fault_of(alert) == STUCK.clause) is CAUSES[name].is_fault
    assert not fault_of(replace(alert, verdict=Verdict.FINE))
