"""How much space the store takes, of what, and what of it nothing rests on any more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, column, delete, func, select, table, update

from tidegauge.store import schema
from tidegauge.store.packing import MARK, folded, unfolded
from tidegauge.store.part import StorePart, chunks
from tidegauge.store.scans import REPLACED
from tidegauge.store.wire import second

FOLDED_AT_ONCE = 50  # scans in one transaction, so that nobody who stores counts waits long
SPREADS = "spreads"  # kind of artefact, before the stage's name
_profile, _revision, _artefact = schema.profiles.c, schema.revisions.c, schema.artefacts.c
_OF_WINDOWS = (schema.scores, "blob"), (schema.decisions, "json")
_LARGE = (
    *_OF_WINDOWS,
    (schema.incidents, "json"),
    (schema.outbox, "payload"),
    (schema.feedback, "json"),
    (schema.layouts, "json"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of thing takes: how many rows, and the bytes of what they hold."""

    what: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Size:
    """A whole store: the bytes of its file or tables, those of them that are free (None: nobody knows), and of what."""

    where: str
    bytes: int
    free: int | None
    shares: tuple[Share, ...]  # the largest first; what is left are points, keys and indexes


class Space(StorePart):
    """Says how large the store is, deletes what nothing rests on, and gives the space back."""

    def size(self) -> Size:
        """That of the whole store, with all its monitors."""
        with self._db.reading() as connection:
            shares = sorted(_shares(connection), key=lambda s: (-s.bytes, s.what))
            whole, free = _of_tables(connection) if self._db.is_postgres else _of_file(connection)
        return Size(self._db.where, whole, free, tuple(s for s in shares if s.rows))

    def held_by(self, source: str, monitor: str) -> int:
        """The bytes of what is stored of one source and one monitor, without keys, indexes and points."""
        of_source = select(_held(_profile.blob)).join(schema.revisions, _revision.id == _profile.revision)
        queries = [
            of_source.where(_revision.source == source),
            select(_held(_artefact.blob)).where(_artefact.source.in_((source, monitor))),
            *(select(_held(one.c[of])).where(one.c.monitor == monitor) for one, of in _OF_WINDOWS),
        ]
        with self._db.reading() as connection:
            return sum(int(connection.execute(query).scalar_one()) for query in queries)

    def prune(
        self, source: str, monitor: str, before: datetime | None = None, *, only_say: bool = False
    ) -> tuple[Share, ...]:
        """Delete what nothing rests on, unless `only_say`; what it was.

        Those are the counts of scans that were replaced by later ones of the same windows, and the spreads that were
        learnt up to a moment before `before` (None: all stay). They are learnt again from the scores, which stay, where
        somebody decides such a window again. No decision, no number and no current count is touched: the dump is the
        same before and after. Some rows a transaction: whoever is killed leaves a whole store, and may go on.
        """
        with self._db.reading() as connection:
            replaced = connection.execute(_replaced(source)).all()
            learnt = [] if before is None else connection.execute(_learnt(monitor, before)).all()
        if not only_say:
            # a scan may have come back since, and be current: asked again, under the lock of whoever stores scans
            still = _profile.revision.in_(select(_revision.id).where(_revision.current == REPLACED))
            scans = sorted({row.revision for row in replaced})
            self._delete(f"profiles {source}", schema.profiles, _profile.revision, scans, still)
            inputs = sorted({row.inputs for row in learnt})
            self._delete(f"artefacts {monitor}", schema.artefacts, _artefact.inputs, inputs, *_spreads_of(monitor))
        return (
            Share("counts that later ones replaced", len(replaced), sum(row.size for row in replaced)),
            Share("spreads of past windows", len(learnt), sum(row.size for row in learnt)),
        )

    def vacuum(self) -> None:
        """Fold the counts of before that was done, and give the room back: on PostgreSQL to the tables' next rows."""
        with self._db.reading() as connection:
            loose = func.substr(_profile.blob, 1, len(MARK)) != MARK
            query = select(_revision.source, _revision.id).join(schema.profiles, _profile.revision == _revision.id)
            found = connection.execute(query.where(loose).distinct().order_by(_revision.id)).all()
        for source in sorted({row.source for row in found}):
            for some in chunks((row.id for row in found if row.source == source), FOLDED_AT_ONCE):
                with self._db.writing(f"profiles {source}") as connection:
                    _fold(connection, some)
        self._db.vacuum(sorted(schema.metadata.tables))

    def _delete(
        self, lock: str, from_: Table, by: ColumnElement[Any], keys: Sequence[object], *also: ColumnElement[bool]
    ) -> None:
        for some in chunks(keys):
            with self._db.writing(lock) as connection:
                connection.execute(delete(from_).where(by.in_(some), *also))


