"""How profiles get into the store: which of a window's scans are new, which are mended, and which are current then."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from tidegauge.core.window import Window
from tidegauge.store.packing import folded, unfolded
from tidegauge.store.part import chunks, digest
from tidegauge.store.scans import (
    CURRENT,
    REPLACED,
    STANDS,
    Known,
    Scan,
    Scans,
    add_scans,
    find_scans,
    mark_scans,
    marks_of,
)
from tidegauge.store.schema import profiles

if TYPE_CHECKING:
    from tidegauge.store.profiles import Entry, ProfileRow

_profile = profiles.c


def put_scans(
    connection: Connection,
    source: str,
    stage: str,
    known: Scans,
    entries: "Sequence[Entry]",
    cut_offs: Mapping[Window, Collection[str]] | None,
    numbers: Mapping[str, int],
) -> int:
    """Store some entries where `known` is stored; how many windows have another current revision by it."""
    scans = [Scan(r.rows, r.freshest, r.checksum, _shape(rows)) for _, r, rows in entries]
    mended: dict[int, Sequence[ProfileRow]] = {}
    new: dict[tuple[str, Scan], tuple[Window, Sequence[ProfileRow]]] = {}
    by_window: dict[str, list[Scan]] = {}
    for (window, _, rows), scan in zip(entries, scans, strict=True):
        of_window = known.setdefault(window.key, {})
        by_window.setdefault(window.key, []).append(scan)
        if scan not in of_window:
            of_window[scan] = Known(0, len(of_window) + 1, REPLACED)
            new[window.key, scan] = window, rows
        elif of_window[scan].id:
            mended[of_window[scan].id] = rows
    marks = _marks(known, by_window, [window for window, *_ in entries], cut_offs)
    changed = _newly_current(known, marks)
    _mend(connection, mended, numbers)
    _mark(connection, known, marks)
    added = ((window, scan, known[key][scan].number, marks[key][scan]) for (key, scan), (window, _) in new.items())
    add_scans(connection, source, stage, added)
    stored = find_scans(connection, source, stage, {key for key, _ in new})
    _add_rows(connection, [(stored[key][scan].id, rows) for (key, scan), (_, rows) in new.items()], numbers)
    return changed


def _marks(
    known: Scans,
    by_window: Mapping[str, Sequence[Scan]],
    windows: Iterable[Window],
    cut_offs: Mapping[Window, Collection[str]] | None,
) -> dict[str, dict[Scan, int]]:
    """What each scan of some windows is from now on; `by_window`: those that were made of them just now."""
    marks = {}
    for window in windows:
        stand = None if cut_offs is None else cut_offs[window]
        marks[window.key] = marks_of(known[window.key], by_window[window.key], stand)
    return marks


def _newly_current(known: Scans, marks: Mapping[str, Mapping[Scan, int]]) -> int:
    """How many scans become current that were not."""
    return sum(
        mark == CURRENT != known[key][scan].current for key, some in marks.items() for scan, mark in some.items()
    )


def _add_rows(
    connection: Connection, new: "Sequence[tuple[int, Sequence[ProfileRow]]]", numbers: Mapping[str, int]
) -> None:
    values = [
        {
            "revision": revision,
            "segment": numbers[row.segment],
            "column": numbers[row.column],
            "layout": numbers[row.layout],
            "kind": numbers[row.kind],
            "blob": folded(row.blob),
        }
        for revision, rows in new
        for row in rows
    ]
    if values:
        connection.execute(insert(profiles), values)


def _mend(connection: Connection, kept: "Mapping[int, Sequence[ProfileRow]]", numbers: Mapping[str, int]) -> None:
    """Write anew what is stored of some scans where it is not what the same scan gives now."""
    stored: dict[int, dict[tuple[int, int, int], bytes]] = {id_: {} for id_ in kept}
    for some in chunks(kept):
        query = select(_profile.revision, _profile.segment, _profile.column, _profile.kind, _profile.blob)
        for id_, *place, blob in connection.execute(query.where(_profile.revision.in_(some))):
            stored[id_][place[0], place[1], place[2]] = unfolded(bytes(blob))
    for id_, rows in kept.items():
        right = {(numbers[r.segment], numbers[r.column], numbers[r.kind]): r.blob for r in rows}
        if stored[id_] != right:
            connection.execute(delete(profiles).where(_profile.revision == id_))
            _add_rows(connection, [(id_, rows)], numbers)


def _mark(connection: Connection, known: Scans, marks: Mapping[str, Mapping[Scan, int]]) -> None:
    """Say of stored scans what they are now: the current ones last, for a window has one at the most."""
    other = [
        (known[key][scan], mark)
        for key, some in marks.items()
        for scan, mark in some.items()
        if known[key][scan].id and known[key][scan].current != mark
    ]
    for mark in (REPLACED, STANDS, CURRENT):
        mark_scans(connection, [one.id for one, now in other if now == mark], mark)


def words_of(rows: "Iterable[ProfileRow]") -> list[str]:
    """The words that some rows are spelled in."""
    return [word for r in rows for word in (r.segment, r.column, r.layout, r.kind)]


def _shape(rows: "Sequence[ProfileRow]") -> str:
    return digest(words_of(sorted(rows, key=_place)))


def _place(row: "ProfileRow") -> tuple[str, str]:
    return row.segment, row.column
