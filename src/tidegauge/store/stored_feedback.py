"""What people answered to incidents: appended, never changed, and written out as lines that another store can read.

Everything else in a store follows from the warehouse and the monitor's file; this does not. So the log can be exported
and imported. Incidents are named after windows, so that the answers still fit after the store was made anew.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import select

from tidegauge.core.errors import IncidentError, WindowError
from tidegauge.decisions.feedback import Feedback
from tidegauge.store.codec import read, stored, write
from tidegauge.store.part import StorePart
from tidegauge.store.schema import feedback as table
from tidegauge.store.wire import instant


class Imported(NamedTuple):
    """What became of the lines of a log."""

    new: int
    known: int  # were there already
    others: int  # of other monitors, left out


class Answers(StorePart):
    """Keeps the answers to incidents."""

    def put(self, answers: Iterable[Feedback]) -> int:
        """Append answers; how many were new. One that is there already is left alone."""
        new = 0
        with self._db.writing("feedback") as connection:
            for one in answers:
                row = {
                    "id": one.id,
                    "monitor": one.monitor,
                    "stage": str(one.stage),
                    "at": instant(one.at),
                    "json": write(one),
                }
                statement = self._db.insert(table).values(row).on_conflict_do_nothing().returning(table.c.id)
                new += connection.execute(statement).first() is not None
        return new

    def of(self, monitor: str, stage: str | None = None) -> tuple[Feedback, ...]:
        """The answers to a monitor's incidents (of one stage, or of all), oldest first."""
        query = select(table.c.id, table.c.json).where(table.c.monitor == monitor)
        if stage is not None:
            query = query.where(table.c.stage == str(stage))
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(table.c.at, table.c.id)).all()
        return tuple(stored(Feedback, text, "feedback", f"{monitor}, {id_}") for id_, text in rows)

    def export_log(self, monitor: str) -> Iterator[str]:
        """The log of a monitor: one line of JSON for each answer, oldest first."""
        return (write(one) for one in self.of(monitor))

    def import_log(self, monitor: str, lines: Iterable[str], log: str = "the log") -> Imported:
        """Append the answers of an exported log, all or none: a line that is not as it was written is named.

        `log`: what the log is called in an error.
        """
        mine, others = [], 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                one = read(Feedback, line)
            except (ValueError, WindowError, IncidentError, RecursionError) as error:
                raise IncidentError(f"Line {number} of {log} is no answer to an incident: {error}.") from None
            if one.id != one.digest():
                raise IncidentError(
                    f"Line {number} of {log} was changed after it was written: its id is {one.id}, and what it says "
                    f"has {one.digest()}. Import the log as it was exported, and change an answer by another one."
                )
            if one.monitor == monitor:
                mine.append(one)
            else:
                others += 1
        new = self.put(mine)
        return Imported(new, len(mine) - new, others)
