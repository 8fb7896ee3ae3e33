"""Decisions, append-only, with the scores that they rest on; what one causes is written in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, delete, insert, select, update

from tidegauge.core.decision import AS_BEFORE, Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.core.intent import SHOWN, Intent
from tidegauge.core.point import SeriesPoint
from tidegauge.core.window import Window
from tidegauge.store.codec import stored, write
from tidegauge.store.current import Current
from tidegauge.store.database import Database
from tidegauge.store.intents import put_intents
from tidegauge.store.outlined import Outlined, outlined_of
from tidegauge.store.part import StorePart, chunks
from tidegauge.store.schema import decisions, scores
from tidegauge.store.stand import Stand
from tidegauge.store.stored_incidents import put_incidents
from tidegauge.store.stored_points import next_revision, put_points
from tidegauge.store.wire import instant, second, start_of, window_of

_decision = decisions.c
_score = scores.c
Commit = tuple[Decision, bytes, Sequence[Intent], Sequence[Incident]]  # a decision and all that it causes


class Decisions(StorePart):
    """Appends decisions and finds the current ones."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._outlined: dict[tuple[str, str], Current[Outlined]] = {}
        self._evidences: dict[tuple[str, str], tuple[int, dict[Window, str]]] = {}  # as of so many looks

    def commit(
        self,
        decision: Decision,
        scores_blob: bytes,
        intents: Sequence[Intent] = (),
        incidents: Sequence[Incident] = (),
        *,
        as_of: datetime,
    ) -> bool:
        """Append a decision with its scores, incidents and intents in one transaction; True if it was new.

        If the window's current decision rests on the same evidence, nothing at all is written: a rerun changes
        nothing and causes nothing. An intent whose key was ever stored is not stored again, whatever became of it.
        """
        return self.commit_batch([(decision, scores_blob, intents, incidents)], as_of=as_of) == 1

    def commit_batch(
        self,
        batch: Iterable[Commit],
        *,
        as_of: datetime,
        stone: int = 0,
        points: Mapping[tuple[str, Window], Sequence[SeriesPoint]] | None = None,
        stand: Stand | None = None,
    ) -> int:
        """`commit` for many (a backfill), in their order, in one transaction; how many were new.

        `stone`: the number of the last tombstone that was there before the profiles were looked at. `points`: of a
        stage and window, what its series are by the new decision. `stand`: how far things had come when it was looked
        what the decisions ask for; Overtaken, and nothing written, where they ask for actions and it is another now.
        """
        points = points or {}
        batch = list(batch)
        clock, new = instant(as_of), 0
        locks = sorted({decision.monitor for decision, *_ in batch})
        for monitor in locks:
            with self._db.writing(f"decisions {monitor}") as connection:
                if stand is not None and _asks_for_actions(batch):
                    stand.hold(connection)
                for decision, blob, intents, incidents in batch:
                    if decision.monitor == monitor and _append(connection, decision, blob, clock, stone, points):
                        put_incidents(connection, incidents)
                        put_intents(self._db, connection, intents)
                        new += 1
                if stand is not None:
                    stand.keep_up(connection)
        return new

    def stand(self, monitor: str) -> Stand:
        """How far a monitor has come; to be asked before whatever an intent rests on."""
        with self._db.reading() as connection:
            return Stand.now(connection, monitor)

    def mend_scores(self, decision: Decision, scores_blob: bytes) -> bool:
        """Put the right scores in the place of damaged ones of the same evidence; True if they were damaged."""
        where = (
            _score.monitor == decision.monitor,
            _score.stage == str(decision.stage),
            _score.window == decision.window.key,
            _score.evidence == decision.evidence,
        )
        with self._db.writing(f"decisions {decision.monitor}") as connection:
            if connection.execute(select(_score.blob).where(*where)).scalar() in (None, scores_blob):
                return False
            connection.execute(update(scores).where(*where).values(blob=scores_blob))
        return True

    def get(self, monitor: str, stage: str, window: Window) -> Decision | None:
        """The current decision on a window, or None."""
        with self._db.reading() as connection:
            query = select(_decision.json).where(*_place(monitor, stage, window), _decision.superseded.is_(None))
            text = connection.execute(query).scalar()
        return None if text is None else stored(Decision, text, "decisions", f"{monitor}, {stage}, {window}")

    def of(
        self,
        monitor: str,
        stage: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        newest: int | None = None,
    ) -> list[Decision]:
        """The current decisions on the windows that start in [start, end), in time order; or the `newest` of them."""
        current = _decision.monitor == monitor, _decision.superseded.is_(None)
        query = select(_decision.window, _decision.stage, _decision.json).where(*current)
        if stage is not None:
            query = query.where(_decision.stage == str(stage))
        if start is not None:
            query = query.where(_decision.window_start >= second(start))
        if end is not None:
            query = query.where(_decision.window_start < second(end))
        last_first = (c.desc() for c in (_decision.window_start, _decision.window, _decision.stage))
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(*last_first).limit(newest)).all()[::-1]
        return [stored(Decision, text, "decisions", f"{monitor}, {of}, {window}") for window, of, text in rows]

    def evidences(self, monitor: str, stage: str) -> dict[Window, str]:
        """What each window's current decision rests on, in time order; the decisions themselves are not read."""
        outlined, known = self._current(monitor, stage), self._evidences.get((monitor, stage))
        if known is None or known[0] != outlined.changes:
            known = outlined.changes, {window: one.evidence for window, one in outlined.found.items()}
            self._evidences[monitor, stage] = known
        return known[1].copy()

    def stones(self, monitor: str, stage: str) -> dict[Window, int]:
        """The last tombstone that was there when each window's current decision was made; 0: none."""
        return {window: one.stone for window, one in self._current(monitor, stage).found.items()}

    def evidence(self, monitor: str, stage: str, window: Window) -> str | None:
        """What one window's current decision rests on; None where there is none."""
        query = select(_decision.evidence).where(*_place(monitor, stage, window), _decision.superseded.is_(None))
        with self._db.reading() as connection:
            return connection.execute(query).scalar()

    def outlines(self, monitor: str, stage: str) -> list[Decision]:
        """The current decisions in time order, those that found nothing without what they say.

        What an incident is made of: a year of fine days is read in a few milliseconds.
        """
        return [one.outline(monitor, stage, window) for window, one in self._current(monitor, stage).found.items()]

    def _current(self, monitor: str, stage: str) -> Current[Outlined]:
        outlined = self._outlined.setdefault((monitor, stage), Current())
        tells = _decision.verdict.in_([Verdict.ALERT, Verdict.BROKEN]) | _decision.json.contains(AS_BEFORE)
        telling = case((tells, _decision.json))
        what = (_decision.evidence, _decision.verdict, _decision.stone, telling.label("outline"))
        query = select(_decision.id, _decision.window_start, _decision.window, *what)
        where = _decision.monitor == monitor, _decision.stage == str(stage), _decision.superseded.is_(None)
        with self._db.reading() as connection:
            return outlined.refresh(connection, _decision.id, where, query, outlined_of)

    def scored(self, monitor: str, stage: str, before: Window | None, limit: int) -> list[Window]:
        """The newest `limit` windows before a window that have scores, oldest first.

        Only windows of the same kind: an hour's scores say nothing about a day's. With no window, the newest of all.
        """
        query = select(_score.window).where(_score.monitor == monitor, _score.stage == str(stage))
        newest = _score.window_start.desc()
        if before is not None:  # keys of one kind sort by time: the answer lies in the index of keys, beside the blobs
            kind = f"{before.kind}/"
            query = query.where(_score.window >= kind, _score.window < kind + start_of(before))
            newest = _score.window.desc()
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(newest).limit(limit)).scalars().all()
        return [window_of(window) for window in reversed(rows)]

    def score_blobs(self, monitor: str, stage: str, windows: Sequence[Window]) -> dict[Window, bytes]:
        """The stored scores of some windows."""
        found: dict[Window, bytes] = {}
        with self._db.reading() as connection:
            for some in chunks(sorted(set(windows))):
                by_key = {w.key: w for w in some}
                query = select(_score.window, _score.blob).where(
                    _score.monitor == monitor, _score.stage == str(stage), _score.window.in_(list(by_key))
                )
                found.update({by_key[key]: blob for key, blob in connection.execute(query)})
        return found


