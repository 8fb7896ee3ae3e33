"""Profiles and the revisions of the data that they were counted from."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select

from tidegauge.core.window import WHOLE, Window
from tidegauge.store.current import Current
from tidegauge.store.database import Database
from tidegauge.store.part import Names, StorePart, chunks, digest
from tidegauge.store.scans import Known, Scan, Scans, add_scans, find_scans, is_current, mark_scans
from tidegauge.store.schema import profiles, revisions

_revision = revisions.c
_profile = profiles.c
_facts = (_revision.rows, _revision.freshest, _revision.checksum)


@dataclass(frozen=True, slots=True)
class Revision:
    """The watermark of a window's data: when it is unchanged there is nothing to profile."""

    rows: int
    freshest: str  # the newest ingest time, as the warehouse writes it
    checksum: str


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile to be stored. The blob is opaque here: it carries its own format version and checksum."""

    segment: str
    column: str
    layout: str  # layout id
    kind: str  # of state
    blob: bytes


class StoredProfile(NamedTuple):
    """One profile that was read. A named tuple: six hundred of these are made in the hot read of every window."""

    window: Window
    segment: str
    column: str
    layout: str
    kind: str
    blob: bytes


Entry = tuple[Window, Revision, Sequence[ProfileRow]]
Added = tuple[Window, Scan, Sequence[ProfileRow]]  # not stored yet


class _Where(NamedTuple):
    """Conditions with ? for their bound values."""

    conditions: tuple[str, ...] = ()
    bound: tuple[object, ...] = ()

    def also(self, condition: str, *bound: object) -> "_Where":
        return _Where((*self.conditions, condition), (*self.bound, *bound))


class Profiles(StorePart):
    """Saves profiles by (source, stage, window, data revision) and finds the current ones."""

    def __init__(self, database: Database, words: Names) -> None:
        super().__init__(database)
        self._words = words
        self._revisions: dict[tuple[str, str], Current[Revision]] = {}

    def revision(self, source: str, stage: str, window: Window) -> Revision | None:
        """The current revision of a window, or None if it was never profiled."""
        with self._db.reading() as connection:
            query = select(*_facts).where(*is_current(source, stage), _revision.window == window.key)
            row = connection.execute(query).first()
        return Revision(*row) if row else None

    def revisions(self, source: str, stage: str) -> dict[Window, Revision]:
        """The current revision of every profiled window, in time order."""
        known = self._revisions.setdefault((source, stage), Current())
        query = select(_revision.id, _revision.window_start, _revision.window, *_facts)
        with self._db.reading() as connection:
            found = known.refresh(connection, _revision.id, is_current(source, stage), query, _revision_of).found
        return found.copy()

    def put(self, source: str, stage: str, entries: Iterable[Entry]) -> int:
        """Store the profiles of some windows in one transaction; return how many windows got another current revision.

        The same revision of a window again, counted in the same layouts, is a no-op, unless what is stored of it was
        damaged: then it is mended. Another one becomes the current one; the rows of older ones stay readable.
        """
        entries = list(entries)  # a generator may be scanning: that must not happen inside the transaction
        if not entries:
            return 0
        words = {word for _, _, rows in entries for word in _words_of(rows)}
        with self._db.writing(f"profiles {source}") as connection:
            numbers = self._words.intern(connection, words)
            known = find_scans(connection, source, stage, (window.key for window, _, _ in entries))
            new, final = _numbered(entries, known)
            stands = {key: known[key][scan] for key, scan in final.items()}
            changed = [(known[key], one) for key, one in stands.items() if not one.current]
            _mend(connection, _rows_by_id(entries, stands), numbers)
            _replace_current(connection, changed)
            scans = ((w, scan, known[w.key][scan].number, final[w.key] == scan) for w, scan, _ in new)
            add_scans(connection, source, stage, scans)
            added = find_scans(connection, source, stage, {window.key for window, *_ in new})
            _add_rows(connection, _with_ids(new, added), numbers)
        self._words.learn(numbers)
        return len(changed)

    def of(
        self,
        source: str,
        stage: str,
        windows: Sequence[Window],
        segment: str | None = WHOLE,
        columns: Collection[str] | None = None,
    ) -> list[StoredProfile]:
        """The current profiles of some windows: of one segment, or of all (None); of some columns, or of all.

        In order of window, segment, column. A window that was never profiled is simply not there.
        """
        found: list[StoredProfile] = []
        with self._db.reading() as connection:
            for some in chunks(sorted(set(windows))):
                where = _Where().also("r.current = 1").also("r.source = ?", source).also("r.stage = ?", str(stage))
                by_key = {window.key: window for window in some}
                where = where.also(f'r."window" IN ({_marks(by_key)})', *by_key)
                found += _read(self._words, connection, by_key, where, segment, columns)
        return found


def _revision_of(row: Row[Any]) -> Revision:
    return Revision(row.rows, row.freshest, row.checksum)


def _read(
    names: Names,
    connection: Connection,
    windows: dict[str, Window],
    where: _Where,
    segment: str | None,
    columns: Collection[str] | None,
) -> list[StoredProfile]:
    """The hot read, as a driver statement: making and compiling it as an expression took as long as running it."""
    for name, words in (("segment", None if segment is None else [segment]), ("column", columns)):
        if words is None:
            continue
        numbers = names.numbers(connection, words)
        names.learn(numbers)
        if not numbers:
            return []
        where = where.also(f'p."{name}" IN ({_marks(numbers)})', *numbers.values())
    statement = (
        'SELECT r."window", p.segment, p."column", p.layout, p.kind, p.blob '  # noqa: S608 - only marks are put in
        f"FROM revisions r JOIN profiles p ON p.revision = r.id WHERE {' AND '.join(where.conditions)}"
    )
    if connection.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    rows = connection.exec_driver_sql(statement, where.bound).all()
    text = names.texts(connection, {number for row in rows for number in row[1:5]})
    # Window keys of one kind sort by time; sorting texts is four times quicker than sorting windows.
    ordered = sorted(rows, key=lambda row: (row[0], text[row[1]], text[row[2]]))
    return [
        StoredProfile(windows[key], text[segment_], text[column], text[layout], text[kind], blob)
        for key, segment_, column, layout, kind, blob in ordered
    ]


def _numbered(entries: Sequence[Entry], known: Scans) -> tuple[list[Added], dict[str, Scan]]:
    """The entries that are not stored yet, numbered in `known`; and window key → the last scan that came of it."""
    new: list[Added] = []
    final: dict[str, Scan] = {}
    for window, revision, rows in entries:
        scan = Scan(revision.rows, revision.freshest, revision.checksum, _shape(rows))
        final[window.key] = scan
        of_window = known.setdefault(window.key, {})
        if scan not in of_window:
            of_window[scan] = Known(0, len(of_window) + 1, current=False)
            new.append((window, scan, rows))
    return new, final


def _add_rows(
    connection: Connection, new: Sequence[tuple[int, Sequence[ProfileRow]]], numbers: Mapping[str, int]
) -> None:
    values = [
        {
            "revision": revision,
            "segment": numbers[row.segment],
            "column": numbers[row.column],
            "layout": numbers[row.layout],
            "kind": numbers[row.kind],
            "blob": row.blob,
        }
        for revision, rows in new
        for row in rows
    ]
    if values:
        connection.execute(insert(profiles), values)


def _mend(connection: Connection, kept: Mapping[int, Sequence[ProfileRow]], numbers: Mapping[str, int]) -> None:
    """Write anew what is stored of some scans where it is not what the same scan gives now."""
    stored: dict[int, dict[tuple[int, int, int], bytes]] = {id_: {} for id_ in kept}
    for some in chunks(kept):
        query = select(_profile.revision, _profile.segment, _profile.column, _profile.kind, _profile.blob)
        for id_, *place, blob in connection.execute(query.where(_profile.revision.in_(some))):
            stored[id_][place[0], place[1], place[2]] = blob
    for id_, rows in kept.items():
        right = {(numbers[r.segment], numbers[r.column], numbers[r.kind]): r.blob for r in rows}
        if stored[id_] != right:
            connection.execute(delete(profiles).where(_profile.revision == id_))
            _add_rows(connection, [(id_, rows)], numbers)


def _rows_by_id(entries: Sequence[Entry], stands: Mapping[str, Known]) -> dict[int, Sequence[ProfileRow]]:
    """What the scans that are stored already should hold, by their id."""
    rows_of = {window.key: rows for window, _, rows in entries}
    return {one.id: rows_of[key] for key, one in stands.items() if one.id}


def _with_ids(new: Sequence[Added], scans: Scans) -> list[tuple[int, Sequence[ProfileRow]]]:
    """The rows of scans that have just been added, by the id that each was given."""
    return [(scans[w.key][scan].id, rows) for w, scan, rows in new]


def _shape(rows: Sequence[ProfileRow]) -> str:
    return digest(_words_of(sorted(rows, key=_place)))


def _words_of(rows: Iterable[ProfileRow]) -> list[str]:
    return [word for r in rows for word in (r.segment, r.column, r.layout, r.kind)]


def _replace_current(connection: Connection, changed: Sequence[tuple[Mapping[Scan, Known], Known]]) -> None:
    """Of each window's scans make another one the current one; one that is not stored yet comes to be it as it is."""
    mark_scans(connection, [one.id for scans, _ in changed for one in scans.values() if one.current], current=False)
    mark_scans(connection, [one.id for _, one in changed if one.id], current=True)


def _place(row: ProfileRow) -> tuple[str, str]:
    return row.segment, row.column


def _marks(values: Sized) -> str:
    return ",".join("?" * len(values))
