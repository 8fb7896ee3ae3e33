"""Every stored form: no two alike, each reads the one before, a newer one is refused and never taken for damage."""

import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.store.samples import decision
from tidegauge.core.errors import CorruptBlob, NewerForm
from tidegauge.core.forms import FORMS, Form, marked, read_marked
from tidegauge.decisions import record, spreads
from tidegauge.profiles.states.arrays import read_arrays, write_arrays
from tidegauge.profiles.states.base import State
from tidegauge.profiles.states.cells import Cells
from tidegauge.relations import plan
from tidegauge.store.codec import read, write
from tidegauge.store.json_forms import JSON_FORMS

BLOBS = [record.FORM, spreads.FORM, plan.FIT]
SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture
def made() -> Iterator[None]:
    """Forms that a test makes are gone after it."""
    before = dict(FORMS)
    yield
    FORMS.clear()
    FORMS.update(before)


def states() -> list[type[State]]:
    return [s for s in State.__subclasses__() if s.__module__.startswith("tidegauge")]


def test_every_state_and_every_kind_of_blob_has_a_form_of_its_own() -> None:
    used = [s.form for s in states()] + BLOBS
    assert len({f.tag for f in used}) == len(used)
    assert all(FORMS[f.name] is f for f in (*used, *JSON_FORMS.values()))


def test_a_form_without_a_reader_for_the_one_before_does_not_come_into_being(made: None) -> None:
    with pytest.raises(TypeError, match="written as number 2 and has no reader for number 1: stores that were written"):
        Form[memoryview]("a state that was widened", 2, tag=201)
    with pytest.raises(TypeError, match="has no reader for number 3"):
        Form[memoryview]("a state that was widened again", 4, tag=201, readers={1: bytes_of, 2: bytes_of})
    assert "a state that was widened" not in FORMS


def test_forms_of_one_name_or_tag_are_refused(made: None) -> None:
    with pytest.raises(TypeError, match="share a name or a tag"):
        Form[memoryview]("cells", tag=202)
    with pytest.raises(TypeError, match="one and cells share"):
        Form[memoryview]("one", tag=Cells.form.tag)


def test_an_older_form_goes_through_every_reader(made: None) -> None:
    form = Form[str]("a text", 3, readers={1: lambda t: t + " two", 2: lambda t: t + " three"})
    assert [form.current(n, "x") for n in (1, 2, 3)] == ["x two three", "x three", "x"]
    late = Form[str]("a late text", 3, readers={2: str.upper})
    with pytest.raises(NewerForm, match="a late text in form 1, and this tidegauge reads from form 2 on"):
        late.current(1, "x")


@pytest.mark.parametrize("kind", states(), ids=lambda s: s.form.name)
def test_a_newer_state_is_refused_in_a_sentence_and_is_no_damage(kind: type[State]) -> None:
    row = bytearray(kind.zero().to_row())
    number = kind.form.number + 1
    row[2], row[4:8] = number, zlib.crc32(row[8:], number - 1).to_bytes(4, "little")
    with pytest.raises(NewerForm, match=f"holds {kind.form.name} in form {number}.*upgrade tidegauge here too") as e:
        kind.from_row(bytes(row))
    assert not isinstance(e.value, CorruptBlob)


@pytest.mark.parametrize("form", BLOBS, ids=lambda f: f.name)
def test_so_are_newer_arrays(form: Form[Any]) -> None:
    blob = bytearray(write_arrays(form, {"a": np.zeros(2)}))
    number = form.number + 1
    blob[2], blob[4:8] = number, zlib.crc32(blob[8:], number - 1).to_bytes(4, "little")
    with pytest.raises(NewerForm, match="upgrade tidegauge here too"):
        read_arrays(form, bytes(blob))


def test_so_is_a_newer_decision() -> None:
    text = write(decision(1)).replace('"form":2', '"form":3')
    with pytest.raises(NewerForm, match="a decision in form 3"):
        read(type(decision(1)), text)
    for odd in ('"form":"2"', '"form":0', '"form":true'):
        with pytest.raises(ValueError, match="the number of a stored form is"):
            read(type(decision(1)), write(decision(1)).replace('"form":2', odd))


def test_the_first_form_goes_without_a_number() -> None:
    first = JSON_FORMS[next(k for k, f in JSON_FORMS.items() if f.number == 1)]
    assert marked(first, {"a": 1}) == {"a": 1} == read_marked(first, {"a": 1})


def test_spreads_of_before_are_read() -> None:
    """Their tails of signals were called terms."""
    assert spreads.FORM.current(1, {"terms": np.ones(3), "scale": np.zeros(1)}).keys() == {"signals", "scale"}


def test_no_field_is_stored_under_another_name() -> None:
    """A field that is renamed makes another form; a second name beside it would stay for ever."""
    assert all(not f.metadata for kind in JSON_FORMS if is_dataclass(kind) for f in fields(kind))
    assert not [p for p in SOURCES.rglob("*.py") if '"stored":' in p.read_text(encoding="utf-8")]


def bytes_of(body: memoryview) -> memoryview:
    return body
