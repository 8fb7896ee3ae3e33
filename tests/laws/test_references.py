"""Laws of the reference pools, for every pool in the registry: only the past, newest first, and holidays apart."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.errors import MonitorError, UnknownName, WindowError
from tidegauge.core.grid import KINDS, between, containing
from tidegauge.core.window import Window
from tidegauge.references import POOLS
from tidegauge.references.base import Alike, CandidatePool
from tidegauge.references.calendar import Calendar
from tidegauge.references.candidates import Candidates
from tidegauge.references.ladder import Ladder
from tidegauge.references.pinned import Pinned
from tidegauge.references.policy import RUNGS, policy
from tidegauge.references.same_season import SameSeason

ZONE = "America/New_York"
CALENDAR = Calendar(ZONE, "US")
YEAR = datetime(2013, 1, 1, tzinfo=UTC), datetime(2014, 1, 1, tzinfo=UTC)
WINDOWS = {kind: between(kind, ZONE, *YEAR) for kind in KINDS}
KEPT = {kind: Candidates(windows, CALENDAR) for kind, windows in WINDOWS.items()}


def make(kind: type[CandidatePool]) -> CandidatePool:
    """A pool of each class, with what it needs."""
    return kind(version="v1") if kind is Pinned else kind()


MEMBERS = [make(member) for member in POOLS.values()]
ALIKE = [pool for pool in MEMBERS if isinstance(pool, Alike) and "day" in pool.kinds]
names = pytest.mark.parametrize("pool", MEMBERS, ids=lambda p: p.name)
any_window = st.sampled_from(KINDS).flatmap(lambda kind: st.sampled_from(WINDOWS[kind]))


@names
@given(window=any_window, data=st.data())
def test_a_pool_takes_only_the_past_newest_first(pool: CandidatePool, window: Window, data: st.DataObject) -> None:
    """Those that had ended, newest first, none twice; the order of candidates and the future change nothing."""
    some = data.draw(st.lists(st.sampled_from(WINDOWS[window.kind]), max_size=60))
    chosen = pool.choose(window, some, CALENDAR)
    assert set(chosen) <= set(some)
    assert all(w.end <= window.start for w in chosen)
    assert list(chosen) == sorted(set(chosen), reverse=True)
    past = [w for w in some if w.end <= window.start]
    assert pool.choose(window, past, CALENDAR) == chosen
    if not pool.applies(window, CALENDAR):
        assert chosen == ()
    assert pool.reason(window, CALENDAR)


def slow_choice(pool: Alike, window: Window, candidates: Sequence[Window]) -> tuple[Window, ...]:
    """The rule of `Alike`, written out: walk back, keep what is alike, stop at `most` or past the look-back."""
    season = CALENDAR.facts(window)
    kept: list[Window] = []
    for other in sorted(candidates, reverse=True):
        facts = CALENDAR.facts(other)
        fits = pool.wanted(season) is not None and pool.trait(facts) == pool.wanted(season)
        recent = window.start - pool.look_back - pool.lag <= other.start and other.end <= window.start - pool.lag
        if fits and recent and (season.special or not facts.special) and len(kept) < pool.most:
            kept.append(other)
    return tuple(kept)


@pytest.mark.parametrize("pool", ALIKE, ids=lambda p: p.name)
@given(
    window=st.sampled_from(WINDOWS["day"]), weeks=st.integers(0, 5), most=st.integers(1, 10), back=st.integers(1, 300)
)
def test_the_shelves_give_what_a_walk_gives(pool: Alike, window: Window, weeks: int, most: int, back: int) -> None:
    """Bisecting an index is the same as walking back through the candidates."""
    pool = type(pool)(timedelta(days=back), most, timedelta(weeks=weeks))
    assert pool.choose(window, KEPT["day"], CALENDAR) == slow_choice(pool, window, WINDOWS["day"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_holiday_never_serves_an_ordinary_window(kind: str) -> None:
    """Every window of a year against every seasonal pool."""
    for window in WINDOWS[kind]:
        if not CALENDAR.facts(window).special:
            for pool in MEMBERS:
                if isinstance(pool, Alike):
                    assert not any(CALENDAR.facts(w).special for w in pool.choose(window, KEPT[kind], CALENDAR))


def day(month: int, number: int, kind: str = "day", hour: int = 12) -> Window:
    """A window of 2013 by its local date."""
    return containing(kind, ZONE, datetime(2013, month, number, hour, tzinfo=CALENDAR.zone_info))


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (day(11, 28), (3, "weekday", "Thanksgiving Day", True)),
        (day(11, 29), (4, "weekday", None, True)),
        (day(11, 30), (5, "weekend", None, False)),
        (day(7, 3), (2, "weekday", None, True)),
        (day(7, 8), (0, "weekday", None, False)),
    ],
)
def test_facts_of_days(window: Window, expected: tuple[int, str, str | None, bool]) -> None:
    """Weekday, class, holiday, and the days beside one."""
    season = CALENDAR.facts(window)
    assert (season.weekday, season.day_class, season.holiday, season.special) == expected


def test_the_two_one_o_clock_hours_share_a_season() -> None:
    """3 November 2013 had 01:00 twice in New York; 10 March had no 02:00."""
    first = day(11, 3, "hour", 1)
    second = Window(first.end, first.end + timedelta(hours=1), "hour")
    assert CALENDAR.facts(first).hour == CALENDAR.facts(second).hour == 1
    spring = containing("day", ZONE, datetime(2013, 3, 10, 12, tzinfo=UTC))
    hours = [CALENDAR.facts(w).hour for w in between("hour", ZONE, spring.start, spring.end)]
    assert hours == [0, 1, *range(3, 24)]


def test_month_ends_are_alike_whatever_their_number() -> None:
    """30 April is compared with 31 March and 28 February."""
    chosen = make(POOLS["month-day"]).choose(day(4, 30), KEPT["day"], CALENDAR)
    assert [w.start.astimezone(CALENDAR.zone_info).strftime("%m-%d") for w in chosen] == ["03-31", "02-28", "01-31"]


def test_the_weekend_is_the_country_s() -> None:
    """Friday and Saturday in Saudi Arabia."""
    calendar = Calendar("Asia/Riyadh", "SA")
    friday = containing("day", "Asia/Riyadh", datetime(2013, 5, 3, 12, tzinfo=UTC))
    assert calendar.facts(friday).day_class == "weekend"


@dataclass(frozen=True)
class Wished:
    """As a monitor's `reference.pools` has it."""

    name: str
    start: date | None = None
    end: date | None = None
    version: str | None = None


