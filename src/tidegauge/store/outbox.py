"""The outbox: what shall be done once. Written with the decision that causes it, carried out later by floor 5."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, true, update

from tidegauge.errors import StoreError
from tidegauge.nouns import Intent
from tidegauge.retrying import Why, is_due, is_hopeless, is_over, next_try, waited
from tidegauge.store.codec import stored, write_map
from tidegauge.store.engine import Database
from tidegauge.store.part import Part
from tidegauge.store.schema import outbox
from tidegauge.store.text import instant, start_of, window_of

PENDING, CLAIMED, DONE, GIVEN_UP, DISMISSED = "pending", "claimed", "done", "given up", "dismissed"
OPEN = (PENDING, CLAIMED)
WITHDRAWN, FORGOTTEN = "withdrawn", "forgotten"  # states of what a window caused that was forgotten: not done, done
_intent = outbox.c
_fields = (_intent.key, _intent.action, _intent.monitor, _intent.window, _intent.payload)
_clocks = (_intent.first_failed, _intent.last_failed, _intent.due)
_story = (_intent.state, _intent.failures, _intent.note, *_clocks, _intent.settled_by)
_free = (_intent.state, _intent.due, _intent.taken, _intent.lease)


class Carried(NamedTuple):
    """An intent and what became of it."""

    intent: Intent
    state: str  # pending, claimed, done, given up, dismissed; withdrawn or forgotten with its window
    failures: int = 0
    note: str = ""  # what was said last
    first_failed: datetime | None = None
    last_failed: datetime | None = None
    due: datetime | None = None  # the next try; None: at once
    settled_by: str = ""  # who dismissed it

    @property
    def is_undelivered(self) -> bool:
        """Whether it failed and neither succeeded since nor was dismissed: what status and exit codes speak of."""
        return self.state == GIVEN_UP or (self.state in OPEN and self.failures > 0)


class Outbox(Part):
    """Hands out intents, each to one worker at a time.

    pending → claimed → done; a failure goes back to pending with a later next try, until it is hopeless
    (`tidegauge.retrying`): given up, which stays visible until it is asked for again or dismissed. A worker that dies
    loses its claim when the lease runs out. So an intent is carried out at least once, and exactly once by a receiver
    that honours the key that goes with it.
    """

    def pending(self, monitor: str | None = None) -> list[Intent]:
        """The intents that are not done and not given up, oldest window first; some may be claimed by a worker."""
        query = select(*_fields).where(_intent.state.in_(OPEN))
        if monitor is not None:
            query = query.where(_intent.monitor == monitor)
        with self._db.reading() as connection:
            return [_read(*row) for row in connection.execute(query.order_by(_intent.window_start, _intent.key))]

    def carried(self, monitor: str) -> list[Carried]:
        """Every intent of a monitor with its state, oldest window first."""
        return [_carried(_read(*row[:5]), row) for row in self._rows(monitor, true())]

    def undelivered(self, monitor: str, *, fresh: bool = False) -> list[Carried]:
        """What failed and waits, or was given up and stands there until somebody says so.

        `fresh`: what was never tried as well.
        """
        rows = self._rows(monitor, _intent.state.in_((*OPEN, GIVEN_UP)))
        found = [_carried(_read_or_bare(*row[:5]), row) for row in rows]
        return [c for c in found if fresh or c.is_undelivered]

    def _rows(self, monitor: str, condition: ColumnElement[bool]) -> Sequence[Any]:
        query = select(*_fields, *_story).where(_intent.monitor == monitor, condition)
        with self._db.reading() as connection:
            return connection.execute(query.order_by(_intent.window_start, _intent.key)).all()

    def due(self, monitor: str, as_of: datetime, *, again: bool = False) -> list[Intent]:
        """What may be tried now, oldest window first. `again`: whatever is not done, given up or not due yet as well.

        A row that cannot be read is handed out without its payload: it then fails by itself and is told, while it
        would keep back everything else here.
        """
        states = (*OPEN, GIVEN_UP) if again else OPEN
        query = select(*_fields, *_free).where(_intent.monitor == monitor, _intent.state.in_(states))
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_intent.window_start, _intent.key)).all()
        return [_read_or_bare(*row[:5]) for row in rows if _is_free(row, as_of, again=again)]

    def claim(
        self, intent_key: str, worker: str, lease_seconds: float, *, as_of: datetime, again: bool = False
    ) -> bool:
        """Take an intent for a while; False if another worker holds it, or it is done, not due or unknown.

        `again`: what was given up or is not due yet as well; its patience begins anew.
        """
        with self._db.writing(f"outbox {intent_key}") as connection:
            row = connection.execute(select(*_free).where(_intent.key == intent_key)).first()
            if row is None or not _is_free(row, as_of, again=again):
                return False
            values: dict[str, Any] = {
                "state": CLAIMED,
                "worker": worker,
                "taken": instant(as_of),
                "lease": instant(as_of + timedelta(seconds=lease_seconds)),
                "claims": _intent.claims + 1,
            }
            if again:
                values["waited"] = 0
            connection.execute(update(outbox).where(_intent.key == intent_key).values(values))
            return True

    def finish(
        self,
        intent_key: str,
        ok: bool,  # noqa: FBT001 - the fact itself
        note: str = "",
        *,
        as_of: datetime,
        why: Why = Why.AWAY,
        worker: str | None = None,
    ) -> str:
        """Say how it went, and get its state. Done is done, and dismissed stays so unless it was delivered after all.

        `worker`: whose failure it is; one that had lost its claim to another changes nothing.
        """
        fields = (_intent.state, _intent.failures, _intent.worker, _intent.first_failed, _intent.last_failed)
        with self._db.writing(f"outbox {intent_key}") as connection:
            row = connection.execute(select(*fields, _intent.waited).where(_intent.key == intent_key)).first()
            if row is None:
                raise StoreError(f'the outbox has no intent with the key "{intent_key}"')
            state = str(row.state)
            late = not ok and (state not in OPEN or worker not in (None, row.worker))
            if state in (DONE, FORGOTTEN) or late:
                return state
            done = FORGOTTEN if state == WITHDRAWN else DONE
            values = {"state": done, "due": None} if ok else _failed(row, as_of, why)
            values |= {"worker": None, "lease": None, "taken": None, "finished": instant(as_of), "note": note}
            connection.execute(update(outbox).where(_intent.key == intent_key).values(values))
            return str(values["state"])

    def dismiss(self, intent_key: str, by: str, *, as_of: datetime) -> bool:
        """Somebody says that it need not be delivered any more; False where it was delivered or dismissed already.

        The row stays, with its history, who said so and when.
        """
        values = {"state": DISMISSED, "settled_by": by, "finished": instant(as_of), "worker": None, "due": None}
        with self._db.writing(f"outbox {intent_key}") as connection:
            still = (_intent.key == intent_key, _intent.state.in_((*OPEN, GIVEN_UP)))
            return connection.execute(update(outbox).where(*still).values(values)).rowcount == 1


def _failed(row: Any, now: datetime, why: Why) -> dict[str, Any]:  # noqa: ANN401 - a row with the columns above
    """What a failure makes of a row."""
    failures, last = row.failures + 1, _clock(row.last_failed)
    in_vain = waited(timedelta(seconds=row.waited or 0), last, now)
    hopeless = is_hopeless(why, failures, in_vain)
    return {
        "state": GIVEN_UP if hopeless else PENDING,
        "failures": failures,
        "first_failed": row.first_failed or instant(now),
        "last_failed": instant(now),
        "due": None if hopeless else instant(next_try(failures, now)),
        "why": why.value,
        "waited": int(in_vain.total_seconds()),
    }


def _is_free(row: Any, now: datetime, *, again: bool) -> bool:  # noqa: ANN401 - a row with the columns of `_free`
    if row.state == CLAIMED:
        end = _clock(row.lease)
        return end is None or is_over(_clock(row.taken), end, now)
    return again if row.state == GIVEN_UP else row.state == PENDING and (again or is_due(_clock(row.due), now))


def _clock(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


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
            "state": PENDING,
            "claims": 0,
            "failures": 0,
        }
        connection.execute(database.insert(outbox).values(row).on_conflict_do_nothing())


def _read(key: str, action: str, monitor: str, window: str, payload: str) -> Intent:
    return Intent(key, action, monitor, window_of(window), stored(dict[str, str], payload, "outbox", key))


def _read_or_bare(key: str, action: str, monitor: str, window: str, payload: str) -> Intent:
    try:
        return _read(key, action, monitor, window, payload)
    except StoreError:
        return Intent(key, action, monitor, window_of(window))


def _carried(intent: Intent, row: Any) -> Carried:  # noqa: ANN401 - a row with the columns of `_story`
    clocks = (_clock(row.first_failed), _clock(row.last_failed), _clock(row.due))
    return Carried(intent, row.state, row.failures, row.note or "", *clocks, row.settled_by or "")
