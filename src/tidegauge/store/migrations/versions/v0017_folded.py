"""Counts are kept folded from here on (`tidegauge.store.packing`): a version before could not read them."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Nothing is written anew: what is there is read as it is, and `tidegauge store vacuum` folds it."""
