"""The contract of facts: what a suite finds, what it lets pass, and that a check that broke is no bad data."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.decision import Verdict
from tidegauge.core.errors import MonitorError
from tidegauge.profiles.layouts.base import Floats, Layout
from tidegauge.profiles.layouts.categorical import CategoricalLayout, cut_categorical
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.layouts.numeric import NumericLayout
from tidegauge.profiles.states.cells import Cells
from tidegauge.quality.frame import allot, small_frame
from tidegauge.quality.judging import FactOutcome, judge
from tidegauge.quality.place import suite_path
from tidegauge.quality.suite import Expectation, generate, load, save

RNG = np.random.default_rng(7)
TEMPERATURE = RNG.normal(15, 8, 5000)
DISTANCE = np.abs(RNG.normal(900, 300, 5000))
CARRIER = [("AA", "UA", "DL")[k] for k in RNG.integers(0, 3, 5000)]
LAYOUTS: dict[str, Layout] = {
    "temp": cut_numeric(TEMPERATURE),
    "distance": cut_numeric(DISTANCE),
    "carrier": cut_categorical(CARRIER),
}


def count(layout: Layout, values: Sequence[float] | Sequence[str] | Floats, nulls: int = 0) -> Cells:
    """What a profile keeps of a column's values."""
    if isinstance(layout, CategoricalLayout):
        known = [layout.code(str(v)) for v in values]
        codes = np.array(known + [0] * nulls, dtype=np.int64)
        found, counts = np.unique(codes, return_counts=True)
        return Cells(found, counts)
    assert isinstance(layout, NumericLayout)
    x = np.asarray(values, dtype=float)
    codes = np.concatenate([layout.codes(x), np.zeros(nulls, dtype=np.int64)])
    parts = np.concatenate([layout.parts(x), np.zeros(nulls, dtype=np.int64)])
    x = np.concatenate([x, np.zeros(nulls)])
    found, counts = np.unique(codes, return_counts=True)
    sums = np.array([parts[codes == c].sum() for c in found])
    lows, highs = (np.array([f(x[codes == c]) for c in found]) for f in (np.min, np.max))
    return Cells(found, counts, sums, lows, highs)


def window(**changed: Cells) -> dict[str, Cells]:
    """A window like the past, but for what is changed."""
    plain: dict[str, Sequence[str] | Floats] = {
        "temp": TEMPERATURE[:800],
        "distance": DISTANCE[:800],
        "carrier": CARRIER[:800],
    }
    return {name: count(LAYOUTS[name], values) for name, values in plain.items()} | changed


PAST = {
    "temp": count(LAYOUTS["temp"], TEMPERATURE, nulls=3),
    "distance": count(LAYOUTS["distance"], DISTANCE),
    "carrier": count(LAYOUTS["carrier"], CARRIER),
}
SUITE = generate(LAYOUTS, PAST)


def outcome(columns: dict[str, Cells], suite: list[Expectation] = SUITE, rows: int | None = None) -> FactOutcome:
    """The judgement of a window."""
    frame = small_frame(columns, LAYOUTS)
    return judge(suite, frame, rows if rows is not None else max(c.rows for c in columns.values()))


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (window(), None),
        (window(temp=count(LAYOUTS["temp"], TEMPERATURE[:700], nulls=100)), None),  # it had missing values before
        (window(distance=count(LAYOUTS["distance"], DISTANCE[:799], nulls=1)), '"distance": values to not be null'),
        (window(distance=count(LAYOUTS["distance"], [-1.0, *DISTANCE[:799]])), "such as -1.0"),
        (window(distance=count(LAYOUTS["distance"], [*DISTANCE[:799], 1e9])), '"distance": values to be between'),
        (window(carrier=count(LAYOUTS["carrier"], [c.lower() for c in CARRIER[:800]])), '"carrier": values to be in'),
        (window(carrier=count(LAYOUTS["carrier"], ["ZZ", *CARRIER[:799]])), None),  # one new value is no broken fact
        ({k: v for k, v in window().items() if k != "temp"}, 'column "temp" is not there'),
    ],
)
def test_facts(columns: dict[str, Cells], sentence: str | None) -> None:
    """A fact that is broken is named, once; what may happen passes."""
    found = outcome(columns)
    assert found.errors == ()
    if sentence is None:
        assert (found.verdict, found.failures) == (Verdict.FINE, ())
    else:
        assert found.verdict is Verdict.BROKEN
        assert len(found.failures) == 1
        assert sentence in found.failures[0]


