"""Laws of walks: what moves too slowly for any day is told before it is far, and what stays or wanders is not."""

import numpy as np
import pytest

from tests.laws.days import BUDGET, DAYS, Floats, a_judge, lived, numbers
from tidegauge.core.grid import between
from tidegauge.decisions.walk import Walk, limits, wandering
from tidegauge.statistics.signal_set import Signal, SignalSet
from tidegauge.tuning.tuning import SHIPPED

TUNING = SHIPPED.decisions.walk
SIZE, NOISE, BEGIN = 8, 0.1, 150
OWN = SignalSet(tuple(Signal(f"x{k}", "missing") for k in range(SIZE)), ())
LABELS = SignalSet(tuple(Signal(f"x{k}", "accuracy", light=True, of_labels=True) for k in range(SIZE)), ())
MEANS = SignalSet(tuple(Signal(f"x{k}", "location", shape=0.2) for k in range(SIZE)), ())
TIED = SignalSet(tuple(Signal(f"x{k}", "pair-information", others=("y",)) for k in range(SIZE)), ())


def walked(days: int, a_week: float, seed: int) -> Floats:
    """[T, K] a weekly season, noise, and from one day on so many spreads a week."""
    xs = numbers(seed, days, SIZE, NOISE)
    return np.asarray(xs + NOISE * a_week / 7 * np.clip(np.arange(days) - BEGIN, 0, None)[:, None])


@pytest.mark.parametrize("a_week", [0.3, 0.6, 1.0])
def test_a_walk_is_told_before_it_is_five_spreads_out(a_week: float) -> None:
    """Of eight numbers that walk at once each by itself; nine of ten at least."""
    days = BEGIN + int(7 * 5 / a_week) + 1
    _, found = lived(a_judge(BUDGET, OWN), walked(days, a_week, 11))
    over = np.array([j.slow.z > j.slow.edge for j in found])
    assert over.any(axis=0).mean() >= 0.9
    assert not over[:BEGIN].any()


def test_what_labels_say_is_told_of_when_it_is_nearer_and_for_good() -> None:
    """1.8 spreads worse, overnight: no day is strange, and four weeks of it are."""
    xs = numbers(5, BEGIN + 90, SIZE, NOISE)
    xs[BEGIN:] -= 1.8 * NOISE
    for signal_set, least in ((LABELS, 0.9), (MEANS, 0.0)):
        _, found = lived(a_judge(BUDGET, signal_set), xs)
        over = np.array([(j.slow.z > j.slow.edge) & (j.slow.widths == 28) for j in found])
        assert not over[:BEGIN].any()
        assert over[BEGIN : BEGIN + 30].any(axis=0).mean() >= least
        assert least > 0 or not over.any()


def test_some_bad_days_are_no_walk() -> None:
    """Far out for three days of seven: that was told when it came."""
    xs = numbers(5, BEGIN + 30, SIZE, NOISE)
    xs[BEGIN : BEGIN + 3] += 8 * NOISE
    _, found = lived(a_judge(BUDGET, OWN), xs)
    assert not any(j.lasting > 1 for j in found)


def test_how_columns_go_together_does_not_walk() -> None:
    assert np.isinf(limits(TIED)).all()
    assert np.isinf(limits(SignalSet((Signal("a", "mode-share", walks=False),), ()))).all()
    part = limits(SignalSet((Signal("a", "accuracy", "where=here", of_labels=True),), ()))
    assert part[..., 0].tolist() == [[TUNING.segment, np.inf]] * 2


def test_weeks_that_wander_have_a_farther_limit() -> None:
    """As many times as their own weeks varied more than by chance."""
    g = np.random.default_rng(3)
    still, restless = g.normal(0, 0.1, (26, 1)), g.normal(0, 0.3, (26, 1))
    scale = np.array([0.1 * np.sqrt(7)])
    assert wandering(still, scale, 7)[0] < 1.6
    assert 2.4 < wandering(restless, scale, 7)[0] < 4.5
    assert wandering(still[:3], scale, 7)[0] > wandering(still, scale, 7)[0] - 0.2, "of few weeks less is known"


def test_of_weeks_a_walk_is_told_too() -> None:
    weeks = between("week", "America/New_York", DAYS[0].start, DAYS[-1].start)
    xs = np.random.default_rng(2).normal(0, NOISE, (72, SIZE))
    xs[50:] += NOISE * 0.3 * np.arange(22)[:, None]
    assert len(weeks) >= len(xs)
    judge = a_judge(BUDGET, OWN, kind="week")
    _, found = lived(judge, xs, weeks)
    over = np.array([j.slow.z > j.slow.edge for j in found])
    assert over.any(axis=0).mean() >= 0.85
    assert not over[:50].any()


def test_a_walk_is_read_back_as_it_was() -> None:
    _, found = lived(judge := a_judge(BUDGET, OWN), numbers(3, BEGIN, SIZE, NOISE))
    assert judge._kept is not None
    spreads = judge._kept[2]
    again = type(spreads).of(OWN, spreads.to_blob())
    for name, array in vars(spreads.walk).items():
        np.testing.assert_array_equal(getattr(again.walk, name), array)
    assert np.isfinite(again.walk.unit[0]).all()
    assert found[-1].slow.strength > 0


def test_stores_from_before_have_no_walk() -> None:
    """Nothing is made up for windows that were judged without."""
    assert not len(Walk.of({}).at)
