"""What people answer to incidents. Incidents are forgotten here: the next decision derives them, with more in them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make the table of answers."""
    op.create_table(
        "feedback",
        _words("id", key=True),
        *map(_words, ("monitor", "stage", "at")),
        sa.Column("json", sa.Text(), nullable=False),
    )
    op.create_index("ix_feedback_monitor", "feedback", ["monitor"])
    op.execute("DELETE FROM incidents")
