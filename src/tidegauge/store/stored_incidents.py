"""Incidents: alerts that are one event. Replaced as a whole, for a rerun may find that two events were one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, delete, insert, select

from tidegauge.core.decision import Decision, Verdict
from tidegauge.core.incident import Incident
from tidegauge.store.codec import stored, write
from tidegauge.store.part import StorePart
from tidegauge.store.schema import decisions
from tidegauge.store.schema import incidents as table
from tidegauge.store.wire import second, start_of


class Incidents(StorePart):
    """Keeps the incidents of monitors."""

    def of(self, monitor: str, stage: str | None = None) -> list[Incident]:
        """The incidents of a monitor (of one stage, or of all), in order of their first window."""
        query = select(table.c.id, table.c.json).where(table.c.monitor == monitor)
        if stage is not None:
            query = query.where(table.c.stage == str(stage))
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(table.c.first_start, table.c.stage, table.c.id)).all()
        return [_incident(text, f"{monitor}, {id_}") for id_, text in rows]

    def replace(self, monitor: str, stage: str, incidents: Sequence[Incident]) -> None:
        """Make these the only incidents of a monitor's stage."""
        with self._db.writing(f"decisions {monitor}") as connection:
            connection.execute(delete(table).where(table.c.monitor == monitor, table.c.stage == str(stage)))
            put_incidents(connection, incidents)

    def once(self, monitor: str, stage: str, start: datetime, end: datetime) -> list[Decision]:
        """Alerts on windows that start in [start, end) which another decision has replaced, or which were forgotten."""
        query = select(decisions.c.window, decisions.c.json).where(
            decisions.c.monitor == monitor,
            decisions.c.stage == str(stage),
            decisions.c.window_start >= second(start),
            decisions.c.window_start < second(end),
            decisions.c.superseded.is_not(None),
            decisions.c.verdict.in_([Verdict.ALERT, Verdict.BROKEN]),
        )
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(decisions.c.id)).all()
        return [stored(Decision, text, "decisions", f"{monitor}, {stage}, {window}") for window, text in rows]


@lru_cache(maxsize=4096)  # the same few hundred are read at every look, and few of them have changed
def _incident(text: str, where: str) -> Incident:
    return stored(Incident, text, "incidents", where)


def put_incidents(connection: Connection, incidents: Iterable[Incident]) -> None:
    """Insert incidents, each in the place of the one with the same id."""
    for incident in incidents:
        connection.execute(
            delete(table).where(
                table.c.monitor == incident.monitor,
                table.c.stage == str(incident.stage),
                table.c.id == incident.id,
            )
        )
        connection.execute(
            insert(table).values(
                monitor=incident.monitor,
                stage=str(incident.stage),
                id=incident.id,
                status=str(incident.status),
                first_start=start_of(incident.first),
                json=write(incident),
            )
        )
