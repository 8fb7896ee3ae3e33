"""Laws of statistics, over the whole registry and hostile data: no warning, no infinity, no effect of neighbours."""

import warnings
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.laws.agreeing import agree
from tests.laws.frames import number, numpy_profile, word
from tidegauge.profiles.kinds.every import stack
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.layouts.cuts import cut_numeric
from tidegauge.profiles.states.stack import Array, Stack
from tidegauge.stages.findings import band
from tidegauge.statistics import LABEL_LEVELS, LEVELS, STATISTICS
from tidegauge.statistics.base import ColumnStatistic, Level
from tidegauge.statistics.top_share import TopShare

if TYPE_CHECKING:
    from tidegauge.profiles.layouts.base import Layout
    from tidegauge.profiles.states.cells import Cells

EVERY = list(STATISTICS.values())  # each example meets all of them: to make it costs more than to judge it
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True, scope="module")
def no_warning() -> Iterator[None]:
    """A statistic that warns floods a nightly log: NumPy's warnings are errors here."""
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


class Pair(tuple[Stack, Stack]):
    """Two windows, now and before; a broken law prints the values that they were made of, and no arrays."""

    __slots__ = ()

    def __repr__(self) -> str:
        now, before = self
        return f"<{now.kind}: {before.rows.tolist()} rows of {', '.join(now.columns)}, and {now.rows.tolist()} now>"


many_values = st.sampled_from([0, 0, 100]).map(lambda rows: [k / 8 for k in range(rows)])  # so that tails have rows


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Stack, Stack]:
    """Two windows of the same columns, of one kind, profiled in layouts that the first half of the data cut."""
    with np.errstate(over="ignore"):  # the stack's own sum of a cell of 1e308s; statistics use the cell's mean
        return (_numeric if draw(st.booleans()) else _categorical)(draw)


def _numeric(draw: st.DrawFn) -> tuple[Stack, Stack]:
    layouts: dict[str, Layout] = {}
    before: dict[str, Cells] = {}
    now: dict[str, Cells] = {}
    values: dict[str, object] = {}
    for name in "abc"[: draw(st.integers(1, 3))]:
        old = [*draw(st.lists(number, max_size=12)), *draw(many_values)]
        new = [*draw(st.lists(number, max_size=12)), *draw(many_values)]
        layout = cut_numeric(np.array([x for x in old if x is not None], dtype=np.float64))
        layouts[name], values[name] = layout, (old, new)
        before[name], now[name] = numpy_profile(layout, old), numpy_profile(layout, new)
    note(f"values before and now: {values}")
    return Pair((stack(layouts, [now])[0], stack(layouts, [before])[0]))


def _categorical(draw: st.DrawFn) -> tuple[Stack, Stack]:
    layouts: dict[str, Layout] = {}
    before: dict[str, Cells] = {}
    now: dict[str, Cells] = {}
    values: dict[str, object] = {}
    for name in "abc"[: draw(st.integers(1, 3))]:
        old, new = draw(st.lists(word, max_size=12)), draw(st.lists(word, max_size=12))
        layout = CategoricalLayout(tuple(dict.fromkeys(w for w in old[:6] if w is not None)))
        layouts[name], values[name] = layout, (old, new)
        before[name], now[name] = numpy_profile(layout, old), numpy_profile(layout, new)
    note(f"values before and now: {values}")
    return Pair((stack(layouts, [now])[0], stack(layouts, [before])[0]))


def alone(whole: Stack, c: int) -> Stack:
    """One column of a stack, cut to its own cells."""
    cells = int((~np.isnan(whole.edges[c])).sum()) - 1 if whole.kind == "numeric" else int(whole.known[c]) + 16
    parts: dict[str, object] = {"columns": whole.columns[c : c + 1]}
    for field in fields(whole):
        value = getattr(whole, field.name)
        if isinstance(value, np.ndarray):
            width = cells + (field.name == "edges")
            parts[field.name] = value[c : c + 1, :width] if value.ndim == 2 else value[c : c + 1]
    return replace(whole, **parts)  # type: ignore[arg-type]  # the fields' own types


def many(some: Stack, times: int) -> Stack:
    """The same window, every row `times` times."""
    counted = {name: getattr(some, name) * times for name in ("rows", "missing", "nan", "inf", "counts")}
    return replace(some, **counted)


