"""The queue of windows to be worked on. Cron, an event, the sweep and a person all only put windows here."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, insert, select, update

from tidegauge.nouns import Window
from tidegauge.retrying import is_over
from tidegauge.store.part import Part
from tidegauge.store.schema import queue
from tidegauge.store.text import instant, start_of, window_of

_item = queue.c


class Queued(NamedTuple):
    """A window that waits, or that a worker holds."""

    window: Window
    stage: str
    why: str
    claims: int
    worker: str | None


class Queue(Part):
    """Each (monitor, stage, window) is there at most once; a worker holds it by a lease."""

    def enqueue(self, monitor: str, stage: str, window: Window, why: str) -> bool:
        """Ask for a window; True if this leads to a run that would not have been.

        A window that is being worked on right now is marked to be done again: what asks may know of rows that the
        worker has not seen.
        """
        place = _place(monitor, stage, window)
        with self._db.writing(f"queue {monitor}") as connection:
            row = connection.execute(select(_item.worker, _item.again).where(*place)).first()
            if row is None:
                connection.execute(
                    insert(queue).values(
                        monitor=monitor,
                        stage=str(stage),
                        window=window.key,
                        window_start=start_of(window),
                        why=why,
                        claims=0,
                        again=0,
                    )
                )
                return True
            if row.worker is None or row.again:
                return False
            connection.execute(update(queue).where(*place).values(again=1, why=why))
            return True

    def claim_window(
        self, monitor: str, worker: str, lease_seconds: float, as_of: datetime
    ) -> tuple[Window, str] | None:
        """Take the earliest window that nobody holds (inputs before labels), or None."""
        columns = (_item.window, _item.stage, _item.worker, _item.taken, _item.lease)
        with self._db.writing(f"queue {monitor}") as connection:
            query = select(*columns).where(_item.monitor == monitor)
            rows = connection.execute(query.order_by(_item.window_start, _item.stage, _item.window))
            row = next((r for r in rows if r.worker is None or _is_over(r.taken, r.lease, as_of)), None)
            if row is None:
                return None
            window, stage = window_of(row.window), row.stage
            lease = instant(as_of + timedelta(seconds=lease_seconds))
            # Whoever held it before has died; what was asked for meanwhile is met by the run that begins now.
            values = {"worker": worker, "lease": lease, "taken": instant(as_of), "claims": _item.claims + 1, "again": 0}
            connection.execute(update(queue).where(*_place(monitor, stage, window)).values(values))
            return window, stage

    def finish_window(self, monitor: str, stage: str, window: Window, worker: str) -> bool:
        """Take a finished window off the queue; False if this worker did not hold it any more."""
        mine = (*_place(monitor, stage, window), _item.worker == worker)
        with self._db.writing(f"queue {monitor}") as connection:
            if connection.execute(delete(queue).where(*mine, _item.again == 0)).rowcount:
                return True
            again = update(queue).where(*mine).values(worker=None, lease=None, taken=None, again=0)
            return connection.execute(again).rowcount == 1

    def release(self, monitor: str, stage: str, window: Window, worker: str) -> bool:
        """Give a window back undone; False if this worker did not hold it any more."""
        mine = (*_place(monitor, stage, window), _item.worker == worker)
        with self._db.writing(f"queue {monitor}") as connection:
            back = update(queue).where(*mine).values(worker=None, lease=None, taken=None, again=0)
            return connection.execute(back).rowcount == 1

    def queued(self, monitor: str) -> list[Queued]:
        """What waits or is being worked on, earliest window first."""
        query = select(_item.window, _item.stage, _item.why, _item.claims, _item.worker).where(_item.monitor == monitor)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_item.window_start, _item.stage)).all()
        return [Queued(window_of(window), stage, *rest) for window, stage, *rest in rows]


def _is_over(taken: str | None, lease: str, now: datetime) -> bool:
    return is_over(datetime.fromisoformat(taken) if taken else None, datetime.fromisoformat(lease), now)


def _place(monitor: str, stage: str, window: Window) -> tuple[ColumnElement[bool], ...]:
    return _item.monitor == monitor, _item.stage == str(stage), _item.window == window.key
