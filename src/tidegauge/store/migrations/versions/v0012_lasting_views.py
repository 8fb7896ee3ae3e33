"""No table changes: the views are made anew, so that a damaged row no longer stops them."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Nothing: views are made anew at every migration."""