def _asks_for_actions(batch: Iterable[Commit]) -> bool:
    return any(intent.action not in SHOWN for _, _, intents, _ in batch for intent in intents)


def _append(
    connection: Connection,
    decision: Decision,
    blob: bytes,
    clock: str,
    stone: int,
    points: Mapping[tuple[str, Window], Sequence[SeriesPoint]],
) -> bool:
    place = _place(decision.monitor, decision.stage, decision.window)
    current = connection.execute(
        select(_decision.id, _decision.evidence).where(*place, _decision.superseded.is_(None))
    ).first()
    if current is not None and current.evidence == decision.evidence:
        return False
    number = next_revision(connection, decision.monitor, decision.stage, decision.window)
    if current is not None:
        connection.execute(update(decisions).where(_decision.id == current.id).values(superseded=clock))
    keys = {
        "monitor": decision.monitor,
        "stage": str(decision.stage),
        "window": decision.window.key,
        "window_start": start_of(decision.window),
        "evidence": decision.evidence,
    }
    outlined = {"verdict": str(decision.verdict), "as_of": clock, "json": write(decision)}
    numbers = {"stone": stone, "revision": number}
    connection.execute(insert(decisions).values(**keys, **outlined, **numbers))
    shown = points.get((decision.stage, decision.window), ())
    put_points(connection, decision.monitor, decision.stage, decision.window, shown, number)
    connection.execute(
        delete(scores).where(
            _score.monitor == decision.monitor,
            _score.stage == str(decision.stage),
            _score.window == decision.window.key,
        )
    )
    connection.execute(insert(scores).values(**keys, blob=blob))
    return True


def _place(monitor: str, stage: str, window: Window) -> tuple[ColumnElement[bool], ...]:
    return _decision.monitor == monitor, _decision.stage == str(stage), _decision.window == window.key
