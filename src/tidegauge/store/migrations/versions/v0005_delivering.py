"""Deliveries are tried again by time, and what was given up is kept until somebody says so.

What an earlier version had given up after five failures, in silence, is shown from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _words(name: str) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=True)


def upgrade() -> None:
    """Add when a claim was taken, and the history of failures."""
    op.add_column("queue", _words("taken"))
    for name in ("taken", "first_failed", "last_failed", "due", "why", "settled_by"):
        op.add_column("outbox", _words(name))
    op.add_column("outbox", sa.Column("waited", sa.BigInteger(), nullable=True))
    op.execute("UPDATE outbox SET state = 'given up' WHERE state = 'failed'")
