"""Profiles and the revisions of the data that they were counted from."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, select

from tidegauge.core.window import WHOLE, Window
from tidegauge.store.current import Current
from tidegauge.store.database import Database
from tidegauge.store.packing import unfolded
from tidegauge.store.part import Names, StorePart, chunks
from tidegauge.store.putting import put_scans, words_of
from tidegauge.store.scans import find_scans, is_current, is_known, of_source
from tidegauge.store.schema import revisions

_revision = revisions.c
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

    def put(
        self,
        source: str,
        stage: str,
        entries: Iterable[Entry],
        cut_offs: Mapping[Window, Collection[str]] | None = None,
    ) -> int:
        """Store the profiles of some windows in one transaction; return how many windows got another current revision.

        The same revision of a window again, counted in the same layouts, is a no-op, unless what is stored of it was
        damaged: then it is mended. Another one becomes the current one; the rows of older ones stay readable.
        `cut_offs`: of each window all those by which something of it is known, as `Revision.freshest` spells them. The
        last of them is current then, and the others stand beside it (`marks_of`).
        """
        entries = list(entries)  # a generator may be scanning: that must not happen inside the transaction
        if not entries:
            return 0
        words = {word for _, _, rows in entries for word in words_of(rows)}
        with self._db.writing(f"profiles {source}") as connection:
            numbers = self._words.intern(connection, words)
            known = find_scans(connection, source, stage, (window.key for window, _, _ in entries))
            changed = put_scans(connection, source, stage, known, entries, cut_offs, numbers)
        self._words.learn(numbers)
        return changed

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

    def known_at(
        self, source: str, stage: str, window: Window, at: datetime
    ) -> tuple[Revision | None, list[StoredProfile]]:
        """What was known of a window at a moment: the last cut-off by then, and its profiles, of all segments."""
        found, rows = self.known_by(source, stage, {window: at})
        return found.get(window), rows

    def known_by(
        self, source: str, stage: str, moments: Mapping[Window, datetime], segment: str | None = None
    ) -> tuple[dict[Window, Revision], list[StoredProfile]]:
        """The same of some windows, each at a moment of its own; of one segment, or of all (None)."""
        found: dict[Window, Revision] = {}
        rows: list[StoredProfile] = []
        query: Select[Any] = select(_revision.id, _revision.window, *_facts).where(*is_known(source, stage))
        with self._db.reading() as connection:
            for some in chunks(sorted(moments)):
                by_key = {window.key: window for window in some}
                known = connection.execute(query.where(_revision.window.in_(list(by_key)))).all()
                last = {by_key[row.window]: row for row in _last_by(known, {w.key: moments[w] for w in some})}
                ids = [row.id for row in last.values()]
                where = _Where().also(f"r.id IN ({_marks(ids)})", *ids)
                rows += _read(self._words, connection, by_key, where, segment, None) if ids else []
                found |= {window: _revision_of(row) for window, row in last.items()}
        return found, rows

    def cut_offs(self, source: str, stage: str) -> dict[Window, list[str]]:
        """Of every window, in time order, the cut-offs by which anything is known of it, as `Revision.freshest`."""
        query: Select[Any] = select(_revision.window, _revision.freshest).where(*is_known(source, stage))
        found: dict[str, list[str]] = {}
        with self._db.reading() as connection:
            for row in connection.execute(query.order_by(_revision.window_start)):
                found.setdefault(row.window, []).append(row.freshest)
        return {Window.parse(key): sorted(some) for key, some in found.items()}

    def history(self, source: str, stage: str, window: Window) -> list[tuple[Revision, int]]:
        """Every revision of a window that was ever stored, in the order of storing, and what it is (`store.scans`)."""
        query: Select[Any] = select(*_facts, _revision.current).where(
            *of_source(source, stage), _revision.window == window.key
        )
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_revision.number)).all()
        return [(_revision_of(row), row.current) for row in rows]

    def rewritten(self, source: str, stage: str, window: Window) -> int:
        """How many cut-offs of a window say something else by now of the same rows: labels came after they say so."""
        said: dict[tuple[str, str], set[str]] = {}
        for revision, _ in self.history(source, stage, window):
            known, _, of = revision.checksum.partition("/")
            said.setdefault((revision.freshest, of), set()).add(known)
        return sum(len(some) > 1 for some in said.values())


def _last_by(rows: Iterable[Row[Any]], moments: Mapping[str, datetime]) -> Iterable[Row[Any]]:
    """Of each window, by its key, the last of its cut-offs by a moment; the first stored of two that are equal."""
    last: dict[str, tuple[datetime, Row[Any]]] = {}
    for row in rows:
        until = datetime.fromisoformat(row.freshest) if row.freshest else None
        if until is None or until > moments[row.window]:
            continue
        if row.window not in last or until > last[row.window][0]:
            last[row.window] = until, row
    return [row for _, row in last.values()]


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
        StoredProfile(windows[key], text[segment_], text[column], text[layout], text[kind], unfolded(blob))
        for key, segment_, column, layout, kind, blob in ordered
    ]


def _marks(values: Sized) -> str:
    return ",".join("?" * len(values))
