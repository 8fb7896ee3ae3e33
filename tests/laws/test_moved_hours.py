"""Laws of a clock that is off: every turn is found and named, and none where rows come as they always did."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from tidegauge.causes.moved_hours import moved_hours
from tidegauge.causes.rows_change import RowsChange
from tidegauge.causes.wrong_clock import WrongClock
from tidegauge.core.grid import between, zone_of
from tidegauge.core.window import Window
from tidegauge.profiles.hour_counts import by_the_clock
from tidegauge.profiles.states.cells import Cells
from tidegauge.tuning.cause_tuning import CauseTuning

T = CauseTuning()
ZONE = "America/New_York"
SHAPE = np.array([1, 0, 0, 0, 0, 2, 8, 20, 34, 30, 22, 20, 24, 26, 20, 18, 22, 30, 36, 24, 14, 10, 6, 3], dtype=float)
TURNS = [k for k in range(-11, 13) if k]
TOLD = 2.6  # about what a monitor with one alert a month asks for


def days(g: np.random.Generator, count: int, rows: int, restless: float = 0.0) -> NDArray[np.float64]:
    """[count, 24] rows by hour; `restless`: how much each hour's share scatters from day to day."""
    shares = SHAPE * np.exp(g.normal(0, restless, (count, 24)))
    return np.array([g.multinomial(rows, s / s.sum()) for s in shares]).astype(float)


@pytest.mark.parametrize("hours", TURNS)
@pytest.mark.parametrize("first", [False, True], ids=["as it goes on", "on the first day"])
def test_every_turn_of_the_clock_is_found(hours: int, first: bool) -> None:
    found = []
    for seed in range(10):
        some = days(np.random.default_rng(seed), 9, 400, 0.1)
        now = np.roll(some[-1], hours)
        if first:
            now[slice(hours) if hours > 0 else slice(hours, None)] = 0
        moved = moved_hours(now, some[:-1], T)
        found.append(moved.hours if moved is not None and moved.chance > TOLD else 0)
    assert set(found) <= {0, hours}
    assert found.count(hours) >= 8


@pytest.mark.parametrize("restless", [0.0, 0.2, 0.6])
@pytest.mark.parametrize("rows", [60, 400, 5_000])
@pytest.mark.parametrize("sundays", [False, True], ids=["days", "saturdays and sundays"])
def test_no_clock_is_off_on_usual_days(rows: int, restless: float, sundays: bool) -> None:
    """However restless their hours are, and where every other day begins an hour later than the rest."""
    some = days(np.random.default_rng(1), 400, rows, restless)
    some[::2] = np.roll(some[::2], int(sundays), axis=1)
    found = [moved_hours(some[k], some[k - 8 : k], T) for k in range(8, 400)]
    assert sum(moved is not None and moved.chance > TOLD for moved in found) <= 1, "one of 398 is within the budget"


def test_what_says_nothing_of_a_clock_is_silent() -> None:
    g = np.random.default_rng(2)
    flat = g.multinomial(400, np.full(24, 1 / 24), 9).astype(float)
    job = np.zeros((9, 24))
    job[:, 2] = 400
    few = days(g, 9, 40)
    half = days(g, 9, 400)
    half[-1] += np.roll(half[-1], 12)  # two days alike, half a day apart
    two = (SHAPE + np.roll(SHAPE, 12)) * np.full((9, 1), 2.0)
    for some in (flat, job, few, half):
        assert moved_hours(np.roll(some[-1], 5), some[:-1], T) is None
    assert moved_hours(np.roll(two[-1], 6), two[:-1], T) is None, "six hours later and six earlier fit alike"
    short = days(g, 4, 400)
    assert moved_hours(np.roll(short[-1], 5), short[:-1], T) is None, "three days are too few"


@pytest.mark.parametrize(("day", "hours"), [("2024-03-10", 23), ("2024-11-03", 25)])
def test_neither_change_of_the_clock_is_one_that_is_off(day: str, hours: int) -> None:
    """Rows of a shop by its own clock, counted from each day's start: on the day itself, and on the days after."""
    g, zone = np.random.default_rng(3), zone_of(ZONE)
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    windows = between("day", ZONE, begin - timedelta(days=9), begin + timedelta(days=3))
    changed = next(k for k, w in enumerate(windows) if w.start == begin.astimezone(UTC))
    assert windows[changed].end - windows[changed].start == timedelta(hours=hours)
    clock = np.array([by_the_clock(w, hours_of(g, w), ZONE) for w in windows])
    for k in range(changed, len(windows)):
        assert moved_hours(clock[k], clock[k - 8 : k], T) is None
        turned = moved_hours(np.roll(clock[k], 5), clock[k - 8 : k], T)
        assert turned is not None
        assert turned.hours == 5


def hours_of(g: np.random.Generator, window: Window) -> Cells:
    """A day's rows by hour since its start, as many in each as its hour of the local clock has."""
    long = (window.end - window.start) // timedelta(hours=1)
    shown = [(window.start + timedelta(hours=k)).astimezone(zone_of(ZONE)).hour for k in range(long)]
    counts = g.poisson(SHAPE[shown])
    return Cells(np.flatnonzero(counts), counts[counts > 0])


def test_the_cause_says_by_how_much_and_which_way() -> None:
    some = days(np.random.default_rng(4), 9, 400)
    said = {
        k: WrongClock().of_rows(RowsChange(400, [400] * 8, 0, 0, [], np.roll(some[-1], k), some[:-1]), T)
        for k in (1, -5, 0)
    }
    assert said == {
        1: "the clock of the rows is 1 hour ahead, as by another time zone",
        -5: "the clock of the rows is 5 hours behind, as by another time zone",
        0: "",
    }
    assert not WrongClock().of_rows(RowsChange(400, [400] * 8, 0, 0, []), T), "hours were not counted"
