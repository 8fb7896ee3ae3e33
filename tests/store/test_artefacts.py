"""Artefacts: the first one of some inputs stays; a damaged one is as good as none."""

import hashlib

from sqlalchemy import select, update

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


def test_what_can_be_said_in_less_is_kept_in_less(store: Store) -> None:
    """And what was kept as it is, before there was packing, still reads; noise stays as it is."""
    long, noise = b"spread" * 1000, hashlib.sha512(b"noise").digest()
    for inputs, blob in (("a", long), ("b", noise), ("c", b"")):
        assert store.artefacts.put("s", "pairs", CLOCK, inputs, blob) == hashlib.sha256(blob).hexdigest()
        assert store.artefacts.get("s", "pairs", CLOCK, inputs) == blob
    with store.database.writing("look") as connection:
        kept = dict(connection.execute(select(artefacts.c.inputs, artefacts.c.blob)).all())
        connection.execute(update(artefacts).where(artefacts.c.inputs == "a").values(blob=long))
    assert len(kept["a"]) < 200
    assert bytes(kept["b"]) == noise
    before = store.dump(artefacts=True)
    assert store.artefacts.get("s", "pairs", CLOCK, "a") == long
    assert store.artefacts.put("s", "pairs", CLOCK, "a", b"another") == hashlib.sha256(long).hexdigest()
    assert store.dump(artefacts=True) == before


def test_a_damaged_one_is_learnt_again(store: Store) -> None:
    store.artefacts.put("s", "pairs", CLOCK, "a", b"one")
    sound = store.dump(artefacts=True)
    with store.database.writing("harm") as connection:
        connection.execute(update(artefacts).values(blob=b"0ne"))
    assert store.artefacts.get("s", "pairs", CLOCK, "a") is None
    assert store.dump(artefacts=True) != sound
    store.artefacts.put("s", "pairs", CLOCK, "a", b"one")
    assert store.artefacts.get("s", "pairs", CLOCK, "a") == b"one"
