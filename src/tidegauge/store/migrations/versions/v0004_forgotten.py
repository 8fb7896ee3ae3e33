"""Windows that were forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _words(name: str) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Make the table of tombstones."""
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer(), primary_key=True),
        *map(_words, ("source", "stage", "window", "at")),
    )
    op.create_index("forgotten_source", "forgotten", ["source", "stage"])
