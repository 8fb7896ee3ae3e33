"""Every family of relations: chosen alike each time, learnt alike each time, and raised by what it is there for."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.every.flights import BREAKS, COLUMNS, KNOWN, a_day, sampled
from tidegauge.core.errors import CorruptBlob
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.relations import FAMILIES
from tidegauge.relations.base import Family, First
from tidegauge.relations.coded import Coded, Coder, pooled
from tidegauge.relations.plan import Fit, Plan

FIRST = [sampled(a_day(seed), seed) for seed in range(14)]
LATER = range(100, 112)  # seeds of windows that nothing was learnt from
HOSTILE = ["", "a.b", "0.ratio", "%s", '"; --', "ä🙂", "\x1f", "__volume__", "prediction", " ", "-- x"]
FAR, NEAR = 6.0, 4.0  # spreads between windows: what a break must reach, what nothing else may
PER_COLUMN = 4  # relations of one family, at most
every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.choose(FIRST, KNOWN, "score")


@pytest.fixture(scope="module")
def fit(plan: Plan) -> Fit:
    return Fit.learn(plan, FIRST)


def first_of(samples: list[SampledRows], known: Mapping[str, int], prediction: str | None) -> First:
    """What relations are chosen from."""
    rows = pooled(samples, 20_000)
    coder = Coder.cut(rows, known)
    return First(Coded(rows, coder), [Coded(s, coder) for s in samples], prediction)


@every_family
def test_its_docstring_teaches_a_choice(family: Family) -> None:
    text = inspect.getdoc(type(family)) or ""
    assert "Source: " in text
    assert "Unit: " in text or "Range of the share" in text
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", family.name)


@every_family
def test_it_finds_what_columns_keep_to(family: Family, plan: Plan) -> None:
    """Every family has something here; its signals are of columns that are there, and noise goes with nothing."""
    specs = plan.specs[family.name]
    assert specs
    assert len(set(specs)) == len(specs)
    for spec in specs:
        signals = family.signals(spec)
        assert signals
        assert len({t.key for t in signals}) == len(signals)
        assert all(t.column == spec[0] and set(t.others) <= set(spec[1:]) for t in signals)
        assert all(t.tied for t in signals) or len(spec) == 1
        assert set(spec) <= set(COLUMNS)
        assert spec == ("noise",) or "noise" not in {c for t in signals for c in (t.column, *t.others)}


def test_no_two_relations_share_a_signal(plan: Plan) -> None:
    keys = [t.key for t in plan.signals]
    assert len(set(keys)) == len(keys)


@every_family
def test_it_chooses_the_same_again_whatever_the_order_of_rows(family: Family) -> None:
    chosen = family.choose(first_of(FIRST, KNOWN, "score"))
    assert family.choose(first_of(FIRST, KNOWN, "score")) == chosen
    if family.name != "residual":  # trees are grown on rows drawn by their places; samples come in the order of hashes
        turned = [s.where(np.arange(s.rows)[::-1]) for s in FIRST]  # type: ignore[arg-type]  # places, as a mask does
        assert family.choose(first_of(turned, KNOWN, "score")) == chosen


def wide(seed: int, columns: int, n: int = 60) -> SampledRows:
    """Columns that all go with one another: three hidden numbers, seen in many ways, some missing together."""
    g = np.random.default_rng(seed)
    hidden, gone = g.integers(0, 9, (n, 3)), g.random(n) < 0.1
    values: dict[str, Any] = {}
    for k in range(columns):
        v = hidden[:, k % 3] * (1.0 + k)
        values[f"x{k}"] = np.where(gone, np.nan, v) if k % 2 else hidden[:, k % 3] + 1
    return sampled(values, seed)


@every_family
def test_it_chooses_few_however_many_columns_there_are(family: Family) -> None:
    samples = [wide(seed, 70) for seed in range(4)]
    known = dict.fromkeys(samples[0].codes, 9)
    for prediction in (None, "x1"):
        specs = family.choose(first_of(samples, known, prediction))
        assert len(specs) <= PER_COLUMN * 70
        assert max((len(s) for s in specs), default=0) <= 61
        told = [s[0] for s in specs]
        assert all(told.count(c) <= 60 for c in told)


@pytest.mark.parametrize("samples", [[], [SampledRows.zero()], [sampled(a_day(1, 1))], [sampled(a_day(1, 3))]])
def test_of_hardly_any_rows_hardly_anything_is_said(samples: list[SampledRows]) -> None:
    plan = Plan.choose(samples, KNOWN if samples and samples[0].rows else {}, None)
    fit = Fit.learn(plan, samples)
    assert Plan.of(plan.text).text == plan.text
    assert Fit.of(plan, fit.to_blob()).to_blob() == fit.to_blob()
    assert len(fit.levels(FIRST[0])[0]) == len(plan.signals)


def test_a_plan_and_a_fit_read_back_what_they_wrote(plan: Plan, fit: Fit) -> None:
    again = Plan.of(plan.text)
    assert (again.text, again.id) == (plan.text, plan.id)
    assert again.signals == plan.signals
    blob = fit.to_blob()
    read = Fit.of(again, blob)
    assert read.to_blob() == blob
    for seed in LATER:
        for one, other in zip(fit.levels(sampled(a_day(seed))), read.levels(sampled(a_day(seed))), strict=True):
            np.testing.assert_array_equal(one, other)
    for at in np.linspace(0, len(blob) - 1, 25).astype(int):
        with pytest.raises(CorruptBlob):
            Fit.of(plan, blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :])
        with pytest.raises(CorruptBlob):
            Fit.of(plan, blob[:at])


@every_family
def test_it_learns_the_same_again(family: Family, plan: Plan) -> None:
    """In equal bytes; what is only counted, in any order of windows too."""
    only = Plan(plan.coder, {family.name: plan.specs[family.name][:1]}, plan.prediction)
    blob = Fit.learn(only, FIRST[:5]).to_blob()
    assert Fit.learn(only, list(FIRST[:5])).to_blob() == blob
    if family.name != "residual":
        assert Fit.learn(only, FIRST[4::-1]).to_blob() == blob


def test_levels_depend_on_no_order_of_rows(plan: Plan, fit: Fit) -> None:
    """But for the last bits of a float."""
    for seed in LATER[:3]:
        rows = sampled(a_day(seed))
        turned = rows.where(np.random.default_rng(seed).permutation(rows.rows))  # type: ignore[arg-type]
        for one, other in zip(fit.levels(rows), fit.levels(turned), strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


def test_nothing_learnt_says_nothing_where_something_is_to_be_learnt(plan: Plan) -> None:
    x, error = Fit.nothing(plan).levels(FIRST[0])
    learns = {name: type(family).learn is not Family.learn for name, family in FAMILIES.items()}
    learning = [learns[name] for name, spec in plan.each() for _ in FAMILIES[name].signals(spec)]
    np.testing.assert_array_equal(np.isnan(x), learning)
    np.testing.assert_array_equal(np.isnan(error), learning)
    assert all(np.isnan(part).all() for part in Fit.nothing(plan).levels(None))


numbers = st.sampled_from([0.0, 1.0, -3.5, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324]) | st.floats(-50, 50)


@st.composite
def windows(draw: Callable[..., Any]) -> SampledRows:
    """No rows, one, or some: constants, nothing at all, infinities, codes past any layout; columns may be gone."""
    n = draw(st.sampled_from([0, 1, 2, 9, 40]))
    values: dict[str, Any] = {}
    for c in COLUMNS:
        if draw(st.integers(0, 9)) == 0:
            continue
        some = st.integers(0, 30) if c in KNOWN else numbers
        if draw(st.booleans()):
            value = np.full(n, draw(some))
        else:
            few = np.array(draw(st.lists(some, min_size=1, max_size=5)))
            value = few[np.random.default_rng(draw(st.integers(0, 9))).integers(0, len(few), n)]
        values[c] = value.astype(np.int64 if c in KNOWN else np.float64)
    values = values or {"hour": np.zeros(n)}
    return SampledRows.drawn(1000, np.arange(n, dtype=np.int64), values, values)


def sane(fit: Fit, rows: SampledRows | None) -> None:
    """A number for each signal, or NaN: never an infinity, never an error below nothing."""
    x, error = fit.levels(rows)
    assert x.shape == error.shape == (len(fit.plan.signals),)
    assert not np.isinf(x).any()
    assert not np.isinf(error).any()
    assert not (error < 0).any()
    np.testing.assert_array_equal(np.isnan(x), np.isnan(error))


@settings(max_examples=60)
@given(rows=windows())
def test_no_window_is_too_strange(plan: Plan, fit: Fit, rows: SampledRows) -> None:
    sane(fit, rows)


@settings(max_examples=15)
@given(samples=st.lists(windows(), min_size=1, max_size=4), rows=windows())
def test_no_past_is_too_strange_to_learn_from(plan: Plan, samples: list[SampledRows], rows: SampledRows) -> None:
    cheap = {name: specs[:2] for name, specs in plan.specs.items()}
    fit = Fit.learn(Plan(plan.coder, cheap, plan.prediction), samples)
    for later in (rows, FIRST[0]):
        sane(fit, later)
    assert Fit.of(fit.plan, fit.to_blob()).to_blob() == fit.to_blob()


@settings(max_examples=15)
@given(samples=st.lists(windows(), min_size=1, max_size=4))
def test_no_beginning_is_too_strange_to_choose_from(samples: list[SampledRows]) -> None:
    known = {c: KNOWN[c] for s in samples for c in s.codes}
    plan = Plan.choose([s for s in samples if s.rows], known, "score")
    assert Plan.of(plan.text).text == plan.text
    for name, specs in plan.specs.items():
        assert len(specs) <= PER_COLUMN * len(COLUMNS), name


def test_any_name_will_do_for_a_column() -> None:
    named = dict(zip(COLUMNS, HOSTILE, strict=True))
    days = [{named[c]: v for c, v in a_day(seed).items()} for seed in range(6)]
    samples = [sampled(day, seed) for seed, day in enumerate(days)]
    plan = Plan.choose(samples, {named[c]: n for c, n in KNOWN.items()}, named["score"])
    plan = Plan.of(plan.text)
    fit = Fit.of(plan, Fit.learn(plan, samples).to_blob())
    assert {c for _, spec in plan.each() for c in spec} <= set(HOSTILE)
    assert all(plan.specs[name] for name in FAMILIES)
    sane(fit, samples[0])
    assert np.isfinite(fit.levels(samples[0])[0]).all()


def test_every_family_has_a_break_that_it_is_for() -> None:
    assert set(BREAKS) == set(FAMILIES)


def spreads(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Where each level lies in windows without a fault, and how far apart."""
    levels = np.array([fit.levels(sampled(a_day(seed)))[0] for seed in LATER])
    floors = np.array([t.floor for t in fit.plan.signals])
    return np.median(levels, axis=0), np.maximum(levels.std(axis=0), floors)