def close(a: Array, b: Array, of: ColumnStatistic) -> None:
    """Equal up to rounding; nan equals nan."""
    within = 1e-7 if isinstance(of, Level) else 1e-9  # arcsin √p is steep at 0 and 1: there 1e-16 of a share is 1e-8
    agree(of.name, a, b, within)


@examples
@given(pairs())
def test_a_profile_lies_nowhere_from_itself(pair: tuple[Stack, Stack]) -> None:
    for statistic in EVERY:
        for one in pair:
            value = statistic.between(one, one)
            said = value[~np.isnan(value)]
            if statistic.name == "hellinger-excess":  # minus the bias, as its docstring says
                assert (said <= 0).all(), statistic.name
            else:
                assert (said == 0).all(), f"{statistic.name}: {said} between a profile and itself; 0 is asked for"


@examples
@given(pairs())
def test_values_stay_in_their_range(pair: tuple[Stack, Stack]) -> None:
    for statistic in EVERY:
        value = statistic.between(*pair)
        assert value.shape == (len(pair[0].columns),), statistic.name
        assert value.dtype == np.float64, statistic.name
        assert not np.isinf(value).any(), statistic.name
        said = value[~np.isnan(value)]
        assert ((said >= statistic.low) & (said <= statistic.high)).all(), statistic.name


@examples
@given(pairs())
def test_something_is_said_where_both_sides_have_finite_rows(pair: tuple[Stack, Stack]) -> None:
    now, before = pair
    both = (now.finite > 0) & (before.finite > 0)
    for statistic in EVERY:
        value = statistic.between(now, before)
        if now.kind not in statistic.applies:
            assert np.isnan(value).all(), statistic.name
        elif not isinstance(statistic, TopShare):  # which may be of a category that is not there
            assert not np.isnan(value[both]).any(), statistic.name
        if not isinstance(statistic, Level):
            assert np.isnan(value[~both]).all(), statistic.name


@examples
@given(pairs())
def test_sides_swap_as_claimed(pair: tuple[Stack, Stack]) -> None:
    now, before = pair
    for statistic in EVERY:
        there, back = statistic.between(now, before), statistic.between(before, now)
        if statistic.symmetric:
            close(there, back, statistic)
        elif statistic.low < 0:  # a shift: the other way round, as `ColumnStatistic` says
            close(there, -back, statistic)


@examples
@given(pairs(), st.integers(2, 10**6))
def test_counts_scale_out_as_claimed(pair: tuple[Stack, Stack], times: int) -> None:
    now, before = pair
    for statistic in EVERY:
        if statistic.scale_free:
            close(statistic.between(many(now, times), before), statistic.between(now, before), statistic)


@examples
@given(pairs())
def test_a_column_does_not_feel_its_neighbours(pair: tuple[Stack, Stack]) -> None:
    """Nor its padding: alone, cut to its own cells, it has the same value."""
    now, before = pair
    for statistic in EVERY:
        value = statistic.between(now, before)
        for c in range(len(now.columns)):
            close(statistic.between(alone(now, c), alone(before, c)), value[c : c + 1], statistic)


@examples
@given(pairs())
def test_a_level_and_its_error_speak_together(pair: tuple[Stack, Stack]) -> None:
    now, before = pair
    for level in LEVELS.values():
        if now.kind not in level.applies:
            continue
        value, error = level.level(now), level.error(now)
        assert (np.isnan(value) == np.isnan(error)).all(), level.name
        assert (error[~np.isnan(error)] > 0).all(), level.name
        assert np.isfinite(level.natural(value[~np.isnan(value)])).all(), level.name
        close(level.between(now, before), value - level.level(before), level)


@pytest.mark.parametrize("name", [*LEVELS, *LABEL_LEVELS])
def test_what_is_read_of_a_level_can_be_wherever_it_lies(name: str) -> None:
    """Averages of days and edges of alerts are no window's own: a spread of −0.0012, a limit of 2.5e304."""
    known = {**LEVELS, **LABEL_LEVELS}[name]
    for value in (*np.linspace(-12, 12, 97), -600.0, -40.0, 40.0, 600.0):
        assert known.bounds[0] <= known.read(float(value)) <= known.bounds[1], value
        low, high = band(known, known.read, -abs(value), abs(value))
        assert all(np.isinf(v) or abs(v) < 1e15 for v in (low, high)), (value, low, high)
    assert np.isnan(band(known, known.read, np.nan, np.nan)).all()
