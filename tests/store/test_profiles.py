"""Profiles: what is put is found, once, in any order."""

import random

import pytest
from sqlalchemy import text

from tests.store.looking_back import past_blobs, past_revisions
from tests.store.samples import HOSTILE, day, revision, rows
from tidegauge.core.errors import StoreError
from tidegauge.store.profiles import ProfileRow, StoredProfile
from tidegauge.store.store import Store

INPUTS = "inputs"


def test_what_was_put_is_found(store: Store) -> None:
    entries = [(day(n), revision(n), rows(n, ("*", "carrier=AA"))) for n in (2, 0, 1)]
    assert store.profiles.put("s", INPUTS, iter(entries)) == 3
    assert store.profiles.revision("s", INPUTS, day(1)) == revision(1)
    assert list(store.profiles.revisions("s", INPUTS).items()) == [(day(n), revision(n)) for n in (0, 1, 2)]
    found = store.profiles.of("s", INPUTS, [day(2), day(1), day(9)])
    assert found == [
        StoredProfile(day(n), "*", c, "l1", "numeric", f"{n} * {c}".encode()) for n in (1, 2) for c in "ab"
    ]
    assert len(store.profiles.of("s", INPUTS, [day(0)], segment=None)) == 4
    assert [p.blob for p in store.profiles.of("s", INPUTS, [day(0)], "carrier=AA", ["b", "z"])] == [b"0 carrier=AA b"]


def test_nothing_is_found_of_what_was_never_put(store: Store) -> None:
    assert store.profiles.put("s", INPUTS, []) == 0
    store.profiles.put("s", INPUTS, [(day(0), revision(0), rows(0))])
    assert store.profiles.revision("s", "labels", day(0)) is None
    assert store.profiles.revision("t", INPUTS, day(0)) is None
    assert store.profiles.revisions("s", "labels") == {}
    assert store.profiles.of("s", "labels", [day(0)]) == []
    assert store.profiles.of("s", INPUTS, [day(0)], "never") == []
    assert store.profiles.of("s", INPUTS, [day(0)], columns=[]) == []
    assert store.profiles.of("s", INPUTS, []) == []


def test_the_same_revision_again_changes_nothing(store: Store) -> None:
    store.profiles.put("s", INPUTS, [(day(0), revision(0), rows(0))])
    before = store.dump()
    assert store.profiles.put("s", INPUTS, [(day(0), revision(0), list(reversed(rows(0))))]) == 0
    assert store.dump() == before
    assert past_revisions(store, "s", INPUTS, day(0)) == [revision(0)]


def test_a_damaged_profile_is_mended_by_the_same_revision(store: Store) -> None:
    store.profiles.put("s", INPUTS, [(day(n), revision(n), rows(n)) for n in (0, 1)])
    before = store.dump()
    with store.database.writing("harm") as connection:
        connection.execute(text("UPDATE profiles SET blob = :harm"), {"harm": b"x"})
    assert store.dump() != before
    assert store.profiles.put("s", INPUTS, [(day(n), revision(n), rows(n)) for n in (0, 1)]) == 0
    assert store.dump() == before


def test_a_new_revision_becomes_current_and_the_old_one_stays_readable(store: Store) -> None:
    store.profiles.put("s", INPUTS, [(day(0), revision(0), rows(0))])
    assert store.profiles.put("s", INPUTS, [(day(0), revision(5), rows(5))]) == 1
    assert store.profiles.revision("s", INPUTS, day(0)) == revision(5)
    assert [p.blob for p in store.profiles.of("s", INPUTS, [day(0)])] == [b"5 * a", b"5 * b"]
    assert past_blobs(store, "s", INPUTS, day(0), revision(0)) == [b"0 * a", b"0 * b"]
    assert past_revisions(store, "s", INPUTS, day(0)) == [revision(0), revision(5)]


def test_data_that_goes_back_to_what_it_was_takes_its_old_profiles(store: Store) -> None:
    first, second = (day(0), revision(0), rows(0)), (day(0), revision(5), rows(5))
    store.profiles.put("s", INPUTS, [first])
    before = store.dump()
    store.profiles.put("s", INPUTS, [second])
    assert store.dump() != before
    store.profiles.put("s", INPUTS, [first])
    assert store.dump() == before
    store.profiles.put("s", INPUTS, [second, (day(0), revision(7), rows(7)), first])
    assert store.dump() == before, "the last of several in one call is the current one"
    assert len(past_revisions(store, "s", INPUTS, day(0))) == 3


def test_the_same_data_counted_in_a_new_layout_is_stored(store: Store) -> None:
    store.profiles.put("s", INPUTS, [(day(0), revision(0), rows(0))])
    assert store.profiles.put("s", INPUTS, [(day(0), revision(0), rows(0, layout="l2"))]) == 1
    assert {p.layout for p in store.profiles.of("s", INPUTS, [day(0)])} == {"l2"}


def test_a_window_without_profiles_is_known(store: Store) -> None:
    store.profiles.put("s", INPUTS, [(day(0), revision(0), [])])
    assert store.profiles.revision("s", INPUTS, day(0)) == revision(0)
    assert store.profiles.of("s", INPUTS, [day(0)]) == []


def test_any_text_and_any_bytes_come_back(url: str) -> None:
    given = [ProfileRow(s, c, "l", "k", bytes(range(256))) for s in HOSTILE for c in HOSTILE[:8]]
    with Store.open(url) as store:
        store.profiles.put("s", INPUTS, [(day(0), revision(0), given)])
        warm = store.profiles.of("s", INPUTS, [day(0)], segment=None)
    with Store.open(url) as store:  # a process that has not seen these words before
        assert store.profiles.of("s", INPUTS, [day(0)], segment=None) == warm
        assert len(store.profiles.of("s", INPUTS, [day(0)], HOSTILE[6], [HOSTILE[7]])) == 1
    assert {(p.segment, p.column, p.blob) for p in warm} == {(r.segment, r.column, r.blob) for r in given}


def test_the_state_does_not_depend_on_the_order(url: str) -> None:
    entries = [(day(n), revision(n), rows(n)) for n in range(20)]
    dumps = set()
    for seed in range(3):
        random.Random(seed).shuffle(entries)
        with Store.open(url) as store:
            for entry in entries:
                store.profiles.put(f"s{seed}", INPUTS, [entry])
            dumps.add(
                "".join(line for line in store.dump().splitlines(keepends=True) if f'"s{seed}"' in line).replace(
                    f"s{seed}", "s"
                )
            )
    assert len(dumps) == 1


def test_two_profiles_of_one_place_are_refused_and_nothing_is_left(store: Store) -> None:
    with pytest.raises(StoreError, match="could not write the store at"):
        store.profiles.put("s", INPUTS, [(day(0), revision(0), [*rows(0), *rows(0)])])
    assert store.dump() == ""
    assert store.profiles.put("s", INPUTS, [(day(0), revision(0), rows(0))]) == 1, (
        "words of the failed call are not trusted"
    )
    assert len(store.profiles.of("s", INPUTS, [day(0)])) == 2


def test_thousands_of_windows(store: Store) -> None:
    windows = [day(n) for n in range(2500)]
    store.profiles.put("s", INPUTS, ((w, revision(n), rows(n)) for n, w in enumerate(windows)))
    assert list(store.profiles.revisions("s", INPUTS)) == windows
    assert [p.window for p in store.profiles.of("s", INPUTS, windows, columns=["a"])] == windows
