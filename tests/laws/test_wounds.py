"""Wounds of small logs that a person would call obvious: each alerts, its column first, and clean logs seldom do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from scipy import stats

from tests.laws.days import BUDGET, CALENDAR, DAYS, a_judge, same
from tests.laws.small_logs import CODES, LABELS, SIGNALS, Day, Log, judged, wounded
from tidegauge.decisions.counting_chances import absent_together, all_of, at_most, rows_at_most
from tidegauge.decisions.expectation import Normal
from tidegauge.decisions.feedback import Rulings
from tidegauge.decisions.history import History
from tidegauge.decisions.judge import NOBODY, Judgement
from tidegauge.decisions.spreads import FORM, Spreads
from tidegauge.profiles.states.arrays import read_arrays, write_arrays
from tidegauge.stages.findings import explained
from tidegauge.statistics.signal_set import SignalSet


def half_lost(day: Day) -> Day:
    """Every other row."""
    return replace(day, codes=np.round(day.codes / 2), mode=round(day.mode / 2), ones=round(day.ones / 2))


def shops_gone(day: Day) -> Day:
    """Those that had a fifth of the rows, none of them large."""
    codes = day.codes.copy()
    codes[2:6] = 0
    return replace(day, codes=codes, mode=min(day.mode, codes.sum()), ones=min(day.ones, codes.sum()))


def shop_gone(day: Day) -> Day:
    """One of a fifth of the rows."""
    codes = day.codes.copy()
    codes[0] = 0
    return replace(day, codes=codes, mode=min(day.mode, codes.sum()), ones=min(day.ones, codes.sum()))


def stuck(day: Day) -> Day:
    """One value in all rows."""
    return replace(day, mode=day.rows)


def no_ones(day: Day) -> Day:
    """No label is 1."""
    return replace(day, ones=0.0)


def first(judgement: Judgement, signal_set: SignalSet) -> str:
    """The column that a decision would name first."""
    ranked = explained(judgement.surprise, signal_set)
    return max(ranked, key=lambda c: ranked[c])


WOUNDS: list[tuple[Callable[[Day], Day], Log, SignalSet, str]] = [
    (half_lost, Log(220.0), SIGNALS, ""),
    (half_lost, Log(120.0), SIGNALS, ""),
    (shop_gone, Log(120.0, restless=0.1), SIGNALS, "shop"),
    (shops_gone, Log(200.0), SIGNALS, "shop"),
    (stuck, Log(343.0, restless=0.1), SIGNALS, "amount"),
    (stuck, Log(60.0, restless=0.2), SIGNALS, "amount"),
    (no_ones, Log(150.0), LABELS, "bought"),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("wound", "log", "signal_set", "column"), WOUNDS, ids=[f"{w.__name__}-{log.rows:.0f}" for w, log, _, _ in WOUNDS]
)
def test_it_alerts_and_its_column_comes_first(
    wound: Callable[[Day], Day], log: Log, signal_set: SignalSet, column: str, seed: int
) -> None:
    found = wounded(replace(log, seed=seed), wound, signal_set)
    assert found.strength > 1
    assert found.exact.strength > 1, "by its chance, whatever spreads say"
    assert first(found, signal_set) == column


@pytest.mark.parametrize("restless", [0.0, 0.2])
@pytest.mark.parametrize("rows", [50.0, 220.0])
def test_clean_logs_stay_within_what_the_chances_may_spend(rows: float, restless: float) -> None:
    """One-sided, with the two alerts that chance may make of so many windows in nineteen of twenty cases."""
    found = [j for seed in (1, 2) for j in judged(Log(rows, seed, restless).days(200)) if j.tail is not None]
    spent = sum(j.exact.strength > 1 for j in found)
    assert spent <= stats.poisson.ppf(0.95, 0.2 * 0.8 * BUDGET * len(found))


def test_what_has_been_before_is_no_alert() -> None:
    """A shop that is closed on one day in fifty is missed by nobody when it is closed again."""
    days = Log(220.0).days(120)
    closed = [shop_gone(d) if k % 50 == 40 else d for k, d in enumerate(days)]
    assert (
        judged([*closed[:-1], shop_gone(days[-1])])[-1].exact.chance[SIGNALS.counted].max()
        < judged([*days[:-1], shop_gone(days[-1])])[-1].exact.chance[SIGNALS.counted].max()
    )


@pytest.mark.parametrize("most", [0.5, 0.9, 0.96, 0.998])
def test_all_in_one_range_is_no_wonder_where_most_were(most: float) -> None:
    """A hot day's rows all lie beyond the last edge of a column cut in winter, as most of yesterday's did."""
    days = Log(600.0).days(90)
    crowded = [replace(d, mode=round(d.rows * most)) if k in (84, 88) else d for k, d in enumerate(days)]
    found = judged([*crowded[:-1], stuck(days[-1])])[-1]
    assert (found.exact.strength > 1) == (most == 0.5)


def test_its_band_ends_where_the_chance_is_an_alert() -> None:
    """So the number that alerts lies outside of the band that it is drawn with."""
    found = wounded(Log(220.0), half_lost, SIGNALS)
    volume = found.scored.z[0]
    assert found.exact.edge[0] < volume
    assert found.reach[0] <= found.exact.edge[0]
    assert np.isinf(found.exact.edge[1:]).all()


def test_spreads_of_before_have_no_chances() -> None:
    """What a store holds of an earlier form says how wide numbers scatter, and not what was the least ever."""
    *before, last = Log(220.0).days(90)
    judge, history = a_judge(BUDGET, SIGNALS), History(CALENDAR)
    for window, day in zip(DAYS, before, strict=False):
        history.add(window, judge.judge(window, day.sample(), history).record.kept())
    window, sample = DAYS[len(before)], half_lost(last).sample()
    fitted = judge.spreads(window, history, Normal(NOBODY, SIGNALS))
    _, arrays = read_arrays(FORM, fitted.to_blob())
    older = {k: a for k, a in arrays.items() if k not in ("lowest", "highest")}
    old = Spreads.of(SIGNALS, write_arrays(FORM, FORM.current(3, older)))
    new = Spreads.of(SIGNALS, fitted.to_blob())

    def by_these(spreads: Spreads) -> Judgement:
        def recall(_known: datetime, _rulings: Rulings, _fit: Callable[[], Spreads]) -> Spreads:
            return spreads

        return a_judge(BUDGET, SIGNALS).judge(window, sample, history, recall=recall)

    by = [by_these(some) for some in (old, new, fitted)]
    assert [j.exact.strength > 1 for j in by] == [False, True, True]
    assert np.array_equal(by[0].record.z, by[1].record.z)
    same(by[1], by[2])


def test_chances_are_those_of_scipy() -> None:
    k = np.arange(41)
    for excess in (0.01, 0.05, 0.3):
        scatter = 1 / excess - 1
        binomial = stats.betabinom.cdf(k, 100, 0.3 * scatter, 0.7 * scatter)
        np.testing.assert_allclose(at_most(40, 100, 0.3, excess), -np.log10(binomial), rtol=1e-9)
    np.testing.assert_allclose(at_most(40, 100, 0.3, 0.0), -np.log10(stats.binom.cdf(k, 100, 0.3)), rtol=1e-5)
    negative = stats.nbinom.cdf(k, 1 / 0.1**2, 1 / (1 + 60 * 0.1**2))
    np.testing.assert_allclose(rows_at_most(40, 60.0, 0.1), -np.log10(negative), rtol=1e-9)
    assert all_of(100, 0.49, 0.0) == pytest.approx(-100 * np.log10(0.49), rel=1e-5)


@pytest.mark.parametrize("size", [2, 5, CODES])
def test_choosing_the_absent_ones_afterwards_costs_what_it_should(size: int) -> None:
    """The bound lies above the chance, found by trying all sets."""
    none = np.linspace(2.0, 6.0, size)
    sets = np.array(np.meshgrid(*[[0, 1]] * size)).reshape(size, -1).T.astype(bool)
    chance = np.exp(-np.where(sets, none, 0).sum(axis=1)) * np.prod(np.where(sets, 1.0, 1 - np.exp(-none)), axis=1)
    weight = np.where(sets, none, 0).sum(axis=1)
    for some in sets[:: max(len(sets) // 50, 1)]:
        as_far = chance[weight >= none[some].sum() - 1e-9].sum()
        assert absent_together(none[some], none) <= -np.log10(as_far) + 1e-9
