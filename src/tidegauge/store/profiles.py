"""Profiles and the revisions of the data that they were counted from."""

from collections.abc import Collection, Iterable, Sequence, Sized
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select, update

from tidegauge.errors import StoreError
from tidegauge.nouns import WHOLE, Stage, Window
from tidegauge.store.part import Names, Part, chunks, digest, inserted
from tidegauge.store.schema import profiles, revisions
from tidegauge.store.text import start_of, window_of

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


class _Scan(NamedTuple):
    """What makes two profilings of a window the same: the data's revision, and the layouts it was counted in."""

    rows: int
    freshest: str
    checksum: str
    shape: str  # digest of every row's segment, column, layout and kind


class _Known(NamedTuple):
    id: int
    current: bool


class _Where(NamedTuple):
    """Conditions with ? for their bound values."""

    conditions: tuple[str, ...] = ()
    bound: tuple[object, ...] = ()

    def also(self, condition: str, *bound: object) -> "_Where":
        return _Where((*self.conditions, condition), (*self.bound, *bound))


class Profiles(Part):
    """Saves profiles by (source, stage, window, data revision) and finds the current ones."""

    def revision(self, source: str, stage: Stage, window: Window) -> Revision | None:
        """The current revision of a window, or None if it was never profiled."""
        with self._db.reading() as connection:
            query = select(*_facts).where(*_current(source, stage), _revision.window == window.key)
            row = connection.execute(query).first()
        return Revision(*row) if row else None

    def revisions(self, source: str, stage: Stage) -> dict[Window, Revision]:
        """The current revision of every profiled window, in time order."""
        with self._db.reading() as connection:
            query = select(_revision.window, *_facts).where(*_current(source, stage))
            rows = connection.execute(query.order_by(_revision.window_start, _revision.window)).all()
        return {window_of(window): Revision(*facts) for window, *facts in rows}

    def past_revisions(self, source: str, stage: Stage, window: Window) -> list[Revision]:
        """Every revision of a window that was ever stored, oldest first, the current one included."""
        with self._db.reading() as connection:
            query = select(*_facts).where(*_of(source, stage), _revision.window == window.key)
            return [Revision(*row) for row in connection.execute(query.order_by(_revision.number))]

    def put_profiles(self, source: str, stage: Stage, entries: Iterable[Entry]) -> int:
        """Store the profiles of some windows in one transaction; return how many windows got a new revision.

        The same revision of a window again, counted in the same layouts, is a no-op. Another one becomes the
        current one; the rows of older ones stay readable.
        """
        entries = list(entries)  # a generator may be scanning: that must not happen inside the transaction
        if not entries:
            return 0
        words = {word for _, _, rows in entries for r in rows for word in (r.segment, r.column, r.layout, r.kind)}
        with self._db.writing(f"profiles {source}") as connection:
            numbers = self._names.intern(connection, words)
            known = _known(connection, source, stage, (window.key for window, _, _ in entries))
            added = 0
            for window, revision, rows in entries:
                of_window = known.setdefault(window.key, {})
                scan = _Scan(revision.rows, revision.freshest, revision.checksum, _shape(rows))
                same = of_window.get(scan)
                if same and same.current:
                    continue
                step_down = update(revisions).where(*_current(source, stage), _revision.window == window.key)
                connection.execute(step_down.values(current=0))
                for other, (id_, _) in of_window.items():
                    of_window[other] = _Known(id_, current=False)
                if same:  # the data went back to what it was: so do we
                    connection.execute(update(revisions).where(_revision.id == same.id).values(current=1))
                    of_window[scan] = _Known(same.id, current=True)
                else:
                    id_ = _add(connection, source, stage, window, scan, len(of_window) + 1)
                    _add_rows(connection, id_, rows, numbers)
                    of_window[scan] = _Known(id_, current=True)
                    added += 1
        self._names.learn(numbers)
        return added

    def profiles(
        self,
        source: str,
        stage: Stage,
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
                where = where.also(f'r."window" IN ({_marks(some)})', *(window.key for window in some))
                found += _read(self._names, connection, {w.key: w for w in some}, where, segment, columns)
        return found

    def profiles_of(
        self, source: str, stage: Stage, window: Window, revision: Revision, segment: str | None = WHOLE
    ) -> list[StoredProfile]:
        """The profiles of one revision of a window, current or not (the newest, if it was counted in two layouts)."""
        with self._db.reading() as connection:
            same = (
                _revision.rows == revision.rows,
                _revision.freshest == revision.freshest,
                _revision.checksum == revision.checksum,
            )
            query = select(_revision.id).where(*_of(source, stage), _revision.window == window.key, *same)
            id_ = connection.execute(query.order_by(_revision.number.desc()).limit(1)).scalar()
            if id_ is None:
                raise StoreError(f"the store has no profile of {window} with {revision}")
            where = _Where().also("r.id = ?", id_)
            return _read(self._names, connection, {window.key: window}, where, segment, None)


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
    found = [
        StoredProfile(windows[key], text[segment_], text[column], text[layout], text[kind], blob)
        for key, segment_, column, layout, kind, blob in rows
    ]
    found.sort(key=_order)
    return found


def _known(connection: Connection, source: str, stage: Stage, keys: Iterable[str]) -> dict[str, dict[_Scan, _Known]]:
    """What is stored of some windows: window key → what was scanned → the revision that keeps it."""
    known: dict[str, dict[_Scan, _Known]] = {}
    for some in chunks(sorted(set(keys))):
        query = select(_revision.window, _revision.id, _revision.current, *_facts, _revision.shape)
        for window, id_, current, *scan in connection.execute(
            query.where(*_of(source, stage), _revision.window.in_(some))
        ):
            known.setdefault(window, {})[_Scan(*scan)] = _Known(id_, bool(current))
    return known


def _add(connection: Connection, source: str, stage: Stage, window: Window, scan: _Scan, number: int) -> int:
    row = {
        "source": source,
        "stage": str(stage),
        "window": window.key,
        "window_start": start_of(window),
        "number": number,
        "current": 1,
        **scan._asdict(),
    }
    return inserted(connection.execute(insert(revisions).values(row)))


def _add_rows(connection: Connection, revision: int, rows: Sequence[ProfileRow], numbers: dict[str, int]) -> None:
    values = [
        {
            "revision": revision,
            "segment": numbers[row.segment],
            "column": numbers[row.column],
            "layout": numbers[row.layout],
            "kind": numbers[row.kind],
            "blob": row.blob,
        }
        for row in rows
    ]
    if values:
        connection.execute(insert(profiles), values)


def _shape(rows: Sequence[ProfileRow]) -> str:
    return digest([word for r in sorted(rows, key=_place) for word in (r.segment, r.column, r.layout, r.kind)])


def _place(row: ProfileRow) -> tuple[str, str]:
    return row.segment, row.column


def _of(source: str, stage: Stage) -> tuple[ColumnElement[bool], ...]:
    return _revision.source == source, _revision.stage == str(stage)


def _current(source: str, stage: Stage) -> tuple[ColumnElement[bool], ...]:
    return *_of(source, stage), _revision.current == 1


_order = itemgetter(0, 1, 2)


def _marks(values: Sized) -> str:
    return ",".join("?" * len(values))