def _fold(connection: Connection, scans: Sequence[int]) -> None:
    """Keep the counts of some scans as new ones are kept, those that are not yet."""
    place = _profile.revision, _profile.segment, _profile.column
    rows = connection.execute(select(*place, _profile.blob).where(_profile.revision.in_(scans))).all()
    less = [
        {"of_revision": row[0], "of_segment": row[1], "of_column": row[2], "to": kept}
        for row in rows
        if (kept := folded(unfolded(bytes(row.blob)))) != bytes(row.blob)
    ]
    if less:
        where = [one == bindparam(f"of_{one.name}") for one in place]
        connection.execute(update(schema.profiles).where(*where).values(blob=bindparam("to")), less)


def _replaced(source: str) -> Any:  # noqa: ANN401 - a query of three columns
    """The profiles of a source's scans that are not what is known of a window, by any cut-off."""
    query = select(_profile.revision, func.length(_profile.blob).label("size")).join(
        schema.revisions, _revision.id == _profile.revision
    )
    return query.where(_revision.source == source, _revision.current == REPLACED)


def _learnt(monitor: str, before: datetime) -> Any:  # noqa: ANN401 - a query of two columns
    query = select(_artefact.inputs, func.length(_artefact.blob).label("size"))
    return query.where(*_spreads_of(monitor), _artefact.valid_from < second(before))


def _spreads_of(monitor: str) -> tuple[ColumnElement[bool], ...]:
    return _artefact.source == monitor, _artefact.kind.startswith(f"{SPREADS}-")


def _of_file(connection: Connection) -> tuple[int, int | None]:
    """Bytes of SQLite's file, and those of them that hold nothing."""
    page, pages, free = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
        for name in ("page_size", "page_count", "freelist_count")
    )
    return page * pages, page * free


def _of_tables(connection: Connection) -> tuple[int, int | None]:
    """Bytes of our tables on PostgreSQL, with their indexes."""
    known = table("pg_class", column("oid"), column("relname"))
    ours = known.c.relname.in_(sorted(schema.metadata.tables)), func.pg_table_is_visible(known.c.oid)
    held = select(func.sum(func.pg_total_relation_size(known.c.oid))).where(*ours)
    return int(connection.execute(held).scalar() or 0), None


def _shares(connection: Connection) -> Iterator[Share]:
    """What the rows of each kind hold. Texts are counted by characters, and all of them are ASCII."""
    words, replaced = schema.names.c, _revision.current == REPLACED
    query = select(words.text, replaced, func.count(), _held(_profile.blob)).select_from(schema.profiles)
    query = query.join(schema.revisions, _revision.id == _profile.revision)
    query = query.join(schema.names, words.id == _profile.kind).group_by(words.text, replaced)
    for kind, is_replaced, rows, held in connection.execute(query):
        yield Share(f"profiles: {kind}{', replaced' * bool(is_replaced)}", rows, int(held))
    learnt = select(_artefact.kind, func.count(), _held(_artefact.blob)).group_by(_artefact.kind)
    for kind, rows, held in connection.execute(learnt):
        yield Share(f"learnt: {kind}", rows, int(held))
    for one, of in _LARGE:
        rows, held = connection.execute(select(func.count(), _held(one.c[of])).select_from(one)).one()
        yield Share(one.name, rows, int(held))


def _held(of: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(func.length(of)), 0)
