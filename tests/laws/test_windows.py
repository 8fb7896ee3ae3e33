"""Laws of the window grids: they tile time, name themselves, and survive every clock change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.errors import WindowError
from tidegauge.core.grid import KINDS, between, containing, following, on_grid, previous, zone_of
from tidegauge.core.window import Window

# Clocks that go forward at midnight (Beirut, Cairo), back at 00:01 (St John's, 2010), by half an hour (Lord Howe);
# a day that never was (Apia, 30 December 2011); offsets of 45 minutes (Kathmandu).
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Pacific/Apia",
)

kinds = st.sampled_from(KINDS)
zones = st.sampled_from(ZONES)
bounds = datetime(1990, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
instants = st.datetimes(*bounds, timezones=st.just(UTC))
spans = st.timedeltas(timedelta(0), timedelta(days=40))


@given(kinds, zones, instants, spans)
def test_windows_tile_time(kind: str, zone: str, start: datetime, span: timedelta) -> None:
    """No gap, no overlap, nothing outside, and no room left for one more at either end."""
    windows = between(kind, zone, start, start + span)
    assert all(a.end == b.start for a, b in pairwise(windows))
    if windows:
        assert windows[0].start >= start > previous(windows[0], zone).start
        assert windows[-1].end <= start + span < following(windows[-1], zone).end
    else:
        first = containing(kind, zone, start)
        if first.start < start:
            first = following(first, zone)
        assert first.end > start + span


@given(kinds, zones, instants)
def test_an_instant_lies_in_one_window(kind: str, zone: str, instant: datetime) -> None:
    """`containing` finds the window that `between` lists around the instant, and that window is on its own grid."""
    window = containing(kind, zone, instant)
    assert window.start <= instant < window.end
    week = timedelta(days=9)
    around = between(kind, zone, instant - week, instant + week)
    assert [w for w in around if w.start <= instant < w.end] == [window]
    assert on_grid(window, zone) == window


@given(kinds, zones, instants)
def test_a_key_names_its_window(kind: str, zone: str, instant: datetime) -> None:
    """The key is enough to have the window again, and neighbours know each other."""
    window = containing(kind, zone, instant)
    assert Window.parse(window.key) == window
    assert previous(following(window, zone), zone) == window == following(previous(window, zone), zone)


@given(zones, instants)
def test_days_and_weeks_start_at_local_midnight(zone: str, instant: datetime) -> None:
    """A day starts at the first instant of its local date; a week on a Monday, and is whole days."""
    day, week = containing("day", zone, instant), containing("week", zone, instant)
    local = day.start.astimezone(ZoneInfo(zone))
    before = (day.start - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    assert before.date() < local.date()
    assert local.hour in {0, 1}  # 1 where the clock jumps over midnight
    assert week.start.astimezone(ZoneInfo(zone)).weekday() == 0
    days = between("day", zone, week.start, week.end)
    assert (days[0].start, days[-1].end) == (week.start, week.end)


@pytest.mark.parametrize(
    ("when", "hours"), [((2013, 3, 10), 23), ((2013, 3, 11), 24), ((2013, 11, 3), 25), ((2013, 11, 4), 24)]
)
def test_a_day_of_a_clock_change_has_its_true_length(when: tuple[int, int, int], hours: int) -> None:
    """New York, 2013."""
    day = containing("day", "America/New_York", datetime(*when, 12, tzinfo=ZoneInfo("America/New_York")))
    assert day.end - day.start == timedelta(hours=hours)
    assert len(between("hour", "America/New_York", day.start, day.end)) == hours


def test_a_day_that_never_was_is_no_window() -> None:
    """Samoa went from 29 to 31 December 2011."""
    start = datetime(2011, 12, 28, tzinfo=ZoneInfo("Pacific/Apia"))
    days = between("day", "Pacific/Apia", start, datetime(2012, 1, 2, tzinfo=ZoneInfo("Pacific/Apia")))
    assert [w.start.astimezone(ZoneInfo("Pacific/Apia")).day for w in days] == [28, 29, 31, 1]


def test_errors_say_what_to_do() -> None:
    """Each names what was given and what exists."""
    instant = datetime(2013, 4, 1, 12, tzinfo=UTC)
    with pytest.raises(WindowError, match='no kind of window is called "dya". Did you mean "day"'):
        containing("dya", "UTC", instant)
    with pytest.raises(WindowError, match='no time zone is called "America/NewYork". Did you mean "America/New_York"'):
        zone_of("America/NewYork")
    with pytest.raises(WindowError, match="has no time zone, so it names no instant"):
        containing("day", "UTC", instant.replace(tzinfo=None))
    with pytest.raises(WindowError, match="the day there is day/2013-04-01T04:00:00Z/2013-04-02T04:00:00Z"):
        on_grid(Window.parse("day/2013-04-01T12:00:00Z/2013-04-02T12:00:00Z"), "America/New_York")