@every_family
@pytest.mark.parametrize("seed", [200, 201, 202])
def test_a_break_raises_what_it_is_for_and_nothing_of_other_columns(family: Family, seed: int, fit: Fit) -> None:
    column, breaks = BREAKS[family.name]
    rows = a_day(seed)
    before = fit.levels(sampled(rows))[0]
    breaks(rows, np.random.default_rng(seed))
    after = fit.levels(sampled(rows))[0]
    usual, scale = spreads(fit)
    z = np.abs(after - usual) / scale
    signals = fit.plan.signals
    about = np.array([column in (t.column, *t.others) for t in signals])
    mine = np.array([t.statistic.startswith(family.name) for t in signals])
    assert z[mine & about].max() > FAR
    assert (np.abs(before - usual) / scale)[about].max() < NEAR, "as it was, nothing was strange"
    # what does not name the column is as it was, to the last bit; but for the models that read it
    read = np.array([t.statistic.startswith("residual") for t in signals])
    np.testing.assert_array_equal(after[~about & ~read], before[~about & ~read])


def test_swapped_codes_leave_what_a_name_does_not_matter_for(fit: Fit) -> None:
    """One value a group, missing together, a rank: none of them asks what a code is called."""
    rows = a_day(300)
    before = fit.levels(sampled(rows))[0]
    BREAKS["pair-information"][1](rows, np.random.default_rng(0))
    after = fit.levels(sampled(rows))[0]
    names = ("broken-groups", "broken-rows", "missing-without", "rank-correlation")
    blind = np.array([t.statistic in names for t in fit.plan.signals])
    np.testing.assert_array_equal(after[blind], before[blind])


