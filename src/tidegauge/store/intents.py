"""The row of an intent: read as far as it can be, and changed only as it was read.

The outbox is one list for everything that a monitor has asked for. A row that cannot be read must stop none of the
others, nor the runs that look through them: it is handed on as far as it can be read, without its payload, so that it
fails by itself where it is due, and is told.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from tidegauge.core.errors import StoreError, WindowError
from tidegauge.core.intent import HELD, Intent
from tidegauge.core.window import Window
from tidegauge.store.codec import stored, write_map
from tidegauge.store.database import Database
from tidegauge.store.schema import outbox
from tidegauge.store.wire import start_of, window_of

PENDING = "pending"  # the first state of an intent
KEPT = "held"  # the only one, while its window stands, of one that is not to be carried out; its note says why
# Of an intent whose own can't be read: no monitor has ever looked at it, so that nothing of its is taken for it.
NO_WINDOW = Window(
    datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=1), "unreadable"
)


def read_or_bare(key: str, action: str, monitor: str, window: str, payload: str) -> Intent:
    """The intent of a row; without a payload where a part of it is damaged."""
    try:
        told = stored(dict[str, str], payload, "outbox", key)
        return Intent(key, action, monitor, window_of(window), told)
    except (StoreError, WindowError):
        return Intent(key, action, monitor, _window_or_none(window))


def clock_of(text: str | None) -> datetime | None:
    """A clock of a row; None where there is none, or none that can be read: then whatever waits for it is due."""
    try:
        found = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found is None or found.utcoffset() is None else found


def change(connection: Connection, intent_key: str, state: str, values: dict[str, Any]) -> bool:
    """Change an intent that is in a state still; else whoever asks has to look again.

    Claims are under a lock of the intent's and forgetting under one of the monitor's, so on PostgreSQL one may come
    between the other's look and its change.
    """
    where = outbox.c.key == intent_key, outbox.c.state == state
    return connection.execute(update(outbox).where(*where).values(values)).rowcount == 1


def put_intents(database: Database, connection: Connection, intents: Iterable[Intent]) -> None:
    """Insert those intents whose key was never there."""
    for intent in intents:
        what = {"key": intent.key, "action": intent.action, "payload": write_map(intent.payload)}
        place = {"monitor": intent.monitor, "window": intent.window.key, "window_start": start_of(intent.window)}
        row = what | place | {"state": PENDING, "claims": 0, "failures": 0}
        if why := intent.payload.get(HELD):
            row |= {"state": KEPT, "note": why}
        connection.execute(database.insert(outbox).values(row).on_conflict_do_nothing())


def _window_or_none(key: str) -> Window:
    try:
        return window_of(key)
    except WindowError:
        return NO_WINDOW
