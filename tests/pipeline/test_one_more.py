"""An hour more costs an hour, whatever is there already: no statement more, and no row of the history read again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from sqlite3 import Cursor

import pytest
from sqlalchemy import event

from tests.begun import open_pipeline
from tests.pipeline.world import BEGIN, a_monitor
from tidegauge.store.store import Store

NOON = timedelta(hours=12)  # spreads are fitted at midnight
SHORT, LONG = timedelta(days=1), timedelta(days=3)  # of history: 36 hours, and 84
HOURLY = {
    "every: day": "every: hour",
    "wait: 2 hours": "wait: 0 hours",
    "delay: 1 day": "delay: 6 hours",
}  # when all have come


class Traffic:
    """What a store was asked, and how many rows of each table it gave."""

    def __init__(self) -> None:
        self.statements: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()

    def hear(self, _connection: object, cursor: Cursor, sql: str, bound: tuple[object, ...], *_: object) -> None:
        """Called before each statement; a SELECT is asked for its number of rows first."""
        words = sql.partition("WHERE")[0].split()
        self.statements[" ".join(words)] += 1
        if words[0] == "SELECT":
            raw = cursor.connection.cursor()
            (rows,) = raw.execute(f"SELECT count(*) FROM ({sql})", bound).fetchone()
            self.rows["profiles" if "profiles" in words else words[words.index("FROM") + 1]] += rows


@contextmanager
def traffic(store: Store) -> Iterator[Traffic]:
    """Listen to a store in SQLite."""
    found, engine = Traffic(), store.database.engine
    event.listen(engine, "before_cursor_execute", found.hear)
    yield found
    event.remove(engine, "before_cursor_execute", found.hear)


@pytest.fixture(scope="module")
def hours(clean: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Traffic, Traffic]:
    """What one hour more asks of a short history and of a long one, in a process that goes on."""
    found = []
    with open_pipeline(a_monitor(clean, tmp_path_factory.mktemp("hours"), **HOURLY)) as pipeline:
        for until in (BEGIN + SHORT + NOON, BEGIN + LONG + NOON):
            pipeline.backfill(BEGIN, until - timedelta(hours=1))
            pipeline.backfill(until - timedelta(hours=1), until)
            with traffic(pipeline.store) as heard:
                assert len(pipeline.backfill(until, until + timedelta(hours=1))) == 2, "inputs and labels"
            found.append(heard)
    return found[0], found[1]


def test_no_statement_more(hours: tuple[Traffic, Traffic]) -> None:
    """But for the records that pools name: those are read in as many goes as there are pools with new ones.

    And for the labels of the windows that the table of performance holds one against: as many as are like it.
    """
    short, long = ({sql: n for sql, n in h.statements.items() if "scores.blob" not in sql} for h in hours)
    blobs = next(sql for sql in short if "p.blob" in sql)
    assert long[blobs] <= short[blobs]
    assert {**long, "BEGIN": 0, blobs: 0} == {**short, "BEGIN": 0, blobs: 0}


def test_no_row_of_the_history_is_read_again(hours: tuple[Traffic, Traffic]) -> None:
    """Of scores, the windows of a look-back are listed from an index; of windows that pools name, all is read."""
    short, long = ({t: n for t, n in h.rows.items() if t not in ("scores", "profiles")} for h in hours)
    assert long == short
    assert short.keys() >= {"revisions", "decisions"}
