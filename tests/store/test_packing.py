"""What is kept of counts reads back octet for octet, whatever it is, and what was kept before reads as well."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.store.samples import day, revision
from tidegauge.core.window import WHOLE
from tidegauge.store import schema
from tidegauge.store.packing import MARK, folded, unfolded
from tidegauge.store.profiles import ProfileRow
from tidegauge.store.store import Store

FLOATS = b"".join(n.to_bytes(8, "big") for n in range(4096, 4396))
BLOBS = b"", b"short", MARK, MARK + b"no stream", MARK + zlib.compress(b"a stream"), FLOATS, FLOATS + b"and a rest"


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=40).map(lambda b: b * 30), st.sampled_from(BLOBS)))
def test_it_is_read_back_octet_for_octet(blob: bytes) -> None:
    kept = folded(blob)
    assert unfolded(kept) == blob
    assert len(kept) <= max(len(blob), 3 + 3 + 11 + 5 * blob.startswith(MARK) + len(blob))


def test_floats_in_order_take_a_fifth() -> None:
    assert len(folded(FLOATS)) < len(FLOATS) / 5
    assert len(folded(FLOATS)) < len(zlib.compress(FLOATS, 9))


@pytest.mark.parametrize("blob", [MARK, MARK + b"no stream", b"x", b"", b"TG\x01" + bytes(90)])
def test_what_is_no_stream_stays_as_it_is(blob: bytes) -> None:
    assert unfolded(blob) == blob


def _kept(store: Store) -> list[bytes]:
    with store.database.reading() as connection:
        blobs = connection.execute(select(schema.profiles.c.blob).order_by(schema.profiles.c.column)).scalars()
        return [bytes(blob) for blob in blobs]


def test_what_was_kept_before_is_read_and_vacuum_folds_it(store: Store) -> None:
    """On both engines: the same counts, the same dump, and the same scan again mends nothing."""
    rows = [ProfileRow(WHOLE, f"c{n}", "l", "numeric", blob) for n, blob in enumerate(BLOBS)]
    store.profiles.put("s", "inputs", [(day(0), revision(0), rows)])
    new, dump = _kept(store), store.dump()
    assert sum(map(len, new)) < sum(map(len, BLOBS)) / 4
    before = [b for b in BLOBS if not b.startswith(MARK)]  # no version wrote such
    with store.database.writing("as a version before kept it") as connection:
        for blob in before:
            at = schema.profiles.c.blob == folded(blob)
            connection.execute(update(schema.profiles).where(at).values(blob=blob))
    assert sum(map(len, _kept(store))) > sum(map(len, before))
    assert [p.blob for p in store.profiles.of("s", "inputs", [day(0)])] == list(BLOBS)
    assert store.dump() == dump
    assert store.profiles.put("s", "inputs", [(day(0), revision(0), rows)]) == 0
    assert sum(map(len, _kept(store))) > sum(map(len, before)), "it was not damaged: nothing to mend"
    for _ in range(2):
        store.space.vacuum()
        assert _kept(store) == new
        assert store.dump() == dump
