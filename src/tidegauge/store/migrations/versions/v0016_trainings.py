"""What trainings learnt from, and the switches that serving systems read."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make the tables, those that are not there: an upgrade may have been killed between the two."""
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), primary_key=True),
        _words("monitor"),
        _words("key"),
        sa.Column("json", sa.Text(), nullable=False),
        sa.UniqueConstraint("monitor", "key", name="snapshots_key"),
        if_not_exists=True,
    )
    op.create_table(
        "flags",
        _words("monitor", key=True),
        _words("flag", key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _words("variant"),
        sa.Column("json", sa.Text(), nullable=False),
        if_not_exists=True,
    )
