"""Labels are cut again too. What lies in a store keeps what it is counted in: no window of it is counted again."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Note of every source with labels that the points up to its newest labels have been passed."""
    op.execute(
        'INSERT INTO recuts (source, point, was, "column", layout) '
        "SELECT source, max(window_start), 'labels', 0, '' FROM revisions WHERE stage = 'labels' GROUP BY source"
    )
