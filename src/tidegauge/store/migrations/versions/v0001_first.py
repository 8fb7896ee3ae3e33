"""The first tables.

Written out, not taken from `schema.py`: a migration says what a version was, whatever the code says later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _words(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=key, nullable=optional)


def _json(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str, *, key: bool = False, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), primary_key=key, nullable=optional, autoincrement=False)


def _serial() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _blob() -> sa.Column[bytes]:
    return sa.Column("blob", sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Make every table."""
    _make_profiles()
    _make_decisions()
    _make_work()


def _make_profiles() -> None:
    op.create_table("names", _serial(), _words("digest"), _words("text"), sa.UniqueConstraint("digest"))
    op.create_table("layouts", _words("id", key=True), _words("kind"), _json("json"))
    op.create_table(
        "active_layouts",
        _words("source", key=True),
        _number("column", key=True),
        _number("version", key=True),
        _words("layout"),
    )
    op.create_table(
        "revisions",
        _serial(),
        *map(_words, ("source", "stage", "window", "window_start")),
        _number("number"),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        *map(_words, ("freshest", "checksum", "shape")),
        _number("current"),
        sa.UniqueConstraint("source", "stage", "window", "number", name="revisions_number"),
    )
    _one_current("revisions_current", "revisions", ["source", "stage", "window"], "current = 1")
    op.create_table(
        "profiles",
        sa.Column("revision", sa.Integer(), sa.ForeignKey("revisions.id"), primary_key=True, autoincrement=False),
        _number("segment", key=True),
        _number("column", key=True),
        *map(_number, ("layout", "kind")),
        _blob(),
    )


def _make_decisions() -> None:
    op.create_table(
        "scores",
        *(_words(name, key=True) for name in ("monitor", "stage", "window")),
        *map(_words, ("window_start", "evidence")),
        _blob(),
    )
    op.create_index("scores_in_time", "scores", ["monitor", "stage", "window_start"])
    op.create_table(
        "decisions",
        _serial(),
        *map(_words, ("monitor", "stage", "window", "window_start", "evidence", "verdict", "as_of")),
        _words("superseded", optional=True),
        _json("json"),
    )
    op.create_index("decisions_in_time", "decisions", ["monitor", "window_start"])
    _one_current("decisions_current", "decisions", ["monitor", "stage", "window"], "superseded IS NULL")
    op.create_table(
        "incidents",
        *(_words(name, key=True) for name in ("monitor", "stage", "id")),
        *map(_words, ("status", "first_start")),
        _json("json"),
    )


def _make_work() -> None:
    op.create_table(
        "outbox",
        _words("key", key=True),
        *map(_words, ("action", "monitor", "window", "window_start")),
        _json("payload"),
        _words("state"),
        *map(_number, ("claims", "failures")),
        *(_words(name, optional=True) for name in ("worker", "lease", "finished", "note")),
    )
    op.create_table(
        "queue",
        *(_words(name, key=True) for name in ("monitor", "stage", "window")),
        *map(_words, ("window_start", "why")),
        *map(_number, ("claims", "again")),
        *(_words(name, optional=True) for name in ("worker", "lease")),
    )
    op.create_table(
        "runs",
        _serial(),
        *map(_words, ("monitor", "stage", "window", "begun")),
        *(_words(name, optional=True) for name in ("ended", "outcome")),
        sa.Column("rows", sa.BigInteger()),
        _words("note", optional=True),
    )
    op.create_table("candidates", _words("key", key=True), *map(_words, ("monitor", "window")), _json("json"))
    op.create_table("notices", _words("key", key=True), *map(_words, ("monitor", "window", "as_of", "text")))
    for table in ("outbox", "runs", "candidates", "notices"):
        op.create_index(f"ix_{table}_monitor", table, ["monitor"])


def _one_current(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)
