"""Layouts that were cut again: at which point, from which layout, to which; and where somebody has looked."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import insert, select

from tidegauge.store.database import Database
from tidegauge.store.part import Names, StorePart
from tidegauge.store.schema import layouts, names
from tidegauge.store.schema import recuts as table
from tidegauge.store.wire import second

_recut = table.c
LOOK = 0  # the number of no column: a row that says that somebody has looked
PASSED = ""  # in the place of the layouts before: a point up to which nobody looks any more
LABELS_PASSED = "labels"  # the same of labels alone

Cut = TypeVar("Cut", bound=tuple[Any, ...])


def in_force(first: Mapping[str, str], cut: Iterable[Cut]) -> Iterator[Cut]:
    """Those recuts, in order of time, that hold: (point, column, layout before, layout, …). `first`: column → layout.

    A gap that was filled may bring a cut before one that is there. What was cut from another layout is then passed
    over, and looked at again.
    """
    now = dict(first)
    for one in cut:
        if now.get(one[1]) == one[2]:
            now[one[1]] = one[3]
            yield one


class Recut(NamedTuple):
    """A column that was cut again. Keyed by the layout before, so that it holds only where that one was in force."""

    point: datetime
    column: str
    was: str
    layout: str
    json: str


class Looked(NamedTuple):
    """Where somebody has looked, by point and the layouts that were in force; `passed`: nobody looks up to there.

    `labels_passed`: nobody looks at labels up to there.
    """

    at: frozenset[tuple[datetime, str]]
    passed: datetime | None
    labels_passed: datetime | None


class Recuts(StorePart):
    """Keeps the recuts of sources. What is found at a point is kept once: the first writer wins."""

    def __init__(self, database: Database, words: Names) -> None:
        super().__init__(database)
        self._words = words

    def put(
        self, source: str, point: datetime, inputs: str, cut: Mapping[str, tuple[str, tuple[str, str, str]]]
    ) -> bool:
        """Keep what was found at a point: column → (the layout before, the new one as (id, kind, JSON text)).

        `inputs`: of the layouts that were in force there. Whether it is new.
        """
        with self._db.writing(f"layouts {source}") as connection:
            key = {"source": source, "point": second(point)}
            known = select(_recut.layout).where(
                _recut.source == source, _recut.point == key["point"], _recut.was == inputs, _recut.column == LOOK
            )
            if connection.execute(known).first() is not None:
                return False
            rows = [{**key, "was": inputs, "column": LOOK, "layout": ""}]
            numbers = self._words.intern(connection, cut) if cut else {}
            for column, (was, (layout, kind, json)) in sorted(cut.items()):
                text = {"id": layout, "kind": kind, "json": json}
                connection.execute(self._db.insert(layouts).on_conflict_do_nothing(), [text])
                rows.append({**key, "was": was, "column": numbers[column], "layout": layout})
            connection.execute(insert(table), rows)
        return True

    def looks(self, source: str) -> Looked:
        """Where somebody has looked."""
        query = select(_recut.point, _recut.was).where(_recut.source == source, _recut.column == LOOK)
        with self._db.reading() as connection:
            rows = [(datetime.fromisoformat(point), was) for point, was in connection.execute(query)]
        passed = max((point for point, was in rows if was == PASSED), default=None)
        labels = max((point for point, was in rows if was in (PASSED, LABELS_PASSED)), default=None)
        return Looked(frozenset(row for row in rows if row[1] not in (PASSED, LABELS_PASSED)), passed, labels)

    def of(self, source: str) -> list[Recut]:
        """Every column that was ever cut again, in order of time."""
        query = (
            select(_recut.point, names.c.text, _recut.was, _recut.layout, layouts.c.json)
            .join_from(table, names, names.c.id == _recut.column)
            .join(layouts, layouts.c.id == _recut.layout)
            .where(_recut.source == source, _recut.column != LOOK)
            .order_by(_recut.point, names.c.text)
        )
        with self._db.reading() as connection:
            return [Recut(datetime.fromisoformat(point), *rest) for point, *rest in connection.execute(query)]
