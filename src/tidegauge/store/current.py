"""The rows of a table that are current, remembered between looks: what was read once is not read again.

An hour brings one row more to thousands, and every verb wants to know all of them as they are by now. A row, once
written, changes in nothing but in whether it is current, no row is ever deleted, and so no number is given twice: the
numbers of the current rows say exactly what they hold. They are read at each look, as one text out of an index (some
0.1 ms for a thousand); rows are read where their number is not known yet. So a look is as fresh as a full read,
whoever has written meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, func, select

from tidegauge.core.window import Window
from tidegauge.store.part import chunks
from tidegauge.store.wire import window_of

T = TypeVar("T")
FEW = 100  # new rows that are asked for by their numbers; where there are more, all current ones are read at once


@dataclass
class Current(Generic[T]):
    """What one place of a table (a source's stage, a monitor's stage) held at the last look, by window in time order.

    `changes` grows when something has changed. `found` belongs to the memory: hand out copies.
    """

    found: dict[Window, T] = field(default_factory=dict)
    changes: int = 0
    _numbers: str | None = None
    _rows: dict[int, tuple[str, str, T]] = field(default_factory=dict)  # number → window's start and key, what it holds
    _end: tuple[str, str] = ("", "")  # start and key of the last window

    def refresh(
        self,
        connection: Connection,
        number: ColumnElement[int],
        where: Sequence[ColumnElement[bool]],
        query: Select[Any],
        read: Callable[[Row[Any]], T],
    ) -> "Current[T]":
        """Bring it up to date. `query` gives number, window's start, window's key and what `read` makes a T of."""
        numbers = connection.execute(select(func.aggregate_strings(cast(number, Text), ",")).where(*where)).scalar()
        if numbers == self._numbers:
            return self
        now = {int(n) for n in numbers.split(",")} if numbers else set()
        new = now - self._rows.keys()
        rows: dict[int, tuple[str, str, T]] = {}
        if len(new) > FEW:
            some = connection.execute(query.where(*where)).all()
            rows = {row[0]: (row[1], row[2], read(row)) for row in some if row[0] in new}
        for missing in chunks(sorted(new - rows.keys())):  # few, or no longer current: they are what they were
            some = connection.execute(query.where(number.in_(missing))).all()
            rows |= {row[0]: (row[1], row[2], read(row)) for row in some}
        self._take(rows, self._rows.keys() - now)
        self._numbers = numbers
        return self

    def _take(self, new: dict[int, tuple[str, str, T]], gone: set[int]) -> None:
        """Put new rows where they belong: at the end, mostly."""
        for number in gone:
            del self._rows[number]
        self._rows |= new
        added = sorted(new.values(), key=_place)
        if gone or (added and _place(added[0]) <= self._end):
            added, self.found = sorted(self._rows.values(), key=_place), {}
        self.found |= {window_of(key): value for _, key, value in added}
        self._end = _place(added[-1]) if added else self._end
        self.changes += 1


def _place(row: tuple[str, str, object]) -> tuple[str, str]:
    return row[:2]
