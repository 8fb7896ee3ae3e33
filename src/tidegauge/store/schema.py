"""The store's tables. `migrations/` makes them; a test holds the two together.

Profiles are many (windows × segments × columns) and small, so their words (segment, column, layout, kind) are kept
once in `names` and referred to by number: a row is four integers and a blob, no index ever holds a long category.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tidegauge.store.challenger_tables import challenger_tables, training_tables
from tidegauge.store.point_tables import point_tables
from tidegauge.store.wire import Ascii, Words

VERSIONS = tuple(f"{k:04}" for k in range(1, 18))  # every migration, oldest first; this code reads and writes the last
BURIED = frozenset({"queue"})  # tables that migrations make and drop again
VERSION_TABLE = "tidegauge_version"  # not "alembic_version": the database may be another Alembic user's too

metadata = MetaData()
series, points, local_dates = point_tables(metadata)
candidates, challengers, champions = challenger_tables(metadata)
snapshots, flags = training_tables(metadata)

names = Table(
    "names",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Ascii, nullable=False, unique=True),  # sha256 of the text: a category may be a megabyte
    Column("text", Words, nullable=False),
)

layouts = Table(
    "layouts",
    metadata,
    Column("id", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("json", Text, nullable=False),
)

active_layouts = Table(  # the highest version of a column is the active one
    "active_layouts",
    metadata,
    Column("source", Words, primary_key=True),
    Column("column", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("layout", Words, nullable=False),
)

recuts = Table(  # columns that were cut again, and the points at which somebody looked whether any should be
    "recuts",
    metadata,
    Column("source", Words, primary_key=True),
    Column("point", Ascii, primary_key=True),  # the instant from which it holds
    Column("was", Ascii, primary_key=True),  # the layout before; of a look a digest of all layouts that were in force
    Column("column", Integer, primary_key=True, autoincrement=False),  # 0 of a look
    Column("layout", Words, nullable=False),  # empty of a look
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Words, nullable=False),
    Column("stage", Ascii, nullable=False),
    Column("window", Ascii, nullable=False),
    Column("window_start", Ascii, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("freshest", Ascii, nullable=False),
    Column("checksum", Ascii, nullable=False),
    Column("shape", Ascii, nullable=False),  # digest of the (segment, column, layout, kind) that were counted
    Column("current", Integer, nullable=False),  # 1; 2: known by an earlier cut-off (`tidegauge.store.scans`); 0
    UniqueConstraint("source", "stage", "window", "number", name="revisions_number"),
    Index(
        "revisions_current",
        "source",
        "stage",
        "window",
        unique=True,
        sqlite_where=text("current = 1"),
        postgresql_where=text("current = 1"),
    ),
)

profiles = Table(
    "profiles",
    metadata,
    Column("revision", Integer, ForeignKey("revisions.id"), primary_key=True, autoincrement=False),
    Column("segment", Integer, primary_key=True, autoincrement=False),
    Column("column", Integer, primary_key=True, autoincrement=False),
    Column("layout", Integer, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("blob", LargeBinary, nullable=False),
)

scores = Table(  # the current decision's scores; an older decision keeps what it needs in its own JSON
    "scores",
    metadata,
    Column("monitor", Words, primary_key=True),
    Column("stage", Ascii, primary_key=True),
    Column("window", Ascii, primary_key=True),
    Column("window_start", Ascii, nullable=False),
    Column("evidence", Ascii, nullable=False),
    Column("blob", LargeBinary, nullable=False),
    Index("scores_in_time", "monitor", "stage", "window_start"),
)

decisions = Table(  # append-only; `superseded` is the clock at which a newer one took its place
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("monitor", Words, nullable=False),
    Column("stage", Ascii, nullable=False),
    Column("window", Ascii, nullable=False),
    Column("window_start", Ascii, nullable=False),
    Column("evidence", Ascii, nullable=False),
    Column("verdict", Ascii, nullable=False),
    Column("as_of", Ascii, nullable=False),
    Column("superseded", Ascii),
    Column("stone", Integer, nullable=False, server_default="0"),  # the last one of `forgotten` that was known
    Column("revision", Integer, nullable=False, server_default="0"),  # see `tidegauge.store.stored_points`
    Column("json", Text, nullable=False),
    Index("decisions_in_time", "monitor", "window_start"),
    Index(
        "decisions_current",
        "monitor",
        "stage",
        "window",
        unique=True,
        sqlite_where=text("superseded IS NULL"),
        postgresql_where=text("superseded IS NULL"),
    ),
)

incidents = Table(
    "incidents",
    metadata,
    Column("monitor", Words, primary_key=True),
    Column("stage", Ascii, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("status", Words, nullable=False),
    Column("first_start", Ascii, nullable=False),
    Column("json", Text, nullable=False),
)

feedback = Table(  # what people answered; append-only, and the one thing here that no warehouse could give again
    "feedback",
    metadata,
    Column("id", Words, primary_key=True),
    Column("monitor", Words, nullable=False, index=True),
    Column("stage", Ascii, nullable=False),
    Column("at", Words, nullable=False),
    Column("json", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", Words, primary_key=True),
    Column("action", Words, nullable=False),
    Column("monitor", Words, nullable=False, index=True),
    Column("window", Ascii, nullable=False),
    Column("window_start", Ascii, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", Words, nullable=False),  # pending, claimed, done, given up, dismissed, withdrawn, forgotten, held
    Column("claims", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("worker", Words),
    Column("lease", Words),  # when the claim ends
    Column("finished", Words),
    Column("note", Words),
    Column("taken", Words),  # when the claim was taken: a clock that ran ahead is seen by it
    Column("first_failed", Words),
    Column("last_failed", Words),
    Column("due", Words),  # the next try
    Column("why", Words),  # the kind of the last failure
    Column("settled_by", Words),  # who dismissed it
    Column("waited", BigInteger),  # seconds between failures, as far as they count
)

forgotten = Table(  # tombstones, append-only; `at` is when, by the clock
    "forgotten",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Words, nullable=False),
    Column("stage", Ascii, nullable=False),
    Column("window", Ascii, nullable=False),
    Column("at", Ascii, nullable=False),
    Index("forgotten_source", "source", "stage"),
)

sources = Table(  # what a monitor's history was begun with, so that a source that is another one now can be named
    "sources",
    metadata,
    Column("monitor", Words, primary_key=True),
    Column("source", Words, primary_key=True),
    Column("number", Integer, nullable=False),  # the newest has the highest
    Column("json", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("monitor", Words, nullable=False, index=True),
    Column("stage", Ascii, nullable=False),
    Column("window", Ascii, nullable=False),
    Column("begun", Words, nullable=False),
    Column("ended", Words),
    Column("outcome", Words),
    Column("rows", BigInteger),
    Column("note", Words),
)

notices = Table(  # for what people were told; nothing is kept here yet
    "notices",
    metadata,
    Column("key", Words, primary_key=True),
    Column("monitor", Words, nullable=False, index=True),
    Column("window", Ascii, nullable=False),
    Column("as_of", Ascii, nullable=False),
    Column("text", Words, nullable=False),
)

artefacts = Table(  # what was learnt from windows; `inputs` is a digest of all that it was learnt from
    "artefacts",
    metadata,
    Column("source", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("valid_from", Words, primary_key=True),
    Column("inputs", Words, primary_key=True),
    Column("id", Words, nullable=False),  # sha256 of the blob
    Column("blob", LargeBinary, nullable=False),
)
