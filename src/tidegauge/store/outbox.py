"""The outbox: what shall be done once. Written with the decision that causes it, carried out later by floor 6."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, or_, select, update

from tidegauge.errors import StoreError
from tidegauge.nouns import Intent
from tidegauge.store.codec import stored, write_map
from tidegauge.store.engine import Database
from tidegauge.store.part import Part
from tidegauge.store.schema import outbox
from tidegauge.store.text import instant, start_of, window_of

WITHDRAWN, FORGOTTEN = "withdrawn", "forgotten"  # states of what a window caused that was forgotten: not done, done
TRIES = 5  # failures after which an intent is given up and only shown
_intent = outbox.c
_fields = (_intent.key, _intent.action, _intent.monitor, _intent.window, _intent.payload)


class Carried(NamedTuple):
    """An intent and what became of it."""

    intent: Intent
    state: str  # pending, claimed, done, failed; withdrawn or forgotten with its window
    failures: int
    note: str


class Outbox(Part):
    """Hands out intents, each to one worker at a time.

    pending → claimed → done; a failure goes back to pending, until there were `TRIES` of them: failed. A worker that
    dies loses its claim when the lease runs out. So an intent is carried out at least once, and exactly once by a
    receiver that honours the key that goes with it.
    """

    def pending(self, monitor: str | None = None) -> list[Intent]:
        """The intents that are not done and not given up, oldest window first; some may be claimed by a worker."""
        query = select(*_fields).where(_intent.state.in_(["pending", "claimed"]))
        if monitor is not None:
            query = query.where(_intent.monitor == monitor)
        with self._db.reading() as connection:
            return [_read(*row) for row in connection.execute(query.order_by(_intent.window_start, _intent.key))]

    def carried(self, monitor: str) -> list[Carried]:
        """Every intent of a monitor with its state, oldest window first."""
        query = select(*_fields, _intent.state, _intent.failures, _intent.note).where(_intent.monitor == monitor)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_intent.window_start, _intent.key)).all()
        return [Carried(_read(*row[:5]), row.state, row.failures, row.note or "") for row in rows]

    def claim(self, intent_key: str, worker: str, lease_seconds: float, *, as_of: datetime) -> bool:
        """Take an intent for a while; False if another worker holds it, or it is done, given up or unknown."""
        free = or_(_intent.state == "pending", (_intent.state == "claimed") & (_intent.lease <= instant(as_of)))
        lease = instant(as_of + timedelta(seconds=lease_seconds))
        statement = (
            update(outbox)
            .where(_intent.key == intent_key, free)
            .values(state="claimed", worker=worker, lease=lease, claims=_intent.claims + 1)
        )
        with self._db.writing(f"outbox {intent_key}") as connection:
            return connection.execute(statement).rowcount == 1

    def finish(self, intent_key: str, ok: bool, note: str = "", *, as_of: datetime) -> None:  # noqa: FBT001 - the fact itself
        """Say how it went. Done is done: a late failure of a worker that had lost its lease changes nothing."""
        with self._db.writing(f"outbox {intent_key}") as connection:
            row = connection.execute(select(_intent.state, _intent.failures).where(_intent.key == intent_key)).first()
            if row is None:
                raise StoreError(f'the outbox has no intent with the key "{intent_key}"')
            if row.state in ("done", FORGOTTEN) or (row.state == WITHDRAWN and not ok):
                return
            failures = row.failures + (not ok)
            done = FORGOTTEN if row.state == WITHDRAWN else "done"
            state = done if ok else "failed" if failures >= TRIES else "pending"
            connection.execute(
                update(outbox)
                .where(_intent.key == intent_key)
                .values(state=state, failures=failures, worker=None, lease=None, finished=instant(as_of), note=note)
            )


def put_intents(database: Database, connection: Connection, intents: Iterable[Intent]) -> None:
    """Insert those intents whose key was never there."""
    for intent in intents:
        row = {
            "key": intent.key,
            "action": intent.action,
            "monitor": intent.monitor,
            "window": intent.window.key,
            "window_start": start_of(intent.window),
            "payload": write_map(intent.payload),
            "state": "pending",
            "claims": 0,
            "failures": 0,
        }
        connection.execute(database.insert(outbox).values(row).on_conflict_do_nothing())


def _read(key: str, action: str, monitor: str, window: str, payload: str) -> Intent:
    return Intent(key, action, monitor, window_of(window), stored(dict[str, str], payload, "outbox", key))
