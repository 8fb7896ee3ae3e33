"""Layouts: the first writer wins, a new version takes over, old ones stay."""

import pytest

from tests.store.samples import HOSTILE
from tidegauge.core.errors import StoreError
from tidegauge.store.store import Store


def layout(name: str) -> tuple[str, str, str]:
    return (name, "numeric", f'{{"name":"{name}"}}')


def test_the_first_writer_wins(store: Store) -> None:
    assert store.layouts.put("s", {"a": layout("one")}) == {"a": '{"name":"one"}'}
    found = store.layouts.put("s", {"a": layout("two"), "b": layout("three")})
    assert found == {"a": '{"name":"one"}', "b": '{"name":"three"}'} == store.layouts.of("s")
    assert store.layouts.of("another source") == {}


def test_a_new_version_takes_over_and_the_old_one_stays_readable(store: Store) -> None:
    store.layouts.put("s", {"a": layout("one"), "b": layout("b")})
    assert store.layouts.replace("s", {"a": layout("two")})["a"] == '{"name":"two"}'
    assert store.layouts.versions("s") == {"a": (2, "two"), "b": (1, "b")}
    assert store.layouts.text("one") == '{"name":"one"}'
    store.layouts.replace("s", {"a": layout("two")})
    assert store.layouts.versions("s")["a"] == (2, "two"), "the same again is no new version"


def test_a_replacement_of_what_is_no_longer_active_is_left_out(store: Store) -> None:
    store.layouts.put("s", {"a": layout("one")})
    store.layouts.replace("s", {"a": layout("two")}, replacing={"a": "one"})
    store.layouts.replace("s", {"a": layout("three")}, replacing={"a": "one"})
    assert store.layouts.versions("s") == {"a": (2, "two")}


def test_columns_may_have_any_name(store: Store) -> None:
    given = {name: layout(f"l{i}") for i, name in enumerate(HOSTILE)}
    assert store.layouts.put("s", given) == {name: text for name, (_, _, text) in given.items()}


def test_a_layout_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match=r'has no layout "nowhere"\. Profiles that refer to it cannot be read'):
        store.layouts.text("nowhere")
