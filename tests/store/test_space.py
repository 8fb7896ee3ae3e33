"""How large a store is, on both engines: what was replaced goes, what is known of a window stays."""

from typing import Any

import pytest

from tests.store.samples import CLOCK, HOSTILE, LATER, day, revision, rows
from tidegauge.store.space import Space
from tidegauge.store.store import Store


@pytest.fixture
def held(store: Store) -> Store:
    """One in which a window's first scan was replaced, and spreads were learnt twice, of two monitors."""
    store.profiles.put("s", "inputs", [(day(n), revision(n), rows(n)) for n in (0, 1)])
    store.profiles.put("s", "inputs", [(day(0), revision(5), rows(5))])
    for name in ("m", "m2", HOSTILE[6]):
        for at in (CLOCK, LATER):
            store.artefacts.put(name, "spreads-inputs", at, "a" + at.isoformat(), b"learnt " * 99)
    return store


def test_it_says_what_is_there(held: Store) -> None:
    size = held.space.size()
    found = {share.what: share.rows for share in size.shares}
    assert found == {"profiles: numeric": 4, "profiles: numeric, replaced": 2, "learnt: spreads-inputs": 6}
    assert size.bytes > sum(share.bytes for share in size.shares)
    assert (size.free is None) is held.database.is_postgres
    assert held.space.held_by("s", "m") < sum(share.bytes for share in size.shares)
    assert held.space.held_by("nobody's", "nobody") == 0


def test_what_was_replaced_goes_and_nothing_of_anybody_else(held: Store) -> None:
    before = held.dump()
    done = held.space.prune("s", "m", LATER)
    assert [share.rows for share in done] == [2, 1]
    assert held.dump() == before
    assert held.artefacts.get("m", "spreads-inputs", CLOCK, "a" + CLOCK.isoformat()) is None
    assert held.artefacts.get("m", "spreads-inputs", LATER, "a" + LATER.isoformat()) is not None
    assert held.artefacts.get("m2", "spreads-inputs", CLOCK, "a" + CLOCK.isoformat()) is not None
    assert [share.rows for share in held.space.prune("s", HOSTILE[6])] == [0, 0], "without a moment all spreads stay"
    assert [share.rows for share in held.space.prune("s", HOSTILE[6], LATER)] == [0, 1]


def test_a_scan_that_comes_back_meanwhile_stays(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is replaced when it is listed, and current before it is deleted: another process counted those rows again."""
    deletes = Space._delete  # what lies between the two

    def later(self: Space, *how: Any) -> None:  # noqa: ANN401 - as it is called
        held.profiles.put("s", "inputs", [(day(0), revision(0), rows(0))])
        deletes(self, *how)

    monkeypatch.setattr(Space, "_delete", later)
    held.space.prune("s", "m", LATER)
    assert [p.blob for p in held.profiles.of("s", "inputs", [day(0)])] == [r.blob for r in rows(0)]
    monkeypatch.undo()
    assert held.space.prune("s", "m")[0].rows == 2, "what it replaced in turn"


def test_the_room_is_given_back(held: Store) -> None:
    before = held.dump()
    held.artefacts.put("s", "spreads-inputs", CLOCK, "noise", bytes(range(256)) * 4000)
    held.space.prune("s", "s", LATER)
    held.space.vacuum()
    assert held.dump() == before
    assert not held.space.size().free
    assert held.profiles.put("s", "inputs", [(day(9), revision(9), rows(9))]) == 1, "it goes on as a store"