def test_an_empty_window_breaks_the_row_count_and_nothing_else() -> None:
    """The count is the window's own, not the small frame's."""
    empty = {name: count(layout, []) for name, layout in LAYOUTS.items()}
    found = judge(SUITE, small_frame(empty, LAYOUTS), 0)
    assert found.verdict is Verdict.BROKEN
    assert found.failures == ("table row count to be between (min_value 1) does not hold: found 0",)
    strict = [{"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1_000_000}}]
    assert judge(strict, small_frame(window(), LAYOUTS), 2_000_000).verdict is Verdict.FINE


def test_an_expectation_that_errored_is_an_outage() -> None:
    """Numbers asked of texts raise inside Great Expectations, which calls that `success=False`, like bad data."""
    wrong = {"type": "expect_column_values_to_be_between", "kwargs": {"column": "carrier", "min_value": 0}}
    found = judge([*SUITE, wrong], small_frame(window(), LAYOUTS), 800)
    assert (found.verdict, found.failures) == (Verdict.OUTAGE, ())
    assert len(found.errors) == 1
    assert found.errors[0].startswith('"carrier": values to be between (min_value 0) could not be evaluated: ')
    broken = window(distance=count(LAYOUTS["distance"], [-1.0, *DISTANCE[:799]]))
    both = judge([*SUITE, wrong], small_frame(broken, LAYOUTS), 800)
    assert both.verdict is Verdict.OUTAGE
    assert len(both.failures) == 1


def test_the_small_frame_is_the_window_in_small() -> None:
    """Exact extremes, every cell, and shares; missing and infinite values as they are."""
    values = np.concatenate([np.tile(DISTANCE, 40), [-5.0, 77_777.0, np.inf, -np.inf]])
    cells = count(LAYOUTS["distance"], values, nulls=50_000)
    frame = small_frame({"distance": cells}, LAYOUTS)
    finite = frame["distance"][np.isfinite(frame["distance"])]
    assert len(frame) == 10_000
    assert (finite.min(), finite.max()) == (-5.0, 77_777.0)
    assert frame["distance"].isna().mean() == pytest.approx(0.2, abs=0.002)
    assert set(frame["distance"][np.isinf(frame["distance"])]) == {np.inf, -np.inf}
    assert finite.median() == pytest.approx(np.median(DISTANCE), rel=0.02)
    assert finite.clip(0, 2000).mean() == pytest.approx(DISTANCE.mean(), rel=0.02)
    few = small_frame(window(), LAYOUTS)
    assert few["carrier"].value_counts().to_dict() == {c: CARRIER[:800].count(c) for c in set(CARRIER)}


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=200), st.integers(1, 2000))
def test_every_row_of_the_frame_is_given_out(counts: list[int], size: int) -> None:
    """Exactly `size` rows (or all there are), none negative, and a cell with rows is left out only for want of room."""
    share = allot(np.array(counts, dtype=np.int64), size)
    assert share.sum() == min(size, sum(counts))
    assert (share >= (1 if size >= 2 * len(counts) else 0)).all()
    assert (share <= counts).all()


def test_a_suite_is_the_user_s_once_it_is_written(tmp_path: Path) -> None:
    """It is read back as it was, never overwritten, and a broken edit is a sentence."""
    place = suite_path(tmp_path / "flights.yml")
    assert place.name == "flights.expectations.json"
    save(place, "flights", SUITE)
    assert load(place) == SUITE
    with pytest.raises(MonitorError, match="is there already, and may hold your own edits"):
        save(place, "flights", SUITE)
    place.write_text("{")
    with pytest.raises(MonitorError, match="flights.expectations.json: the suite cannot be read"):
        load(place)
    place.write_text(json.dumps({"expectations": [{"kwargs": {}}]}))
    with pytest.raises(MonitorError, match='needs "expectations", a list of objects with a "type"'):
        load(place)


@pytest.mark.parametrize(
    "edit",
    [
        {"type": "expect_the_unexpected", "kwargs": {}},
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "temp", "min_vlaue": 3}},
    ],
)
def test_an_expectation_that_cannot_be_read_is_said(edit: Expectation) -> None:
    """A suite of Great Expectations leaves such a one out and is green; here it is an outage of the check."""
    found = judge([*SUITE, edit], small_frame(window(), LAYOUTS), 800)
    assert (found.verdict, found.failures) == (Verdict.OUTAGE, ())
    assert found.errors[0].startswith(f"{edit['type']} cannot be read: ")


def test_a_generated_suite_teaches() -> None:
    """Every expectation says why it is there."""
    assert all(e["meta"]["notes"] for e in SUITE)
    assert {e["kwargs"]["column"] for e in SUITE if e["type"].endswith("not_be_null")} == {"distance", "carrier"}
