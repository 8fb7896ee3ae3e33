"""Which scans of which windows are stored: the rows of the table `revisions`, and which one is current."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, literal_column, select, update

from tidegauge.core.window import Window
from tidegauge.store.part import chunks
from tidegauge.store.schema import revisions
from tidegauge.store.wire import start_of

_revision = revisions.c


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
    current: bool


Scans = dict[str, dict[Scan, Known]]  # window key → what was scanned → where it is kept


def of_source(source: str, stage: str) -> tuple[ColumnElement[bool], ...]:
    """The condition that a revision is of this source and stage."""
    return _revision.source == source, _revision.stage == str(stage)


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
            found.setdefault(window, {})[Scan(*facts)] = Known(id_, number, bool(current))
    return found


def mark_scans(connection: Connection, ids: Sequence[int], *, current: bool) -> None:
    """Say of some stored scans whether they are current."""
    for some in chunks(ids):
        connection.execute(update(revisions).where(_revision.id.in_(some)).values(current=int(current)))


def add_scans(connection: Connection, source: str, stage: str, new: Iterable[tuple[Window, Scan, int, bool]]) -> None:
    """Store scans, each with its number among its window's and whether it is the current one."""
    rows = [
        {
            "source": source,
            "stage": str(stage),
            "window": window.key,
            "window_start": start_of(window),
            "number": number,
            "current": int(current),
            **scan._asdict(),
        }
        for window, scan, number, current in new
    ]
    if rows:
        connection.execute(insert(revisions), rows)
