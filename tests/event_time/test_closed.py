"""A past that is handed over in parts: cut off anywhere, no incident is open; whole, each window is as it was."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tidegauge.core.point import SeriesSample
from tidegauge.core.window import Window
from tidegauge.sinks.event_time import INCIDENT, closed, incident_sample, instant_of
from tidegauge.sinks.remote_write import BATCH, batches

HOUR = timedelta(hours=1)
BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
Course = dict[int, float]  # number of a window → what an incident says in it


def window(number: int) -> Window:
    return Window(BEGIN + number * HOUR, BEGIN + (number + 1) * HOUR, "hour")


def sample(incident: str, number: int, value: float, revision: int) -> SeriesSample:
    return incident_sample("m", "inputs", incident, "low", window(number), revision, value=value)


def newest(samples: list[SeriesSample], until: int | None = None) -> dict[str, float]:
    """What `last_over_time` reads of each incident."""
    seen = sorted((s for s in samples if until is None or s.at <= until), key=lambda s: s.at)
    return {dict(s.labels)["incident"]: s.value for s in seen if s.name == INCIDENT}


@st.composite
def courses(draw: st.DrawFn) -> list[Course]:
    """Incidents that open somewhere, stand, perhaps settle, and end, or do not."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        first, length, settled = draw(st.integers(0, 15)), draw(st.integers(1, 10)), draw(st.integers(0, 5))
        values = [1.0] * length + [0.5] * settled + [0.0]
        found.append({first + k: v for k, v in enumerate(values) if first + k < 20})
    return found


@given(courses(), st.lists(st.integers(1, 19), max_size=5), st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_no_part_leaves_an_incident_open_and_all_of_them_say_what_was(
    some: list[Course], cuts: list[int], revisions: list[int]
) -> None:
    edges = [0, *sorted(set(cuts)), 20]
    said = [(n, str(k), course[n]) for k, course in enumerate(some) for n in course]
    parts = [[sample(k, n, v, revisions[n]) for n, k, v in said if a <= n < b] for a, b in pairwise(edges)]
    written: list[SeriesSample] = []
    made = list(closed(parts))
    for number, part in enumerate(made):
        for labels in {s.labels for s in part}:
            at = [s.at for s in part if s.labels == labels]
            assert at == sorted(set(at)), "each series in order, no instant twice"
            assert all(s.at < at[0] for s in written if s.labels == labels), "and after what was written of it"
        written += part
        if number < len(made) - 1:
            assert not any(newest(written).values())
    for n in range(20):
        for k, course in enumerate(some):
            if n in course:
                assert newest(written, instant_of(window(n), 999))[str(k)] == course[n]


def test_a_request_that_does_not_come_is_such_a_cut() -> None:
    """More than one request holds, as a backfill of 64 windows of a large monitor is."""
    many = [
        SeriesSample("tidegauge_window_rows", (("monitor", str(k)),), 1.0, instant_of(window(0), 0))
        for k in range(BATCH)
    ]
    past = [*many, sample("i", 0, 1.0, 0), sample("i", 1, 1.0, 0)]
    parts = list(closed(batches(past)))
    assert len(parts) > 1
    assert newest(parts[0]).get("i", 0.0) == 0
    assert newest([s for part in parts for s in part]) == {"i": 1.0}
    assert list(closed([])) == []
