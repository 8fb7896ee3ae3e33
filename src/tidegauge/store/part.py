"""What the store's parts share: the database, and the interned words."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, select

from tidegauge.store.database import Database
from tidegauge.store.schema import names
from tidegauge.store.wire import wire

T = TypeVar("T")
CHUNK = 500  # values in one IN (…): far below every engine's limit on bound values


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists of at most `size`.

    >>> list(chunks("abc", 2))
    [['a', 'b'], ['c']]
    """
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


class Names:
    """The table of words that profiles refer to by number; what was committed once never changes, so it is cached."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts: dict[int, str] = {}
        self._numbers: dict[str, int] = {}

    def number(self, connection: Connection, text: str) -> int | None:
        """The number of a word, or None if nothing was ever stored under it."""
        return self.numbers(connection, [text]).get(text)

    def numbers(self, connection: Connection, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of those words that have one."""
        wanted = set(texts)
        found = {text: self._numbers[text] for text in wanted if text in self._numbers}
        for some in chunks(sorted(wanted - found.keys())):
            query = select(names.c.text, names.c.id).where(names.c.digest.in_([_digest(text) for text in some]))
            found.update((text, number) for text, number in connection.execute(query))
        return found

    def intern(self, connection: Connection, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of all the words, new ones added. Remember them with `learn` once the transaction is through."""
        wanted = set(texts)
        found = self.numbers(connection, wanted)
        # In one order everywhere, so that two transactions that add the same words on PostgreSQL wait for each other
        # in a line and never in a ring.
        rows = sorted(({"digest": _digest(text), "text": text} for text in wanted - found.keys()), key=_by_digest)
        if rows:
            connection.execute(self._database.insert(names).on_conflict_do_nothing(), rows)
            found = self.numbers(connection, wanted)
        return found

    def learn(self, numbers: dict[str, int]) -> None:
        """Remember numbers that are committed."""
        self._numbers.update(numbers)
        self._texts.update((number, text) for text, number in numbers.items())

    def texts(self, connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
        """The words of some numbers."""
        missing = [number for number in set(numbers) if number not in self._texts]
        for some in chunks(missing):
            query = select(names.c.text, names.c.id).where(names.c.id.in_(some))
            self.learn({row.text: row.id for row in connection.execute(query)})
        return self._texts


class StorePart:
    """A part of the store: verbs over the database that all parts share."""

    def __init__(self, database: Database) -> None:
        self._db = database


def digest(parts: Sequence[str]) -> str:
    """A content hash of a list of texts (lengths included, so that no two lists run into each other)."""
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(raw) + raw)
    return whole.hexdigest()


def inserted(result: CursorResult[Any]) -> int:
    """The number that the database gave to the one row just inserted."""
    key = result.inserted_primary_key
    assert key is not None, "the row of one INSERT has a key"  # noqa: S101 - narrows a type
    return int(key[0])


def _digest(text: str) -> str:
    return hashlib.sha256(wire(text).encode()).hexdigest()


def _by_digest(row: dict[str, str]) -> str:
    return row["digest"]
