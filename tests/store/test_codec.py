"""The laws of the JSON form: what is written is strict JSON, and reading gives the very value back."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.samples import day, decision
from tidegauge.core.decision import CellShift, Decision, Finding, Score
from tidegauge.core.incident import Incident
from tidegauge.core.window import Window
from tidegauge.store.codec import read, write

windows = st.builds(day, st.integers(-3000, 3000), st.sampled_from(["hour", "day", "week"]))
st.register_type_strategy(Window, windows)
scores = st.from_type(Score)
findings = st.builds(Finding, scores=st.lists(scores, max_size=2).map(tuple))
decisions = st.builds(
    Decision,
    provisional=st.booleans(),
    strength=st.floats(),
    rows=st.integers(),
    findings=st.lists(findings, max_size=2).map(tuple),
    notes=st.lists(st.text()).map(tuple),
)


def no_constant(name: str) -> float:
    raise AssertionError(f"{name} is not JSON")


@settings(max_examples=100, deadline=None)
@given(decisions | st.from_type(Incident) | st.builds(CellShift, st.text(), st.floats(), st.floats()))
def test_reading_what_was_written_gives_it_back(value: Decision | Incident | CellShift) -> None:
    text = write(value)
    json.loads(text, parse_constant=no_constant)
    assert text.isascii()
    back = read(type(value), text)
    assert repr(back) == repr(value)  # NaN equals nothing, and −0.0 equals 0.0: compare what is shown
    assert write(back) == text


def test_scalars_of_numpy_become_plain() -> None:
    one = CellShift("a", np.float64(0.5), np.float32(math.inf))  # type: ignore[arg-type]  # float32 is no float
    assert write(one) == '{"cell":"a","expected":0.5,"observed":"inf"}'


def test_a_field_that_an_older_version_did_not_know_takes_its_default() -> None:
    form = json.loads(write(decision(1)))
    del form["notes"], form["findings"]
    back = read(Decision, json.dumps(form))
    assert (back.notes, back.findings) == ((), ())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rows": "5"}, "expected int, found str"),
        ({"rows": True}, "expected int, found bool"),
        ({"strength": "much"}, "expected float, found str"),
        ({"verdict": "splendid"}, "'splendid' is not a valid Verdict"),
        ({"notes": "n"}, "expected list, found str"),
        ({"surprise": 1}, "Decision with missing or unknown fields surprise"),
        ({"window": 7}, "expected str, found int"),
    ],
)
def test_anything_else_is_refused(change: dict[str, object], sentence: str) -> None:
    form = json.loads(write(decision(1))) | change
    with pytest.raises(ValueError, match=sentence):
        read(Decision, json.dumps(form))
