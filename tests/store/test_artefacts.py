"""Artefacts: the first one of some inputs stays; a damaged one is as good as none."""

import hashlib

from sqlalchemy import update

from tests.store.samples import CLOCK, HOSTILE, LATER
from tidegauge.store.schema import artefacts
from tidegauge.store.store import Store


def test_the_first_one_stays(store: Store) -> None:
    assert store.artefacts.get("s", "pairs", CLOCK, "a") is None
    one = store.artefacts.put("s", "pairs", CLOCK, "a", b"one")
    assert one == hashlib.sha256(b"one").hexdigest()
    assert store.artefacts.put("s", "pairs", CLOCK, "a", b"another") == one, "who was second learns which one counts"
    assert store.artefacts.get("s", "pairs", CLOCK, "a") == b"one"


def test_each_part_of_its_place_counts(store: Store) -> None:
    places = [
        ("s", "pairs", CLOCK, "a"),
        ("t", "pairs", CLOCK, "a"),
        ("s", HOSTILE[6], CLOCK, "a"),
        ("s", "pairs", LATER, "a"),
        ("s", "pairs", CLOCK, "b"),
    ]
    for k, place in enumerate(places):
        store.artefacts.put(*place, bytes([k]))
    assert [store.artefacts.get(*place) for place in places] == [bytes([k]) for k in range(len(places))]
    before = store.dump()
    assert before == ""
    assert store.dump(artefacts=True).count("\n") == len(places)


def test_a_damaged_one_is_learnt_again(store: Store) -> None:
    store.artefacts.put("s", "pairs", CLOCK, "a", b"one")
    with store.database.writing("harm") as connection:
        connection.execute(update(artefacts).values(blob=b"0ne"))
    assert store.artefacts.get("s", "pairs", CLOCK, "a") is None
    store.artefacts.put("s", "pairs", CLOCK, "a", b"one")
    assert store.artefacts.get("s", "pairs", CLOCK, "a") == b"one"
