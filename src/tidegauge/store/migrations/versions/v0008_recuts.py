"""Layouts that were cut again. What lies in a store already keeps its cells: no window of it is counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make the table, and note of every source that its points so far have been passed."""
    op.create_table(
        "recuts",
        _words("source", key=True),
        _words("point", key=True),
        _words("was", key=True),
        sa.Column("column", sa.Integer(), primary_key=True, autoincrement=False),
        _words("layout"),
    )
    op.execute(
        'INSERT INTO recuts (source, point, was, "column", layout) '
        "SELECT source, max(window_start), '', 0, '' FROM revisions GROUP BY source"
    )
