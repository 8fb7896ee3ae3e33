"""A decision knows the last tombstone that was known when it was made, so that a window's lives are told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add it. What stands was made knowing all that was forgotten so far, or its profile is missing still."""
    op.add_column("decisions", sa.Column("stone", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE decisions SET stone = coalesce((SELECT max(id) FROM forgotten), 0)")
