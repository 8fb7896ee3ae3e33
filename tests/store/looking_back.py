"""What a store keeps of what no longer holds: nothing asks for it but tests, so they read the tables themselves."""

from datetime import datetime

from sqlalchemy import select

from tidegauge.core.decision import Decision
from tidegauge.core.window import Window
from tidegauge.store import schema
from tidegauge.store.codec import read
from tidegauge.store.profiles import Revision
from tidegauge.store.store import Store


def past_revisions(store: Store, source: str, stage: str, window: Window) -> list[Revision]:
    """Every revision of a window that was ever stored, oldest first, the current one included."""
    r = schema.revisions.c
    query = select(r.rows, r.freshest, r.checksum).where(r.source == source, r.stage == stage, r.window == window.key)
    with store.database.reading() as connection:
        return [Revision(*row) for row in connection.execute(query.order_by(r.number))]


def past_blobs(store: Store, source: str, stage: str, window: Window, revision: Revision) -> list[bytes]:
    """The profiles of one revision of a window, current or not, in order of their columns' names."""
    r, p, names = schema.revisions.c, schema.profiles.c, schema.names
    same = r.rows == revision.rows, r.freshest == revision.freshest, r.checksum == revision.checksum
    query = select(p.blob).join(schema.revisions, r.id == p.revision).join(names, names.c.id == p.column)
    query = query.where(r.source == source, r.stage == stage, r.window == window.key, *same)
    with store.database.reading() as connection:
        return list(connection.scalars(query.order_by(names.c.text)))


def past_decisions(store: Store, monitor: str, stage: str, window: Window) -> list[tuple[datetime, Decision]]:
    """Every decision ever taken on a window with its clock, oldest first, the current one last."""
    d = schema.decisions.c
    query = select(d.as_of, d.json).where(d.monitor == monitor, d.stage == stage, d.window == window.key)
    with store.database.reading() as connection:
        rows = connection.execute(query.order_by(d.id)).all()
    return [(datetime.fromisoformat(as_of), read(Decision, text)) for as_of, text in rows]
