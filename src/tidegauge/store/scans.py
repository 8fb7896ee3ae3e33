"""Which scans of which windows are stored: the rows of the table `revisions`, and which one is current."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, literal_column, select, update

from tidegauge.core.window import Window
from tidegauge.store.part import chunks
from tidegauge.store.schema import revisions
from tidegauge.store.wire import start_of

_revision = revisions.c
REPLACED, CURRENT = 0, 1
STANDS = 2  # what was known by a cut-off before the current one's


class Scan(NamedTuple):
    """What makes two profilings of a window the same: the data's revision, and the layouts it was counted in."""

    rows: int
    freshest: str
    checksum: str
    shape: str  # digest of every profile's segment, column, layout and kind


class Known(NamedTuple):
    """Where a scan is kept."""

    id: int  # 0 for one that is not stored yet
    number: int
    current: int  # REPLACED, CURRENT or STANDS


Scans = dict[str, dict[Scan, Known]]  # window key → what was scanned → where it is kept


def of_source(source: str, stage: str) -> tuple[ColumnElement[bool], ...]:
    """The condition that a revision is of this source and stage."""
    return _revision.source == source, _revision.stage == str(stage)


def is_known(source: str, stage: str) -> tuple[ColumnElement[bool], ...]:
    """The condition that it is what is known now of its window, or what was known by an earlier cut-off."""
    return *of_source(source, stage), _revision.current != REPLACED


def is_current(source: str, stage: str) -> tuple[ColumnElement[bool], ...]:
    """The condition that it is, besides, the current one of its window."""
    return *of_source(source, stage), _revision.current == literal_column("1")  # as the index has it, not a bound value


def find_scans(connection: Connection, source: str, stage: str, keys: Iterable[str]) -> Scans:
    """What is stored of some windows."""
    found: Scans = {}
    scan = (_revision.rows, _revision.freshest, _revision.checksum, _revision.shape)
    query = select(_revision.window, _revision.id, _revision.number, _revision.current, *scan)
    for some in chunks(sorted(set(keys))):
        rows = connection.execute(query.where(*of_source(source, stage), _revision.window.in_(some)))
        for window, id_, number, current, *facts in rows:
            found.setdefault(window, {})[Scan(*facts)] = Known(id_, number, current)
    return found


def mark_scans(connection: Connection, ids: Sequence[int], mark: int) -> None:
    """Say of some stored scans whether they are current."""
    for some in chunks(ids):
        connection.execute(update(revisions).where(_revision.id.in_(some)).values(current=mark))


def add_scans(connection: Connection, source: str, stage: str, new: Iterable[tuple[Window, Scan, int, int]]) -> None:
    """Store scans, each with its number among its window's and whether it is the current one."""
    rows = [
        {
            "source": source,
            "stage": str(stage),
            "window": window.key,
            "window_start": start_of(window),
            "number": number,
            "current": mark,
            **scan._asdict(),
        }
        for window, scan, number, mark in new
    ]
    if rows:
        connection.execute(insert(revisions), rows)


def marks_of(known: Mapping[Scan, Known], put: Sequence[Scan], cut_offs: Collection[str] | None) -> dict[Scan, int]:
    """What each scan of a window is once some were put, in this order.

    Without cut-offs the last one is current, and all others are replaced. Else the newest of each cut-off stands, and
    that of the last cut-off is current; what was known by another moment is replaced.
    """
    marks = dict.fromkeys([*known, *put], REPLACED)
    if cut_offs is None:
        return marks | {put[-1]: CURRENT}
    stand = {s.freshest: s for s, one in known.items() if one.current != REPLACED and s.freshest in cut_offs}
    stand |= {s.freshest: s for s in put}
    last = max(stand, key=datetime.fromisoformat)
    return marks | {s: CURRENT if at == last else STANDS for at, s in stand.items()}
