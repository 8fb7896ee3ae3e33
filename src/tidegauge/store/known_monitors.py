"""What a store knows of a monitor at all: asked before a window is judged as if there had been none before it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select

from tidegauge.core.addresses.keyed import HIDDEN
from tidegauge.core.window import FIRST_STAGE, Window
from tidegauge.store.part import StorePart
from tidegauge.store.schema import decisions, feedback, revisions, sources
from tidegauge.store.wire import window_of


class Knows(NamedTuple):
    """How far a store's knowledge of a monitor goes."""

    last: Window | None  # the newest window of its source that is profiled, by whatever monitor or replay
    decided: bool  # whether anything was ever decided under its name
    others: bool = False  # whether what was decided is all of other sources: the monitor's file has changed since

    @property
    def has_past(self) -> bool:
        """Whether a window can be judged by what is known: windows of its source, and decisions of its own on them."""
        return self.last is not None and self.decided and not self.others


class KnownMonitors(StorePart):
    """Says which monitors a store knows. Each question is one step into an index, however long the history."""

    def knows(self, source: str, monitor: str) -> Knows:
        """What is known of a monitor and its source."""
        r, d, s = revisions.c, decisions.c, sources.c
        # keys of one kind sort by time, and the windows of one source are of one kind
        newest = select(r.window).where(r.source == source, r.stage == FIRST_STAGE, r.current == 1)
        with self._db.reading() as connection:
            last = connection.execute(newest.order_by(r.window.desc()).limit(1)).scalar()
            decided = connection.execute(select(d.id).where(d.monitor == monitor).limit(1)).scalar() is not None
            begun = connection.scalars(select(s.source).where(s.monitor == monitor)).all()
        # nothing is noted of a history that an earlier version began: then it is told by its profiles alone
        others = decided and (source not in begun if begun else last is None)
        return Knows(None if last is None else window_of(last), decided, others)

    def begun_with(self, monitor: str) -> Mapping[str, Any] | None:
        """What a monitor's newest history was begun with; None where nothing was noted."""
        query = select(sources.c.json).where(sources.c.monitor == monitor).order_by(sources.c.number.desc()).limit(1)
        with self._db.reading() as connection:
            text = connection.execute(query).scalar()
        return None if text is None else dict(json.loads(text))

    def shown_as(self, monitor: str, reads: Mapping[str, Any]) -> str | None:
        """The newest source of a monitor that is shown so, with all that is hidden in it left out; None for none."""
        query = select(sources.c.source, sources.c.json).where(sources.c.monitor == monitor)
        with self._db.reading() as connection:
            found = connection.execute(query.order_by(sources.c.number.desc())).all()
        wanted = _without_password(json.dumps(reads, sort_keys=True))
        return next((str(source) for source, text in found if _without_password(text) == wanted), None)

    def begin(self, monitor: str, source: str, reads: Mapping[str, Any]) -> None:
        """Note that a monitor's history is of a source, and what that is, by the keys of its file."""
        s = sources.c
        newest = select(s.source).where(s.monitor == monitor).order_by(s.number.desc()).limit(1)
        with self._db.reading() as connection:
            if connection.execute(newest).scalar() == source:
                return
        with self._db.writing(f"sources {monitor}") as connection:
            last = connection.execute(select(func.max(s.number)).where(s.monitor == monitor)).scalar() or 0
            row = {"number": last + 1, "json": json.dumps(reads, sort_keys=True)}
            statement = self._db.insert(sources).values(monitor=monitor, source=source, **row)
            connection.execute(statement.on_conflict_do_update(index_elements=[s.monitor, s.source], set_=row))

    def names(self) -> list[str]:
        """The names of all monitors of which there is a decision or an answer."""
        with self._db.reading() as connection:
            found = {
                name
                for table in (decisions, feedback)
                for name in connection.scalars(select(table.c.monitor).distinct())
            }
        return sorted(found)


def _without_password(shown: str) -> str:
    """What is shown of a source; "me:***@host" and "me@host" are both printed of one address."""
    return shown.replace(f":{HIDDEN}@", "@")
