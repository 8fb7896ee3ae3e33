"""Layouts: the cells that columns are counted in, by content hash; and which one is active for a source's column."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, Subquery, and_, func, insert, select

from tidegauge.core.errors import StoreError
from tidegauge.store.database import Database
from tidegauge.store.part import Names, StorePart
from tidegauge.store.schema import active_layouts, names
from tidegauge.store.schema import layouts as table

_active = active_layouts.c


class Active(NamedTuple):
    """A column's active layout."""

    version: int
    layout: str
    json: str


def newest_layouts() -> Subquery:
    """The active layouts, as a table to select from: source, column, version, layout."""
    place = (_active.source, _active.column)
    newest = select(*place, func.max(_active.version).label("version")).group_by(*place).subquery()
    same = and_(*(active_layouts.c[name] == newest.c[name] for name in ("source", "column", "version")))
    return select(active_layouts).join(newest, same).subquery()


class Layouts(StorePart):
    """Saves layouts and says which are active. `layouts` maps a column to (layout id, kind, JSON text)."""

    def __init__(self, database: Database, words: Names) -> None:
        super().__init__(database)
        self._words = words

    def put(self, source: str, layouts: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
        """Make these the first layouts of their columns, and return the active ones of the source.

        The first writer wins: a column that has an active layout keeps it. So two processes that cut layouts at
        once both go on with the same ones: those returned, not those given.
        """
        with self._db.writing(f"layouts {source}") as connection:
            active = _of(connection, source)
            _add(
                self._db,
                self._words,
                connection,
                source,
                layouts,
                {column: 1 for column in layouts if column not in active},
            )
        return self.of(source)

    def replace(
        self, source: str, layouts: Mapping[str, tuple[str, str, str]], replacing: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Make these the active layouts of their columns, as a new version; return the source's active ones.

        `replacing` (column → layout id) makes it a compare-and-swap: a column whose active layout is another by now
        is left alone. An older version stays readable by its id.
        """
        with self._db.writing(f"layouts {source}") as connection:
            active = _of(connection, source)
            versions = {}
            for column, (layout_id, _, _) in layouts.items():
                row = active.get(column)
                if row is None:
                    versions[column] = 1
                elif row.layout != layout_id and (replacing is None or replacing.get(column) == row.layout):
                    versions[column] = row.version + 1
            _add(self._db, self._words, connection, source, layouts, versions)
        return self.of(source)

    def of(self, source: str) -> dict[str, str]:
        """The active layouts of a source: column → JSON text, in order of the column's name."""
        with self._db.reading() as connection:
            return {column: row.json for column, row in sorted(_of(connection, source).items())}

    def versions(self, source: str) -> dict[str, tuple[int, str]]:
        """The active version of each column: column → (version number, layout id)."""
        with self._db.reading() as connection:
            return {c: (row.version, row.layout) for c, row in sorted(_of(connection, source).items())}

    def text(self, layout_id: str) -> str:
        """The JSON text of any layout that was ever stored."""
        with self._db.reading() as connection:
            found = connection.execute(select(table.c.json).where(table.c.id == layout_id)).scalar()
        if found is None:
            raise StoreError(
                f'the store at {self._db.where} has no layout "{layout_id}". Profiles that refer to it cannot be '
                "read; profile the window again"
            )
        return str(found)


def _of(connection: Connection, source: str) -> dict[str, Active]:
    newest = newest_layouts()
    query = (
        select(names.c.text, newest.c.version, newest.c.layout, table.c.json)
        .join_from(newest, names, names.c.id == newest.c.column)
        .join(table, table.c.id == newest.c.layout)
        .where(newest.c.source == source)
    )
    return {column: Active(*rest) for column, *rest in connection.execute(query)}


def _add(
    database: Database,
    words: Names,
    connection: Connection,
    source: str,
    layouts: Mapping[str, tuple[str, str, str]],
    versions: Mapping[str, int],
) -> None:
    if not versions:
        return
    numbers = words.intern(connection, versions)
    texts = [dict(zip(("id", "kind", "json"), layouts[column], strict=True)) for column in versions]
    connection.execute(database.insert(table).on_conflict_do_nothing(), sorted(texts, key=lambda row: row["id"]))
    rows = [
        {"source": source, "column": numbers[column], "version": version, "layout": layouts[column][0]}
        for column, version in versions.items()
    ]
    connection.execute(insert(active_layouts), rows)
