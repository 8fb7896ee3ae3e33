"""What each monitor's history was begun with. Of a history from before nothing is known but that it is there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sources",
        _words("monitor", key=True),
        _words("source", key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
    )
