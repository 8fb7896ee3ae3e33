"""The date that each window has in its monitor's own zone, for the views: an engine without zones can't work it out.

What was decided before has none: the next run or backfill decides those windows again, from stored profiles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "local_dates",
        sa.Column("monitor", words, primary_key=True),
        sa.Column("starts", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("date", words, nullable=False),
        sqlite_with_rowid=False,
    )
