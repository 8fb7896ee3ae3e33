"""The outbox: what shall be done once. Written with the decision that causes it, carried out later."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, true, update

from tidegauge.core.errors import StoreError
from tidegauge.core.intent import ABOUT, SHOWN, Intent
from tidegauge.core.retrying import Why, is_due, is_hopeless, is_over, may_pass, next_try, waited
from tidegauge.core.window import Window
from tidegauge.store.intents import KEPT, PENDING, change, clock_of, put_intents, read_or_bare
from tidegauge.store.part import StorePart, chunks
from tidegauge.store.schema import outbox
from tidegauge.store.stand import Stand
from tidegauge.store.wire import instant

CLAIMED, DONE, GIVEN_UP, DISMISSED = "claimed", "done", "given up", "dismissed"
OPEN = (PENDING, CLAIMED)
WITHDRAWN, FORGOTTEN = "withdrawn", "forgotten"  # states of what a window caused that was forgotten: not done, done
GONE = (WITHDRAWN, FORGOTTEN)
_intent = outbox.c
_fields = (_intent.key, _intent.action, _intent.monitor, _intent.window, _intent.payload)
_clocks = (_intent.first_failed, _intent.last_failed, _intent.due)
_story = (_intent.state, _intent.failures, _intent.note, *_clocks, _intent.settled_by)
_free = (_intent.state, _intent.due, _intent.taken, _intent.lease, _intent.last_failed)
_IDLE = {"worker": None, "lease": None, "taken": None}  # nobody is at it
_course = (_intent.failures, _intent.worker, _intent.first_failed, _intent.waited)


class Carried(NamedTuple):
    """An intent and what became of it."""

    intent: Intent
    state: str  # pending, claimed, done, given up, dismissed, held; withdrawn or forgotten with its window
    failures: int = 0
    note: str = ""  # what was said last
    first_failed: datetime | None = None  # or passed over, as its receiver was away: it could not be delivered
    last_failed: datetime | None = None
    due: datetime | None = None  # the next try; None: at once
    settled_by: str = ""  # who dismissed it

    @property
    def is_undelivered(self) -> bool:
        """Whether it failed, or its receiver was away, and neither went since nor was dismissed: status, exit codes."""
        return self.state == GIVEN_UP or (self.state in OPEN and (self.failures > 0 or self.first_failed is not None))


class Outbox(StorePart):
    """Hands out intents, each to one worker at a time.

    pending → claimed → done; a failure goes back to pending with a later next try, until it is hopeless
    (`tidegauge.core.retrying`): given up, which stays visible until it is asked for again or dismissed. A worker
    that dies loses its claim when the lease runs out. So an intent is carried out at least once, and exactly once
    by a receiver that honours the key that goes with it. With its window any of them may be forgotten meanwhile
    (`tidegauge.store.tombstones`): withdrawn, and forgotten where it was carried out. So each change is of a state
    that was read, and is made only where that still stands.
    """

    def pending(self, monitor: str | None = None, *, withdrawn: bool = False) -> list[Intent]:
        """What is neither done nor given up, oldest window first (`withdrawn`: or went with its window, and began)."""
        here = true() if monitor is None else _intent.monitor == monitor
        rows = self._rows(here, _intent.state.in_((*OPEN, WITHDRAWN) if withdrawn else OPEN))
        return [read_or_bare(*row[:5]) for row in rows]

    def carried(self, monitor: str, windows: Collection[Window] | None = None) -> list[Carried]:
        """Every intent of a monitor with its state, oldest window first; only those of some `windows`."""
        if windows is None:
            return [_carried(row) for row in self._rows(_intent.monitor == monitor)]
        keys = chunks(sorted(w.key for w in windows))
        return [
            _carried(row) for some in keys for row in self._rows(_intent.monitor == monitor, _intent.window.in_(some))
        ]

    def acted(self, monitor: str, *, forgotten: bool = False) -> list[Intent]:
        """What actions were asked for by windows that are not forgotten, oldest first: a few an incident.

        `forgotten`: and what was carried out for windows that are.
        """
        stands = _intent.action.not_in(SHOWN), _intent.state.not_in((WITHDRAWN,) if forgotten else GONE)
        return [read_or_bare(*row[:5]) for row in self._rows(_intent.monitor == monitor, *stands)]

    def held(self, monitor: str, windows: Collection[Window] | None = None) -> list[Carried]:
        """What is kept without being carried out, its note says why; of some `windows`, where they are given."""
        every = [_carried(row) for row in self._rows(_intent.monitor == monitor, _intent.state == KEPT)]
        return [c for c in every if windows is None or c.intent.window in windows]

    def following(self, monitor: str, about: str) -> list[Carried]:
        """What tells how it went on with what an intent began, oldest window first."""
        rows = self._rows(_intent.monitor == monitor, _intent.action.not_in(SHOWN))
        return [c for c in map(_carried, rows) if c.intent.payload.get(ABOUT) == about]

    def former(self, monitor: str) -> set[str]:
        """The keys of what was caused by windows that were forgotten since."""
        query = select(_intent.key).where(_intent.monitor == monitor, _intent.state.in_(GONE))
        with self._db.reading() as connection:
            return set(connection.execute(query).scalars())

    def undelivered(self, monitor: str, *, fresh: bool = False) -> list[Carried]:
        """What failed and waits, or was given up and stands there until somebody says so.

        `fresh`: what was never tried as well.
        """
        mine, tried = _intent.monitor == monitor, (_intent.failures > 0) | _intent.first_failed.is_not(None)
        stands = _intent.state.in_(OPEN) & (true() if fresh else tried) | (_intent.state == GIVEN_UP)
        return [_carried(row) for row in self._rows(mine, stands)]

    def _rows(self, *where: ColumnElement[bool]) -> Sequence[Any]:
        query = select(*_fields, *_story).where(*where).order_by(_intent.window_start, _intent.key)
        with self._db.reading() as connection:
            return connection.execute(query).all()

    def due(self, monitor: str, as_of: datetime, *, again: bool = False) -> list[Intent]:
        """What may be tried now. `again`: whatever is not done, given up or not due yet as well.

        What was not tried yet comes first, oldest window first, then what was tried longest ago: where only one that
        finds nobody is tried, and the others are passed over, it is another one each time.
        """
        states = (*OPEN, GIVEN_UP) if again else OPEN
        query = select(*_fields, *_free).where(_intent.monitor == monitor, _intent.state.in_(states))
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(_intent.window_start, _intent.key)).all()
        free = [row for row in rows if _is_free(row, as_of, again=again)]
        return [read_or_bare(*row[:5]) for row in sorted(free, key=lambda row: row.last_failed or "")]

    def claim(
        self, intent_key: str, worker: str, lease_seconds: float, *, as_of: datetime, again: bool = False
    ) -> bool:
        """Take an intent for a while; False if another worker holds it, or it is done, not due or unknown.

        `again`: what was given up or is not due yet as well; its patience begins anew.
        """
        lease = {"taken": instant(as_of), "lease": instant(as_of + timedelta(seconds=lease_seconds))}
        values: dict[str, Any] = {"state": CLAIMED, "worker": worker, **lease, "claims": _intent.claims + 1}
        if again:
            values["waited"] = 0
        with self._db.writing(f"outbox {intent_key}") as connection:
            while (row := _row(connection, intent_key)) is not None and _is_free(row, as_of, again=again):
                if change(connection, intent_key, row.state, values):
                    return True
        return False

    def is_open(self, intent_key: str) -> bool:
        """Whether it waits, or a worker is at it."""
        return bool(self._rows(_intent.key == intent_key, _intent.state.in_(OPEN)))

    def pass_over(
        self, intent_key: str, note: str, *, as_of: datetime, again: bool = False, alone: bool = True
    ) -> bool:
        """Note that its receiver is away, untried: no failure of its. False where it is not free, or is to be tried.

        It is once in `ALONE`, if it is not asked for `again`; not `alone` where it must not come before another.
        """
        with self._db.writing(f"outbox {intent_key}") as connection:
            while (row := _row(connection, intent_key)) is not None and _is_free(row, as_of, again=again):
                first, last = clock_of(row.first_failed), clock_of(row.last_failed)
                if alone and not again and not may_pass(last or first, as_of):
                    return False
                values = _IDLE | {"state": PENDING, "note": note, "why": Why.AWAY.value}
                values |= {"first_failed": instant(first or as_of)}
                values |= {"due": instant(next_try(max(row.failures, 1), as_of))}
                if change(connection, intent_key, row.state, values | ({"waited": 0} if again else {})):
                    return True
        return False

    def ask(self, intents: Iterable[Intent], stand: Stand | None = None) -> None:
        """Put in what a decision that stands asks for, once; Overtaken where it was looked for at another `stand`."""
        if some := list(intents):
            with self._db.writing(f"decisions {some[0].monitor}") as connection:
                if stand is not None:
                    stand.hold(connection)
                put_intents(self._db, connection, some)

    def ask_again(self, intent_key: str) -> None:
        """Let what was given up wait once more, for one who can try it; its patience begins anew."""
        with self._db.writing(f"outbox {intent_key}") as connection:
            change(connection, intent_key, GIVEN_UP, {"state": PENDING, "waited": 0, "due": None})

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
        with self._db.writing(f"outbox {intent_key}") as connection:
            while (row := _row(connection, intent_key)) is not None:
                state = str(row.state)
                late = not ok and (state not in OPEN or worker not in (None, row.worker))
                if state in (DONE, FORGOTTEN) or late:
                    return state
                done = FORGOTTEN if state == WITHDRAWN else DONE
                values = {"state": done, "due": None} if ok else _failed(row, as_of, why)
                if change(connection, intent_key, state, _IDLE | values | {"finished": instant(as_of), "note": note}):
                    return str(values["state"])
        raise StoreError(f'the outbox has no intent with the key "{intent_key}"')

    def dismiss(self, intent_key: str, by: str, *, as_of: datetime) -> bool:
        """Somebody says that it need not be delivered any more; False where it was delivered or dismissed already.

        The row stays, with its history, who said so and when.
        """
        values = {"state": DISMISSED, "settled_by": by, "finished": instant(as_of), "worker": None, "due": None}
        with self._db.writing(f"outbox {intent_key}") as connection:
            still = (_intent.key == intent_key, _intent.state.in_((*OPEN, GIVEN_UP)))
            return connection.execute(update(outbox).where(*still).values(values)).rowcount == 1


def _row(connection: Connection, intent_key: str) -> Any:  # noqa: ANN401 - a row with the columns of `_free` and `_course`
    return connection.execute(select(*_free, *_course).where(_intent.key == intent_key)).first()


def _failed(row: Any, now: datetime, why: Why) -> dict[str, Any]:  # noqa: ANN401 - a row as of `_row`
    """What a failure makes of a row."""
    failures = row.failures + 1
    in_vain = waited(timedelta(seconds=row.waited or 0), clock_of(row.last_failed), now)
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
        end = clock_of(row.lease)
        return end is None or is_over(clock_of(row.taken), end, now)
    return again if row.state == GIVEN_UP else row.state == PENDING and (again or is_due(clock_of(row.due), now))


def _carried(row: Any) -> Carried:  # noqa: ANN401 - a row with the columns of `_fields` and `_story`
    clocks = (clock_of(row.first_failed), clock_of(row.last_failed), clock_of(row.due))
    return Carried(read_or_bare(*row[:5]), row.state, row.failures, row.note or "", *clocks, row.settled_by or "")
