"""What is learnt from sampled rows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _words(name: str, *, key: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make the table of artefacts."""
    op.create_table(
        "artefacts",
        *(_words(name, key=True) for name in ("source", "kind", "valid_from", "inputs")),
        _words("id"),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
    )
