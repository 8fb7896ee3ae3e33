"""The queue of windows goes: no verb ever put one there, for the store's keys make four workers at once safe."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Drop it."""
    op.drop_table("queue")
