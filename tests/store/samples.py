"""Windows, decisions and profiles for the store's tests."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from tidegauge.core.decision import CellShift, Decision, Finding, Score, Verdict
from tidegauge.core.incident import Incident, IncidentStatus
from tidegauge.core.intent import Intent
from tidegauge.core.window import Window
from tidegauge.store.profiles import ProfileRow, Revision
from tidegauge.store.schema import VERSION_TABLE
from tidegauge.store.views import drop_views

CLOCK = datetime(2013, 12, 1, 3, 4, 5, 678, tzinfo=UTC)
LATER = CLOCK + timedelta(hours=1)
# What a category, a column or an error message may hold.
HOSTILE = (
    "plain",
    "",
    "'; DROP TABLE names; --",
    'quote " back\\slash',
    "two\nlines\r\n\ttab",
    "🌊 \u202eright to left",
    "NUL \x00 and \x1a and \x1a0;",
    "half \ud83d of a pair",
    "%s ? :name {}",
    "x" * 1_000_000,
)


def to_version_3(connection: Connection) -> None:
    """Take back what later versions have added to a store."""
    drop_views(connection)
    for column in ("taken", "first_failed", "last_failed", "due", "why", "settled_by", "waited"):
        connection.exec_driver_sql(f"ALTER TABLE outbox DROP COLUMN {column}")
    columns = 'monitor TEXT, stage TEXT, "window" TEXT, window_start TEXT, why TEXT, claims INTEGER, again INTEGER'
    connection.exec_driver_sql(f"CREATE TABLE queue ({columns}, worker TEXT, lease TEXT)")
    for column in ("stone", "revision"):
        connection.exec_driver_sql(f"ALTER TABLE decisions DROP COLUMN {column}")
    connection.exec_driver_sql("DROP TABLE forgotten")
    for table in (
        "recuts",
        "sources",
        "points",
        "series",
        "local_dates",
        "challengers",
        "champions",
        "snapshots",
        "flags",
    ):
        connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '0003'")


def day(number: int, kind: str = "day") -> Window:
    """The number-th day of 2013."""
    start = datetime(2013, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return Window(start, start + timedelta(days=1), kind)


def rows(number: int, segments: tuple[str, ...] = ("*",), layout: str = "l1") -> list[ProfileRow]:
    """A few profiles whose blobs tell which window they are of."""
    return [
        ProfileRow(segment, column, layout, "numeric", f"{number} {segment} {column}".encode())
        for segment in segments
        for column in ("a", "b")
    ]


def revision(number: int, checksum: str = "c") -> Revision:
    """The revision of a window with some rows."""
    return Revision(100 + number, "2013-12-01T00:00:00Z", checksum)


def decision(number: int, evidence: str = "e", stage: str = "inputs", monitor: str = "m") -> Decision:
    """An alert with everything in it."""
    nan, inf = float("nan"), float("inf")
    score = Score("a", "psi", "*", 0.1 + 0.2, nan, -inf, inf, -0.0, 1e-300, "seasonal", 7, (day(number).key,))
    finding = Finding("a", "*", 2.5, (score,), (CellShift("carrier = 🌊", 0.25, 0.75),), "SELECT 1")
    return Decision(
        monitor, day(number), stage, Verdict.ALERT, f"Day {number} moved.", evidence, findings=(finding,), notes=("n",)
    )


def incident(number: int, status: IncidentStatus = IncidentStatus.OPENED, id_: str = "i1") -> Incident:
    """An incident that has come to its number-th day."""
    return Incident(id_, "m", "inputs", status, day(0), day(number), ("a", "b"), number + 1)


def intent(number: int, action: str = "retrain") -> Intent:
    """Something to be done about a day."""
    return Intent(f"m/{number}/{action}", action, "m", day(number), {"dag": "retrain", "odd": HOSTILE[4]})
