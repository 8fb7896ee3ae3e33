"""When decisions on a monitor's live windows were delivered: whether it is alive, for whoever sees receivers only."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from tidegauge.core.intent import DELIVER
from tidegauge.core.window import Window
from tidegauge.store.intents import clock_of
from tidegauge.store.outbox import DONE
from tidegauge.store.part import StorePart
from tidegauge.store.schema import outbox
from tidegauge.store.wire import window_of

_intent = outbox.c


class Delivered(NamedTuple):
    """Moments by the clock of the host that delivered."""

    last: datetime  # when a decision was delivered last, of whatever window
    newest: Window  # the newest window of which one was
    first: datetime  # when the first of that window's was


class Deliveries(StorePart):
    """Finds when decisions were delivered. A past that is shown (a backfill) is no sign of life, and not looked at."""

    def last(self, monitor: str) -> Delivered | None:
        """The last delivery, and the newest window; None where there never was one."""
        mine = (_intent.monitor == monitor, _intent.action == DELIVER, _intent.state == DONE)
        newest = select(_intent.window, func.min(_intent.finished)).where(*mine).group_by(_intent.window)
        in_time = func.max(_intent.window_start).desc(), _intent.window.desc()
        with self._db.reading() as connection:
            last = clock_of(connection.execute(select(func.max(_intent.finished)).where(*mine)).scalar())
            row = connection.execute(newest.order_by(*in_time).limit(1)).first()
        first = None if row is None else clock_of(row[1])
        if last is None or row is None or first is None:
            return None
        return Delivered(last, window_of(row[0]), first)
