"""The weekly work of many monitors is spread over the week, and each has one answer for all windows of its own week."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.grid import between, containing
from tidegauge.references.calendar import Calendar
from tidegauge.sensitivity.own_week import own_moment, week_begun

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
FIRST = datetime(2023, 12, 25, tzinfo=UTC)
ZONES = ("UTC", "America/New_York", "America/Santiago", "Atlantic/Azores", "Asia/Kathmandu", "Australia/Lord_Howe")


@pytest.mark.parametrize(("kind", "places", "most"), [("hour", 168, 90), ("day", 7, 1600), ("week", 1, 10_000)])
def test_ten_thousand_monitors_do_not_work_at_once(kind: str, places: int, most: int) -> None:
    at = Counter(own_moment(f"monitor-{k}", "inputs", kind) for k in range(10_000))
    assert len(at) == places
    assert max(at.values()) <= most
    assert all(timedelta(0) <= moment < WEEK for moment in at)


def test_stages_of_a_monitor_have_moments_of_their_own() -> None:
    same = sum(own_moment(f"m-{k}", "inputs", "day") == own_moment(f"m-{k}", "labels", "day") for k in range(700))
    assert 50 < same < 150  # a seventh, as of any two


@given(st.sampled_from(ZONES), st.sampled_from(["hour", "day", "week"]), st.integers(0, 366 * 24), st.text(max_size=9))
def test_all_windows_of_a_week_rest_on_the_same_windows(zone: str, kind: str, hours: int, name: str) -> None:
    """The week in which a window starts begins by then, at one instant for all, and the next one right after."""
    calendar, moment = Calendar(zone), own_moment(name, "inputs", kind)

    def begun(at: datetime, back: int = 0) -> datetime:
        window = containing(kind, zone, at)
        return week_begun(window, calendar.facts(window).monday, moment, back).astimezone(UTC)

    window = containing(kind, zone, FIRST + hours * HOUR)
    since = begun(window.start)
    assert since <= window.start < since + WEEK + HOUR  # a week of a clock that is put back has an hour more
    assert begun(window.start, 1) == begun(since - HOUR)
    near = between(kind, zone, window.start.astimezone(UTC) - 2 * WEEK, window.start.astimezone(UTC) + 2 * WEEK)
    starts = [begun(w.start) for w in near]
    assert starts == sorted(starts)
    assert {s for s, w in zip(starts, near, strict=True) if w.start >= since and w.start < since + WEEK - HOUR} == {
        since
    }