def ladder(kind: str, *wishes: str) -> Ladder:
    """The ladder of a monitor that wishes for these pools."""
    rule = policy([Wished(w) for w in wishes], kind=kind, zone=ZONE, look_back=timedelta(days=120))
    return rule.ladder


@pytest.mark.parametrize(
    ("history", "pool", "rung", "reason"),
    [
        (40, "same-season", 0, "Wednesday 12:00: 5 past Wednesdays 12:00"),
        (
            9,
            "same-hour",
            1,
            "Wednesday 12:00: 7 past weekdays 12:00, for want of past Wednesdays 12:00 (1 of 4)",
        ),
        (2, "day-class", 2, "Wednesday 12:00: 8 past hours of weekdays, for want of past Wed"),
    ],
)
def test_a_young_monitor_climbs_the_ladder(history: int, pool: str, rung: int, reason: str) -> None:
    """Same hour of week → same hour, same day class → same day class."""
    window = day(5, 15, "hour")
    known = between("hour", ZONE, window.start - timedelta(days=history), window.start)
    choice = ladder("hour", "seasonal", "trailing").choose(window, known, CALENDAR)
    assert (choice.pool, choice.rung) == (pool, rung)
    assert choice.reason.startswith(reason)


def test_the_last_rungs() -> None:
    """A first Saturday has only weekdays behind it: the most recent ones serve. With nothing behind it, it is said."""
    window = day(5, 18)
    known = between("day", ZONE, window.start - timedelta(days=5), window.start)
    climb = ladder("day", "seasonal")
    choice = climb.choose(window, known, CALENDAR)
    assert (choice.pool, len(choice.windows)) == ("trailing", 5)
    thin = climb.choose(window, known[-2:], CALENDAR)
    assert (thin.pool, thin.reason) == ("trailing", "Saturday: only 2 most recent days, where 4 are asked for")
    none = climb.choose(window, [], CALENDAR)
    assert (none.windows, none.reason) == ((), "Saturday: there is no past window to compare with")


