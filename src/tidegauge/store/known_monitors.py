"""What a store knows of a monitor at all: asked before a window is judged as if there had been none before it."""

from typing import NamedTuple

from sqlalchemy import select

from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.store.part import StorePart
from tidegauge.store.schema import decisions, feedback, revisions
from tidegauge.store.wire import window_of


class Knows(NamedTuple):
    """How far a store's knowledge of a monitor goes."""

    last: Window | None  # the newest window that is profiled
    decided: bool  # whether anything was ever decided under its name


class KnownMonitors(StorePart):
    """Says which monitors a store knows. Each question is one step into an index, however long the history."""

    def knows(self, source: str, monitor: str) -> Knows:
        """What is known of a monitor and its source."""
        r, d = revisions.c, decisions.c
        # keys of one kind sort by time, and the windows of one source are of one kind
        newest = select(r.window).where(r.source == source, r.stage == FIRST_STAGE, r.current == 1)
        with self._db.reading() as connection:
            last = connection.execute(newest.order_by(r.window.desc()).limit(1)).scalar()
            decided = connection.execute(select(d.id).where(d.monitor == monitor).limit(1)).scalar()
        return Knows(None if last is None else window_of(last), decided is not None)

    def names(self) -> list[str]:
        """The names of all monitors of which there is a decision or an answer."""
        with self._db.reading() as connection:
            found = {
                name
                for table in (decisions, feedback)
                for name in connection.scalars(select(table.c.monitor).distinct())
            }
        return sorted(found)
