"""What actions leave behind: retrained models that wait for a judgement, notices that were sent. Once by their key."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from tidegauge.nouns import Window
from tidegauge.store.part import Part
from tidegauge.store.schema import candidates as candidate_table
from tidegauge.store.schema import notices as notice_table
from tidegauge.store.text import instant, window_of


class Candidate(NamedTuple):
    """A retrained model: what is known of it is JSON, whose form belongs to whoever trains."""

    key: str
    window: Window
    json: str


class Notice(NamedTuple):
    """Something that a person was told."""

    key: str
    window: Window
    as_of: datetime
    text: str


class Records(Part):
    """Keeps candidates and notices; a key that is there already is left alone."""

    def put_candidate(self, key: str, monitor: str, window: Window, json: str) -> bool:
        """Record a retrained model; False if the key was there."""
        row = {"key": key, "monitor": monitor, "window": window.key, "json": json}
        statement = (
            self._db.insert(candidate_table).values(row).on_conflict_do_nothing().returning(candidate_table.c.key)
        )
        with self._db.writing(f"candidates {monitor}") as connection:
            return connection.execute(statement).first() is not None

    def candidates(self, monitor: str) -> list[Candidate]:
        """The candidates of a monitor, in order of window and key."""
        table = candidate_table.c
        with self._db.reading() as connection:
            rows = connection.execute(select(table.key, table.window, table.json).where(table.monitor == monitor)).all()
        return sorted((Candidate(key, window_of(window), text) for key, window, text in rows), key=_in_time)

    def put_notice(self, key: str, monitor: str, window: Window, text: str, *, as_of: datetime) -> bool:
        """Record that somebody was told something; False if the key was there."""
        row = {"key": key, "monitor": monitor, "window": window.key, "as_of": instant(as_of), "text": text}
        statement = self._db.insert(notice_table).values(row).on_conflict_do_nothing().returning(notice_table.c.key)
        with self._db.writing(f"notices {monitor}") as connection:
            return connection.execute(statement).first() is not None

    def notices(self, monitor: str) -> list[Notice]:
        """The notices of a monitor, in order of window and key."""
        table = notice_table.c
        query = select(table.key, table.window, table.as_of, table.text).where(table.monitor == monitor)
        with self._db.reading() as connection:
            rows = connection.execute(query).all()
        found = (Notice(key, window_of(w), datetime.fromisoformat(clock), text) for key, w, clock, text in rows)
        return sorted(found, key=_in_time)


def _in_time(record: Candidate | Notice) -> tuple[Window, str]:
    return record.window, record.key
