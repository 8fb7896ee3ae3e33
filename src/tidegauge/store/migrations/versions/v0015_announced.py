"""The step that says which run announced an advice is called "announced"; it was "told", which says nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Rename it; done twice, it finds nothing more to rename."""
    challengers = sa.table("challengers", sa.column("step", sa.Text()))
    op.execute(sa.update(challengers).where(challengers.c.step == "told").values(step="announced"))
