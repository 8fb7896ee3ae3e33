"""Every kind of state: a sum with a zero, bytes that read back, and not one flipped bit that passes unnoticed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegauge.core.errors import CorruptBlob
from tidegauge.profiles.content import digest_of_labels
from tidegauge.profiles.states.base import State
from tidegauge.profiles.states.cells import Cells
from tidegauge.profiles.states.label_cells import LabelCells
from tidegauge.profiles.states.sampled_rows import SampledRows

counts = st.integers(1, 2**40)
sums = st.integers(-(2**52), 2**52)
edge = st.floats(allow_nan=False, allow_infinity=False)
codes = st.lists(st.integers(0, 300), unique=True, max_size=12).map(sorted)


def ints(values: list[int]) -> Any:  # noqa: ANN401 - an array
    return np.array(values, dtype=np.int64)


@st.composite
def categories(draw: Callable[..., Any]) -> Cells:
    some = draw(codes)
    return Cells(ints(some), ints([draw(counts) for _ in some]))


@st.composite
def numbers(draw: Callable[..., Any]) -> Cells:
    some = draw(codes)
    if not some:
        return Cells.zero()
    ends = [sorted((draw(edge) + 0.0, draw(edge) + 0.0)) for _ in some]
    least, most = (np.array([e[k] for e in ends], dtype=np.float64) for k in (0, 1))
    return Cells(ints(some), ints([draw(counts) for _ in some]), ints([draw(sums) for _ in some]), least, most)


@st.composite
def labels(draw: Callable[..., Any]) -> LabelCells:
    some = draw(codes)
    fields = [ints([draw(each) for _ in some]) for each in (counts, sums, sums, counts)]
    added = draw(st.dictionaries(st.sampled_from(["rows", "error upper", "0.5 hits"]), st.integers(-(2**70), 2**70)))
    return LabelCells(ints(some), *fields, sums=added)


@st.composite
def rows(draw: Callable[..., Any]) -> SampledRows:
    """Few hashes, so that many are equal; a column that only some states have; more rows than are kept."""
    if draw(st.booleans()) and draw(st.booleans()):
        return SampledRows.zero()
    hashes = draw(st.lists(st.integers(0, 9) | st.integers(0, 2**60 - 1), max_size=12))
    value = st.sampled_from([0.0, -0.0, float("nan"), float("inf"), 5e-324]) | st.floats()
    values: dict[str, Any] = {"b": np.array([draw(value) for _ in hashes], dtype=np.float64)}
    values |= {"a": ints([draw(st.integers(0, 300)) for _ in hashes])}
    if draw(st.booleans()):
        values["ä🙂"] = np.array([draw(value) for _ in hashes], dtype=np.float64)
    return SampledRows.drawn(draw(st.sampled_from([1, 8, 1000])), ints(hashes), list(values), values)


EVERY: dict[str, tuple[type[State], st.SearchStrategy[Any]]] = {
    "cells of categories": (Cells, categories()),
    "cells of numbers": (Cells, numbers()),
    "labels": (LabelCells, labels()),
    "sampled rows": (SampledRows, rows()),
}
every_state = pytest.mark.parametrize(("kind", "states"), EVERY.values(), ids=EVERY)


def all_states() -> set[type[State]]:
    """Every kind that any room has made."""
    return set(State.__subclasses__())


def test_labels_of_before_there_were_sums_read_as_they_are() -> None:
    """A store of the first form: the same cells, no sums, and the digest that is made of them."""
    cells = LabelCells(ints([7, 9]), ints([3, 1]), ints([2, 0]), ints([5, 6]), ints([3, 1]))
    assert cells.first_form()[2] == 1
    assert LabelCells.from_row(cells.first_form()) == cells
    added = LabelCells(cells.codes, cells.counts, cells.labels, cells.parts, cells.truths, sums={"rows": 2**70})
    assert added.to_row()[2] == 2
    assert LabelCells.from_row(added.to_row()).sums == {"rows": 2**70}
    assert (LabelCells.from_row(cells.first_form()) + added).sums == {"rows": 2**70}
    assert digest_of_labels({"*": added}) == digest_of_labels({"*": cells})


def test_no_state_is_left_out() -> None:
    assert all_states() == {kind for kind, _ in EVERY.values()}
    tags = [kind.form.tag for kind in all_states()]
    assert len(tags) == len(set(tags)), "a state's first bytes say which kind it is"


@every_state
@settings(max_examples=40)
@given(data=st.data())
def test_it_is_a_commutative_sum(kind: type[State], states: st.SearchStrategy[Any], data: st.DataObject) -> None:
    a, b, c = (data.draw(states) for _ in range(3))
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert ((a + b) + c).to_row() == (c + (b + a)).to_row()
    for state in (a, kind.zero()):
        assert kind.zero() + state == state + kind.zero() == state
    assert hash(a + b) == hash(b + a)


@every_state
@settings(max_examples=40)
@given(data=st.data())
def test_it_reads_back_what_it_wrote(kind: type[State], states: st.SearchStrategy[Any], data: st.DataObject) -> None:
    state = data.draw(states)
    row = state.to_row()
    again = kind.from_row(row)
    assert again == state
    assert again.to_row() == row
    assert again + state == state + state, "what was read adds like what was counted"


@every_state
@settings(max_examples=5)
@given(data=st.data())
def test_no_flipped_byte_passes(kind: type[State], states: st.SearchStrategy[Any], data: st.DataObject) -> None:
    row = data.draw(states).to_row()
    for k in range(len(row)):
        for flip in (1, 0x80, 0xFF):
            harmed = bytearray(row)
            harmed[k] ^= flip
            with pytest.raises(CorruptBlob, match="stored"):
                kind.from_row(bytes(harmed))
        with pytest.raises(CorruptBlob, match="stored"):
            kind.from_row(row[:k])
    with pytest.raises(CorruptBlob, match="checksum"):
        kind.from_row(row + b"\0")


@every_state
def test_another_kinds_bytes_are_refused(kind: type[State], states: st.SearchStrategy[Any]) -> None:
    for other in all_states() - {kind}:
        with pytest.raises(CorruptBlob, match=f"this version reads kind {kind.form.tag}, {kind.form.name}"):
            kind.from_row(other.zero().to_row())


def test_a_sum_past_64_bits_is_refused() -> None:
    """Never a wrong number."""
    large = Cells(ints([3]), ints([2**62]))
    with pytest.raises(OverflowError, match="does not fit 64 bits"):
        _ = large + large
