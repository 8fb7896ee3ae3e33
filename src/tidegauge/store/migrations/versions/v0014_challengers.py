"""Challengers with a row a step, and champions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make the tables, those that are not there: an upgrade may have been killed between the two."""
    op.create_table(
        "challengers",
        sa.Column("id", sa.Integer(), primary_key=True),
        _words("monitor"),
        _words("key"),
        _words("step"),
        sa.Column("json", sa.Text(), nullable=False),
        sa.UniqueConstraint("monitor", "key", "step", name="challengers_key"),
        if_not_exists=True,
    )
    op.create_table(
        "champions",
        _words("monitor", key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _words("since"),
        _words("version"),
        _words("key"),
        sa.Column("json", sa.Text(), nullable=False),
        if_not_exists=True,
    )
