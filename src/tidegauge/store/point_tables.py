"""The tables of series, their points and their dates: part of the store's schema."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Integer, MetaData, Table, UniqueConstraint

from tidegauge.store.wire import Ascii, Words


def point_tables(metadata: MetaData) -> tuple[Table, Table, Table]:
    """Series, points, and the dates of their windows."""
    series = Table(  # the numbers that a stage shows of every window: fixed when it is first decided
        "series",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("monitor", Words, nullable=False),
        Column("stage", Ascii, nullable=False),
        Column("place", Integer, nullable=False),
        Column("column", Words, nullable=False),
        Column("segment", Words, nullable=False),
        Column("statistic", Words, nullable=False),
        Column("unit", Ascii, nullable=False),
        Column("banded", Integer, nullable=False),
        UniqueConstraint("monitor", "stage", "column", "segment", "statistic", name="series_key"),
    )

    points = Table(  # of current decisions; narrow, for a year of hours is a million rows. Seconds of UTC since 1970
        "points",
        metadata,
        Column("series", Integer, ForeignKey("series.id"), primary_key=True, autoincrement=False),
        Column("ends", BigInteger, primary_key=True, autoincrement=False),
        Column("starts", BigInteger, primary_key=True, autoincrement=False),
        Column("revision", Integer, nullable=False),
        Column("value", Double),  # NULL where there is none
        Column("expected", Double),
        Column("low", Double),
        Column("high", Double),
        sqlite_with_rowid=False,
    )

    local_dates = Table(  # of a window's start in the zone of its monitor: SQLite knows no zones, for a view to ask
        "local_dates",
        metadata,
        Column("monitor", Words, primary_key=True),
        Column("starts", BigInteger, primary_key=True, autoincrement=False),
        Column("date", Ascii, nullable=False),
        sqlite_with_rowid=False,
    )
    return series, points, local_dates
