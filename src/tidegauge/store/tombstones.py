"""Windows that were forgotten: as if they had never been run, and yet nothing that was known of them is lost.

A tombstone is appended, and what was current of the window is so no more. Profiles, decisions and intents stay, as
history: which decision stood at a time that came before is answered as before. What is profiled afterwards is a new
life, and what it causes is caused for the first time.

Profiles are shared by monitors that read a table in the same way, so a tombstone belongs to the source. The rest is
each monitor's own: at its next look (`Pipeline.decide`) it withdraws a decision that was made before the last
tombstone of its window, so that forgetting that was cut off half-way, or overtaken by another process, is ended by
whoever comes next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from tidegauge.core.intent import EVENT_TIME, MEND, Intent
from tidegauge.core.window import Window
from tidegauge.store.intents import KEPT, PENDING, change, put_intents, read_or_bare
from tidegauge.store.outbox import DISMISSED, DONE, FORGOTTEN, GIVEN_UP, WITHDRAWN
from tidegauge.store.part import StorePart
from tidegauge.store.scans import REPLACED, is_known, mark_scans
from tidegauge.store.schema import decisions, forgotten, outbox, revisions, scores
from tidegauge.store.stored_points import forget_points
from tidegauge.store.wire import instant, window_of

_stone = forgotten.c
_intent = outbox.c


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A window, of which stage it was forgotten, and when."""

    window: Window
    stage: str
    at: datetime
    number: int = 0  # later ones have higher numbers


class Tombstones(StorePart):
    """Forgets windows, and knows which were forgotten."""

    def of(self, source: str) -> list[Tombstone]:
        """Every time that a window of a source was forgotten, the first one first."""
        query = (
            select(_stone.window, _stone.stage, _stone.at, _stone.id).where(_stone.source == source).order_by(_stone.id)
        )
        with self._db.reading() as connection:
            rows = connection.execute(query).all()
        return [Tombstone(window_of(w), stage, datetime.fromisoformat(at), number) for w, stage, at, number in rows]

    def bury(self, source: str, stage: str, window: Window, *, at: datetime, force: bool = False) -> bool:
        """Make a window's profile current no more, and put up a tombstone; whether there was a profile to bury.

        `force`: put one up where there is none yet, even without a profile.
        """
        with self._db.writing(f"profiles {source}") as connection:
            where = (*is_known(source, stage), revisions.c.window == window.key)
            found = connection.execute(select(revisions.c.id).where(*where)).scalars().all()
            place = (_stone.source == source, _stone.stage == str(stage), _stone.window == window.key)
            known = connection.execute(select(func.count()).select_from(forgotten).where(*place)).scalar()
            if found or (force and not known):
                row = {"source": source, "stage": str(stage), "window": window.key, "at": instant(at)}
                connection.execute(insert(forgotten).values(row))
            mark_scans(connection, found, REPLACED)
        return bool(found)

    def withdraw(
        self,
        monitor: str,
        stage: str,
        window: Window,
        mends: Sequence[Intent] = (),
        *,
        as_of: datetime,
        stone: int | None = None,
    ) -> bool:
        """Make a monitor's decision on a window current no more, and what it caused history; whether there was one.

        What was not carried out yet is withdrawn. What was, no longer counts as told. `mends` are stored where a sink
        was to show the decision; those that are stored already are to be carried out once more. `stone`: the tombstone
        that is obeyed; a decision that was made knowing it belongs to a new life, and stays.
        """
        with self._db.writing(f"decisions {monitor}") as connection:
            decision, clock = decisions.c, instant(as_of)
            place = _of(decisions, monitor, stage, window)
            current = connection.execute(
                select(decision.id, decision.as_of, decision.stone).where(*place, decision.superseded.is_(None))
            ).first()
            if current is not None and stone is not None and current.stone >= stone:
                return False
            if current is not None:  # a decision taken by a clock that was ahead has stood until then, at the least
                until = max(clock, current.as_of)
                connection.execute(update(decisions).where(decision.id == current.id).values(superseded=until))
            connection.execute(delete(scores).where(*_of(scores, monitor, stage, window)))
            forget_points(connection, monitor, stage, window)
            # a sink in event time was shown it by a backfill too, which is nothing that the window has caused
            told = _withdraw_intents(connection, monitor, stage, window, clock)
            mends = [m for m in mends if told or (EVENT_TIME in m.payload and current is not None)]
            if mends:
                put_intents(self._db, connection, mends)
                _carry_out_again(connection, mends)
        return current is not None


def _withdraw_intents(connection: Connection, monitor: str, stage: str, window: Window, clock: str) -> bool:
    """Make history of what a decision on a window has caused; whether it has caused anything."""
    query = select(_intent.key, _intent.action, _intent.monitor, _intent.window, _intent.payload)
    rows = connection.execute(query.where(_intent.monitor == monitor, _intent.window == window.key))
    intents = [read_or_bare(*row) for row in rows.all()]
    mine = [i for i in intents if i.action != MEND and i.payload.get("stage") == stage]
    for intent in mine:
        while not _withdrawn(connection, intent.key, clock):  # a worker has claimed or finished it meanwhile
            pass
    return bool(mine)


def _withdrawn(connection: Connection, key: str, clock: str) -> bool:
    """Make it forgotten where it was carried out, else withdrawn; whether it is."""
    was = str(connection.execute(select(_intent.state).where(_intent.key == key)).scalar_one())
    state = FORGOTTEN if was in (DONE, FORGOTTEN, KEPT) else WITHDRAWN
    values = {"state": state, "worker": None, "lease": None}
    if state == WITHDRAWN:
        values |= {"finished": clock, "note": "withdrawn: its window was forgotten"}
    return was == state or change(connection, key, was, values)


def _of(table: Table, monitor: str, stage: str, window: Window) -> tuple[ColumnElement[bool], ...]:
    return table.c.monitor == monitor, table.c.stage == str(stage), table.c.window == window.key


def _carry_out_again(connection: Connection, intents: Sequence[Intent]) -> None:
    """Intents that have come to an end are pending once more, as if they had never been tried."""
    again = {"state": PENDING, "failures": 0, "waited": 0, "due": None}
    again |= {"first_failed": None, "last_failed": None, "note": None}
    known = _intent.key.in_([i.key for i in intents])
    connection.execute(update(outbox).where(known, _intent.state.in_([DONE, GIVEN_UP, DISMISSED])).values(**again))
