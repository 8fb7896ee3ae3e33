"""First layouts: the cells that a source's columns are counted in from their beginning, by content hash."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from tidegauge.store.database import Database
from tidegauge.store.part import Names, StorePart
from tidegauge.store.schema import active_layouts, names
from tidegauge.store.schema import layouts as table

FIRST = 1  # the version; what is cut later stands in `stored_recuts`
_active = active_layouts.c


class Layouts(StorePart):
    """Saves first layouts. `layouts` maps a column to (layout id, kind, JSON text)."""

    def __init__(self, database: Database, words: Names) -> None:
        super().__init__(database)
        self._words = words

    def put(self, source: str, layouts: Mapping[str, tuple[str, str, str]]) -> dict[str, str]:
        """Make these the first layouts of their columns, and return those of the source.

        The first writer wins: a column that has a layout keeps it. So two processes that cut layouts at once both go
        on with the same ones: those returned, not those given.
        """
        with self._db.writing(f"layouts {source}") as connection:
            new = layouts.keys() - _of(connection, source).keys()
            if new:
                numbers = self._words.intern(connection, new)
                texts = [dict(zip(("id", "kind", "json"), layouts[column], strict=True)) for column in new]
                texts.sort(key=lambda row: row["id"])
                connection.execute(self._db.insert(table).on_conflict_do_nothing(), texts)
                place = {"source": source, "version": FIRST}
                rows = [{**place, "column": numbers[c], "layout": layouts[c][0]} for c in sorted(new)]
                connection.execute(insert(active_layouts), rows)
        return self.of(source)

    def of(self, source: str) -> dict[str, str]:
        """The first layouts of a source: column → JSON text, in order of the column's name."""
        with self._db.reading() as connection:
            return dict(sorted(_of(connection, source).items()))


def _of(connection: Connection, source: str) -> dict[str, str]:
    query = (
        select(names.c.text, table.c.json)
        .join_from(active_layouts, names, names.c.id == _active.column)
        .join(table, table.c.id == _active.layout)
        .where(_active.source == source, _active.version == FIRST)
    )
    return {column: text for column, text in connection.execute(query)}  # noqa: C416 - a row is no pair to mypy
