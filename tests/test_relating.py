"""What is learnt of relations: the same whoever learns it when, from earlier windows only, and kept."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, update

from tests.every.flights import KNOWN, a_day, sampled
from tidegauge.core.window import Window
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.profile import Profile, WindowFacts
from tidegauge.references.calendar import Calendar
from tidegauge.stages.kept_rows import rows_of
from tidegauge.stages.relating import Relating
from tidegauge.stages.stored_profiles import StoredProfiles
from tidegauge.store.profiles import Revision
from tidegauge.store.schema import artefacts
from tidegauge.store.store import Store

ZONE, COUNT, ROWS = "America/New_York", 75, 40
BEGIN = datetime(2024, 1, 1, 5, tzinfo=UTC)  # a Monday
DAYS = [Window(BEGIN + timedelta(days=k), BEGIN + timedelta(days=k + 1), "day") for k in range(COUNT)]
LAYOUTS = {c: CategoricalLayout(tuple(str(k) for k in range(n))) for c, n in KNOWN.items()}
SAMPLES = {day: sampled(a_day(k, ROWS), k) for k, day in enumerate(DAYS)}
LAST = DAYS[-1]


def relating(store: Store) -> Relating:
    """As a process finds it."""
    revisions = dict(store.profiles.revisions("s", "inputs"))
    return Relating(StoredProfiles(store, "s"), Calendar(ZONE), "day", LAYOUTS, "score", revisions)


def filled(days: Iterable[Window]) -> Store:
    """A store that has seen some days."""
    store = Store.open("sqlite://")
    add(store, days)
    return store


def add(store: Store, days: Iterable[Window]) -> None:
    """Profile more days."""
    made = []
    for day in days:
        profile = Profile(day, WindowFacts(rows=ROWS), rows=SAMPLES[day])
        made.append((day, Revision(ROWS, "", day.key), rows_of(profile, dict(LAYOUTS), {})))
    store.profiles.put("s", "inputs", made)


def learnt(one: Relating, window: Window, excluded: Iterable[Window] = ()) -> bytes:
    """Everything that was known of a window, in one."""
    fit = one.fit(window, frozenset(excluded))
    assert fit is not None
    return fit.to_blob()


@pytest.fixture(scope="module")
def store() -> Store:
    """All days, and what was learnt for the last one."""
    made = filled(DAYS)
    relating(made).fit(LAST)
    return made


def test_no_plan_before_the_first_weeks_are_complete() -> None:
    short = filled(DAYS[:27])
    assert relating(short).plan is None
    assert relating(short).fit(DAYS[26]) is None
    add(short, DAYS[27:28])
    plan = relating(short).plan
    assert plan is not None
    assert any(plan.specs.values())


def test_no_plan_without_sampled_rows() -> None:
    bare = Store.open("sqlite://")
    rows = [(d, Revision(ROWS, "", d.key), rows_of(Profile(d, WindowFacts(rows=ROWS)), {}, {})) for d in DAYS[:40]]
    bare.profiles.put("s", "inputs", rows)
    assert relating(bare).plan is None
    assert relating(bare).plan is None, "and what was found is kept, though it is nothing"


def test_any_store_ends_with_the_same(store: Store) -> None:
    """Grown day by day, filled from the end, read again by another process: the same plan, the same fits."""
    grown = filled(DAYS[:28])
    assert relating(grown).plan is not None
    add(grown, reversed(DAYS[28:]))
    one, other = relating(store), relating(grown)
    assert one.plan is not None
    assert other.plan is not None
    assert other.plan.text == one.plan.text
    assert learnt(other, LAST) == learnt(one, LAST) == learnt(relating(store), LAST)


def test_only_what_ended_before_is_learnt_from(store: Store) -> None:
    """Later windows change nothing of what was known; nor do the window's own rows."""
    for k in (50, 62):
        before = filled(DAYS[:k])
        assert learnt(relating(before), DAYS[k]) == learnt(relating(store), DAYS[k])


def test_windows_that_people_excluded_are_not_learnt_from(store: Store) -> None:
    gone = DAYS[40:44]
    left = filled(d for d in DAYS if d not in gone)
    assert learnt(relating(store), LAST, gone) == learnt(relating(left), LAST) != learnt(relating(store), LAST)


def test_knowledge_never_goes_back_and_never_comes_from_the_future(store: Store) -> None:
    one = relating(store)
    since = [one._valid_from(d) for d in DAYS]
    first = next(k for k, s in enumerate(since) if s is not None)
    assert 14 <= first <= 21
    known = [s for s in since[first:] if s is not None]
    assert len(known) == COUNT - first, "once there is something, there is always something"
    assert known == sorted(known)
    assert all(s <= d.start for s, d in zip(known, DAYS[first:], strict=True))
    assert len(set(known)) <= COUNT / 7, "not every day"


@pytest.mark.parametrize("harm", ["lost", "damaged", "of another format"])
def test_what_was_learnt_can_be_learnt_again(store: Store, harm: str) -> None:
    """Whole bytes that do not read are no reason to stop either: an older version may have left them."""
    expected = learnt(relating(store), LAST)
    fits = artefacts.c.kind == "relations"
    with store.database.writing("harm") as connection:
        if harm == "lost":
            connection.execute(delete(artefacts))
        elif harm == "damaged":
            connection.execute(update(artefacts).values(blob=b"TG"))
        else:
            text = b"no fit at all"
            connection.execute(update(artefacts).where(fits).values(blob=text, id=sha256(text).hexdigest()))
    assert learnt(relating(store), LAST) == expected
