"""Sampled rows in the store: kept beside the cells, read only when asked for, and not missed where there are none."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import update

from tidegauge.core.window import Window
from tidegauge.profiles.layouts.categorical import CategoricalLayout
from tidegauge.profiles.profile import Profile, WindowFacts
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.sampled_rows import SampledRows
from tidegauge.stages.kept_rows import rows_of
from tidegauge.stages.stored_profiles import ROWS, StoredProfiles
from tidegauge.store.part import Names
from tidegauge.store.profiles import Revision
from tidegauge.store.schema import profiles
from tidegauge.store.store import Store

START = datetime(2024, 3, 1, tzinfo=UTC)
DAYS = [Window(START + timedelta(days=k), START + timedelta(days=k + 1), "day") for k in range(3)]
LAYOUTS = {"w": CategoricalLayout(("a", "b"))}


def sample(k: int) -> SampledRows:
    hashes = np.arange(5, dtype=np.int64) + k
    return SampledRows.drawn(10, hashes, ["w"], {"w": np.array([0, 1, 2, 1, 0])})


@pytest.fixture
def store() -> Store:
    """The first two days with a sample, the third as an older version has left it."""
    store = Store.open("sqlite://")
    cells = {"*": {"w": Cells(np.array([0, 1, 2]), np.array([2, 2, 1]))}}
    for k, day in enumerate(DAYS):
        profile = Profile(day, WindowFacts(rows=5), cells, rows=sample(k) if k < 2 else None)
        store.profiles.put("s", "inputs", [(day, Revision(5, "", "c"), rows_of(profile, dict(LAYOUTS), {}))])
    return store


def test_samples_are_read_in_the_order_asked_for(store: Store) -> None:
    profiles = StoredProfiles(store, "s")
    unknown = Window(START - timedelta(days=1), START, "day")
    assert profiles.samples([DAYS[1], DAYS[2], DAYS[0], unknown]) == [sample(1), None, sample(0), None]
    profile, problems = profiles.profile(DAYS[0])
    assert (profile.rows, problems) == (sample(0), {})
    assert set(profile.segments) == {"*"}, "a sample is no segment"
    assert profiles.profile(DAYS[2])[0].rows is None
    assert [set(c) for c in profiles.cells(DAYS)] == [{"w"}] * 3


def test_a_window_profiled_again_is_read_again(store: Store) -> None:
    profiles = StoredProfiles(store, "s")
    assert profiles.samples(DAYS[:1]) == [sample(0)]
    profile = Profile(DAYS[0], WindowFacts(rows=6), rows=sample(7))
    store.profiles.put("s", "inputs", [(DAYS[0], Revision(6, "", "c"), rows_of(profile, dict(LAYOUTS), {}))])
    profiles.forget(DAYS[:1])
    assert profiles.samples(DAYS[:1]) == [sample(7)]


def test_a_damaged_sample_is_left_out_and_named(store: Store) -> None:
    with store.database.writing("harm") as connection:
        kind = Names(store.database).number(connection, ROWS)
        connection.execute(update(profiles).where(profiles.c.kind == kind).values(blob=sample(0).to_row()[:-1]))
    stored = StoredProfiles(store, "s")
    assert stored.samples(DAYS[:1]) == [None]
    assert "sampled rows" in stored.trouble[0]
    assert stored.cells(DAYS[:1])[0]["w"].rows == 5, "the cells are as they were"
    assert stored.profile(DAYS[0])[1].keys(), "and the problem is told of with the profile"