def test_another_unit_is_no_other_rank_and_no_other_group(fit: Fit) -> None:
    rows = a_day(301)
    before = fit.levels(sampled(rows))[0]
    rows["temp"] = rows["temp"] * 1.8 + 32
    after = fit.levels(sampled(rows))[0]
    for t, one, other in zip(fit.plan.signals, before, after, strict=True):
        if t.statistic == "rank-correlation" or (t.statistic == "broken-groups" and t.column != "temp"):
            assert one == other


def test_where_windows_hold_few_groups_a_code_fixes_row_by_row() -> None:
    """An hour of three airports: three groups are too few to count, and two of them may share a temperature."""
    hours = [{c: v[:40] for c, v in a_day(seed).items()} | {"hour": np.full(40, 9.0)} for seed in range(30)]
    for rows in hours:
        origin = rows["origin"]
        rows["temp"] = np.round(np.random.default_rng(int(origin.sum())).normal(15, 3, 4))[origin]
    plan = Plan.choose([sampled(h, k) for k, h in enumerate(hours)], KNOWN, "score")
    specs = plan.specs["broken-rows"]
    assert ("temp", "origin") in specs
    assert all(d in KNOWN for _, d in specs), "no number determines: equal by chance"
    assert not [s for s in plan.specs["broken-groups"] if s[1:] == ("origin",)], "one family or the other"
    fit, k = (
        Fit.nothing(plan),
        [t.key for t in plan.signals].index(FAMILIES["broken-rows"].signals(("temp", "origin"))[0].key),
    )
    assert all(fit.levels(sampled(h))[0][k] == 0 for h in hours)
    hours[0]["temp"][3] = np.nan
    level, error = (part[k] for part in fit.levels(sampled(hours[0])))
    assert np.sin(level) ** 2 == pytest.approx(1 / 37)  # of 40 rows in three groups, one could not be otherwise in each
    assert error == pytest.approx(0.5 / np.sqrt(40))
