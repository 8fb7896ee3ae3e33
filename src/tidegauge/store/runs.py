"""Runs: what was worked on, when, for how long and how it ended. For people; no decision rests on it."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import insert, select, update

from tidegauge.core.addresses.masking import mask
from tidegauge.core.window import Window
from tidegauge.store.part import StorePart, inserted
from tidegauge.store.schema import runs as table
from tidegauge.store.wire import instant, window_of

LATELY = 100  # runs that are looked at for what has failed


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of work. `ended` is None while it runs, or after it was killed."""

    id: int
    stage: str
    window: Window
    begun: datetime
    ended: datetime | None
    outcome: str
    rows: int
    note: str


class Runs(StorePart):
    """Keeps the log of runs."""

    def begin(self, monitor: str, window: Window, stage: str, as_of: datetime) -> int:
        """Note that work begins; the id is for `end`."""
        row = {"monitor": monitor, "stage": str(stage), "window": window.key, "begun": instant(as_of)}
        with self._db.writing(f"runs {monitor}") as connection:
            return inserted(connection.execute(insert(table).values(row)))

    def end(self, id: int, as_of: datetime, outcome: str, note: str = "", rows: int = 0) -> None:  # noqa: A002
        """Note how it ended: an outcome in a word ("done", "error", "outage"), a sentence, the rows that were read."""
        values = {"ended": instant(as_of), "outcome": outcome, "note": mask(note), "rows": rows}
        with self._db.writing(f"run {id}") as connection:
            connection.execute(update(table).where(table.c.id == id).values(values))

    def failing(self, monitor: str, but: Container[Window]) -> list[Run]:
        """Those that got nowhere since the last one that got through, newest first; one that still runs is none.

        `but`: windows that were decided in another way since, by a backfill, say.
        """
        ended = [run for run in self.newest(monitor, limit=LATELY) if run.ended is not None]
        return [run for run in takewhile(lambda run: run.outcome != "done", ended) if run.window not in but]

    def newest(self, monitor: str, limit: int = 20) -> list[Run]:
        """The last runs of a monitor, newest first."""
        query = select(table).where(table.c.monitor == monitor).order_by(table.c.id.desc()).limit(limit)
        with self._db.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Run(
                id=row.id,
                stage=row.stage,
                window=window_of(row.window),
                begun=datetime.fromisoformat(row.begun),
                ended=datetime.fromisoformat(row.ended) if row.ended else None,
                outcome=row.outcome or "",
                rows=row.rows or 0,
                note=row.note or "",
            )
            for row in rows
        ]
