"""Two connections at the same outbox: whoever looked first changes only what still is as it was seen.

PostgreSQL alone: a writer of SQLite has the whole file. The second connection does its work in the very moment between
the first one's look and its change, so nothing here depends on luck.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event

from tests.store.samples import CLOCK, LATER, day, decision
from tests.store.test_forgotten import of
from tidegauge.core.intent import MEND
from tidegauge.store.schema import metadata
from tidegauge.store.store import Store

INPUTS = "inputs"
Act = Callable[[Store], object]


@pytest.fixture
def two(migrated: str) -> Iterator[tuple[Store, Store]]:
    """Two open stores, of two processes as it were, with one notice in the outbox."""
    with psycopg.connect(migrated, autocommit=True) as admin:
        admin.execute(f"TRUNCATE {', '.join(metadata.tables)} CASCADE".encode())
    with Store.open(migrated) as one, Store.open(migrated) as other:
        one.decisions.commit(decision(1), b"", [of(1, "page")], as_of=CLOCK)
        yield one, other


@contextmanager
def meanwhile(store: Store, act: Callable[[], object]) -> Iterator[None]:
    """Do something else just before the store's first change of the outbox."""
    did: list[object] = []

    def before(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE outbox") and not did:
            did.append(None)
            act()

    event.listen(store.database.engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(store.database.engine, "before_cursor_execute", before)
    assert did, "nothing was changed"


def claim(store: Store) -> bool:
    return store.outbox.claim("page", "worker", 60, as_of=CLOCK)


def done(store: Store) -> str:
    return store.outbox.finish("page", ok=True, as_of=LATER, worker="worker")


def failed(store: Store) -> str:
    return store.outbox.finish("page", ok=False, note="no", as_of=LATER, worker="worker")


def passed(store: Store) -> bool:
    return store.outbox.pass_over("page", "nobody there", as_of=LATER)


def dismissed(store: Store) -> bool:
    return store.outbox.dismiss("page", "ana", as_of=LATER)


def forget(store: Store) -> bool:
    return store.tombstones.withdraw("m", INPUTS, day(1), [of(1, "mend", action=MEND)], as_of=LATER)


def state(store: Store) -> str:
    return next(c.state for c in store.outbox.carried("m") if c.intent.key == "page")


@pytest.mark.parametrize(
    ("before", "act", "said", "ends"),
    [
        ((), claim, False, "withdrawn"),  # it was claimed, sent and done: a page of a window that nobody knows any more
        ((), passed, False, "withdrawn"),
        ((claim,), done, "forgotten", "forgotten"),
        ((claim,), failed, "withdrawn", "withdrawn"),
        ((), dismissed, False, "withdrawn"),
    ],
)
def test_a_window_is_forgotten_while_its_page_is_handed_out(
    two: tuple[Store, Store],
    before: tuple[Act, ...],
    act: Act,
    said: object,
    ends: str,
) -> None:
    one, other = two
    for earlier in before:
        earlier(one)
    with meanwhile(one, lambda: forget(other)):
        assert act(one) == said
    assert state(one) == ends


@pytest.mark.parametrize(
    ("acts", "ends", "after"),
    [
        ((claim,), "withdrawn", "forgotten"),  # it is being sent: told, and no longer counts as told
        ((claim, done), "forgotten", "forgotten"),
        ((claim, failed), "withdrawn", "forgotten"),
        ((passed,), "withdrawn", "forgotten"),
        ((dismissed,), "withdrawn", "forgotten"),
    ],
)
def test_a_page_is_handed_out_while_its_window_is_forgotten(
    two: tuple[Store, Store], acts: tuple[Act, ...], ends: str, after: str
) -> None:
    one, other = two
    with meanwhile(one, lambda: [act(other) for act in acts]):
        assert forget(one)
    assert state(one) == ends
    assert done(other) == after
    assert state(one) == after
    assert "page" in one.outbox.former("m"), "its next life has another key"
