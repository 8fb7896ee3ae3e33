"""Series of a monitor and their points; a decision knows which one of its window it is.

What was decided before has no points: the next run or backfill decides those windows again, from stored profiles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def _words(name: str) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Make the tables, and number the decisions of each window."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), primary_key=True),
        _words("monitor"),
        _words("stage"),
        sa.Column("place", sa.Integer(), nullable=False),
        _words("column"),
        _words("segment"),
        _words("statistic"),
        _words("unit"),
        sa.Column("banded", sa.Integer(), nullable=False),
        sa.UniqueConstraint("monitor", "stage", "column", "segment", "statistic", name="series_key"),
    )
    op.create_table(
        "points",
        sa.Column("series", sa.Integer(), sa.ForeignKey("series.id"), primary_key=True, autoincrement=False),
        sa.Column("ends", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("starts", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Double()) for name in ("value", "expected", "low", "high")),
        sqlite_with_rowid=False,
    )
    op.add_column("decisions", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE decisions SET revision = (SELECT count(*) FROM decisions AS d WHERE d.monitor = decisions.monitor "
        'AND d.stage = decisions.stage AND d."window" = decisions."window" AND d.id < decisions.id)'
    )
