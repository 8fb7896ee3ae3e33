"""First layouts: the first writer wins."""

from tests.store.samples import HOSTILE
from tidegauge.store.store import Store


def layout(name: str) -> tuple[str, str, str]:
    return (name, "numeric", f'{{"name":"{name}"}}')


def test_the_first_writer_wins(store: Store) -> None:
    assert store.layouts.put("s", {"a": layout("one")}) == {"a": '{"name":"one"}'}
    found = store.layouts.put("s", {"a": layout("two"), "b": layout("three")})
    assert found == {"a": '{"name":"one"}', "b": '{"name":"three"}'} == store.layouts.of("s")
    assert store.layouts.of("another source") == {}


def test_columns_may_have_any_name(store: Store) -> None:
    given = {name: layout(f"l{i}") for i, name in enumerate(HOSTILE)}
    assert store.layouts.put("s", given) == {name: text for name, (_, _, text) in given.items()}