def test_a_holiday_gets_its_like() -> None:
    """Thanksgiving has past holidays in a year of history, and weekends beside them in a month of it."""
    window = day(11, 28)
    climb = ladder("day", "seasonal")
    whole = climb.choose(window, KEPT["day"], CALENDAR)
    assert whole.pool == "holidays"
    assert all(CALENDAR.facts(w).special for w in whole.windows)
    month = between("day", ZONE, datetime(2013, 11, 14, tzinfo=UTC), window.start)
    short = climb.choose(window, month, CALENDAR)
    assert short.pool == "rest-days"
    assert all(CALENDAR.facts(w).special or CALENDAR.facts(w).day_class == "weekend" for w in short.windows)


def test_pinned_is_its_time_and_nothing_later() -> None:
    """A training period from January to March; in February only its past part."""
    rule = policy(
        [Wished("pinned", date(2013, 1, 1), date(2013, 4, 1))], kind="day", zone=ZONE, look_back=timedelta(days=7)
    )
    (pool,) = rule.pools
    assert len(pool.choose(day(8, 1), KEPT["day"], CALENDAR)) == 90
    assert pool.choose(day(2, 1), KEPT["day"], CALENDAR)[0] == day(1, 31)
    assert pool.reason(day(8, 1), CALENDAR) == "windows pinned from 2013-01-01 to 2013-04-01"
    assert rule.ladder.choose(day(8, 1), KEPT["day"], CALENDAR).pool == "pinned"


def test_errors_say_what_to_do() -> None:
    """Each names what was given and what exists."""
    with pytest.raises(UnknownName, match='no pool is called "seasnal". Did you mean "seasonal"'):
        ladder("day", "seasnal")
    with pytest.raises(UnknownName, match='no pool is called "same-seasons". Did you mean "same-season"'):
        POOLS["same-seasons"]
    with pytest.raises(MonitorError, match="pinned needs from and to, or version"):
        Pinned()
    with pytest.raises(MonitorError, match='no holidays are known for "USX"'):
        Calendar("UTC", "USX")
    with pytest.raises(MonitorError, match='US has no part "NX"'):
        Calendar("UTC", "US-NX")
    with pytest.raises(WindowError, match="several kinds"):
        Candidates([day(4, 1), day(4, 1, "hour")], CALENDAR)


def test_choosing_for_a_year_of_hours_is_fast() -> None:
    """All rungs for each of 8,760 hours: the goal is 0.2 ms a choice; it takes about 0.006. No walk would pass."""
    calendar = Calendar(ZONE, "US")
    started = time.process_time()
    candidates = Candidates(WINDOWS["hour"], calendar)
    pools = [pool() for pool in RUNGS] + [SameSeason(lag=timedelta(weeks=4))]
    for window in WINDOWS["hour"]:
        for pool in pools:
            pool.choose(window, candidates, calendar)
    assert (time.process_time() - started) / len(WINDOWS["hour"]) / len(pools) < 0.2e-3


def test_the_calendar_imports_holidays_only_when_asked() -> None:
    """The package costs a tenth of a second at import, and a monitor without a country pays nothing."""
    code = "import sys, tidegauge.references.policy as _; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
